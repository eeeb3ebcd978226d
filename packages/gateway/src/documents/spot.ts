import type { Origin } from "../snapshot.ts";
import type { LoadedDocument } from "./loaded-document.ts";
import { child, memberOf, tokensOf } from "./pointer.ts";
import { isRecord, sortedEntries } from "./record.ts";
import { resolveFile } from "./resolve-file.ts";
import type { SourceFile } from "./source-file.ts";

/** A value of a document, and where it stands. */
export class Spot {
  readonly document: LoadedDocument;
  readonly file: SourceFile;
  readonly value: unknown;
  readonly pointer: string;

  constructor(document: LoadedDocument, file: SourceFile, value: unknown, pointer: string) {
    this.document = document;
    this.file = file;
    this.value = value;
    this.pointer = pointer;
  }

  static root(document: LoadedDocument): Spot {
    return new Spot(document, document.main, document.main.value, "");
  }

  get origin(): Origin {
    return this.file.originOf(this.pointer);
  }

  /** The same place under every name by which it is reached. */
  get key(): string {
    return `${this.file === this.document.main ? "" : this.file.base}#${this.pointer}`;
  }

  /** The place of a member; references are not followed, and its value is undefined where it is not there. */
  get(token: string): Spot {
    return new Spot(this.document, this.file, memberOf(this.value, token), child(this.pointer, token));
  }

  /** Members of an object by their names in order; none for anything else. */
  members(): [string, Spot][] {
    return sortedEntries(this.value).map(([key, value]) => [key, this.#child(key, value)]);
  }

  items(): Spot[] {
    return Array.isArray(this.value) ? this.value.map((item, index) => this.#child(String(index), item)) : [];
  }

  #child(token: string, value: unknown): Spot {
    return new Spot(this.document, this.file, value, child(this.pointer, token));
  }

  get reference(): string | undefined {
    const reference = isRecord(this.value) ? this.value["$ref"] : undefined;
    return typeof reference === "string" ? reference : undefined;
  }

  /** What a reference that stands here leads to; where it leads nowhere, why. */
  resolve(reference: string): Spot | BrokenReference {
    const [location, fragment] = splitOnce(reference, "#");
    let file = this.file;
    if (location !== "") {
      const target = resolveFile(this.file.base, location);
      const found =
        target === this.document.main.base ? this.document.main : this.document.siblings.get(target);
      if (found === undefined)
        return new BrokenReference(`'${location}' was not found or may not be read`, true);
      file = found;
    }
    if (fragment !== "" && !fragment.startsWith("/")) return this.#anchored(file, fragment);
    const root = new Spot(this.document, file, file.value, "");
    const decoded = decode(fragment);
    const found = root.#down(decoded);
    // A name that holds a "%" itself is often written as it is.
    const asWritten = found.value === undefined && decoded !== fragment ? root.#down(fragment) : found;
    return asWritten.value === undefined
      ? new BrokenReference(`there is no ${found.pointer}`, false)
      : asWritten;
  }

  /** Stops at the first thing that is not there. */
  #down(pointer: string): Spot {
    return tokensOf(pointer).reduce<Spot>(
      (spot, token) => (spot.value === undefined ? spot : spot.get(token)),
      this,
    );
  }

  /** `#name`: JSON Schema's `$anchor`, sought where schemas are kept. */
  #anchored(file: SourceFile, anchor: string): Spot | BrokenReference {
    const root = new Spot(this.document, file, file.value, "");
    for (const [, schema] of [
      ...root.get("components").get("schemas").members(),
      ...root.get("$defs").members(),
    ])
      if (memberOf(schema.value, "$anchor") === anchor || memberOf(schema.value, "$dynamicAnchor") === anchor)
        return schema;
    return new BrokenReference(`no schema has the $anchor '${anchor}'`, false);
  }
}

export class BrokenReference {
  readonly why: string;
  /** Whether it is the file that is missing. */
  readonly isForeign: boolean;

  constructor(why: string, isForeign: boolean) {
    this.why = why;
    this.isForeign = isForeign;
  }
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
