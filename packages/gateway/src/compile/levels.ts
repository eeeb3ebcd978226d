import type { LevelConfig } from "../config/config.ts";
import { levelSchema } from "../config/level-schema.ts";
import { checkAgainst } from "../config/check-schema.ts";
import { isRecord } from "../documents/record.ts";
import type { Spot } from "../documents/spot.ts";
import type { Findings } from "../findings.ts";

/** `x-waymark` of a document: checked once for every place, however many operations are below it. */
export class Levels {
  readonly #checked = new Map<string, boolean>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** What the levels say that are in order; the others were told about. */
  read(levels: readonly Spot[]): readonly { readonly spot: Spot; readonly config: LevelConfig }[] {
    return levels.flatMap((spot) =>
      this.#isRight(spot) ? [{ spot, config: spot.value as LevelConfig }] : [],
    );
  }

  #isRight(spot: Spot): boolean {
    const { key } = spot;
    let isRight = this.#checked.get(key);
    if (isRight === undefined) {
      isRight = checkAgainst(levelSchema(), spot, this.#findings) && isRecord(spot.value);
      this.#checked.set(key, isRight);
    }
    return isRight;
  }
}
