import type { SourceFile } from "../documents/source-file.ts";
import type { Spot } from "../documents/spot.ts";

/** Checks each place once, however many operations are below it. Pointers alone are not enough: documents have the same ones. */
export class CheckedOnce {
  readonly #known = new Map<SourceFile, Map<string, boolean>>();

  isRight({ file, pointer }: Spot, check: () => boolean): boolean {
    let places = this.#known.get(file);
    if (places === undefined) this.#known.set(file, (places = new Map()));
    let known = places.get(pointer);
    if (known === undefined) places.set(pointer, (known = check()));
    return known;
  }
}
