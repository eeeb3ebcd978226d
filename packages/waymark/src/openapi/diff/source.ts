import { pointerKey } from "../../schema/resolve.ts";
import { isRecord } from "../canonical-text.ts";

/** One of the two documents. */
export class Source {
  readonly root: Spot;
  /** OpenAPI 3.0, whose schemas have `nullable`, booleans as exclusive limits, and nothing beside a `$ref`. */
  readonly isThreeZero: boolean;
  readonly #targets = new Map<string, Spot | undefined>();

  /** Throws a `TypeError` for what is no OpenAPI 3 document; `name` stands in its message. */
  constructor(document: unknown, name: string) {
    const version = isRecord(document) ? document["openapi"] : undefined;
    if (typeof version !== "string" || !/^3\.\d/.test(version))
      throw new TypeError(`The ${name} document is no OpenAPI 3 document: ${whatItSays(document)}.`);
    this.isThreeZero = version.startsWith("3.0");
    this.root = new Spot(this, document, "");
  }

  /** What a reference stands for; undefined where that is not in this document. */
  target(reference: string): Spot | undefined {
    let target = this.#targets.get(reference);
    if (target === undefined && (reference === "#" || reference.startsWith("#/"))) {
      target = this.#find(reference);
      this.#targets.set(reference, target);
    }
    return target;
  }

  #find(reference: string): Spot | undefined {
    let spot: Spot | undefined = this.root;
    for (const token of reference.slice(1).split("/").slice(1)) spot = spot?.get(pointerKey(token));
    return spot;
  }
}

function whatItSays(document: unknown): string {
  if (!isRecord(document)) return "it is not an object";
  if (document["swagger"] !== undefined) return `it says swagger: ${JSON.stringify(document["swagger"])}`;
  const version = document["openapi"];
  return version === undefined ? "it has no openapi" : `it says openapi: ${JSON.stringify(version)}`;
}

/** A value of a document, and where it stands there. */
export class Spot {
  readonly source: Source;
  readonly value: unknown;
  /** RFC 6901; where a reference was followed, the place that it leads to. */
  readonly pointer: string;

  constructor(source: Source, value: unknown, pointer: string) {
    this.source = source;
    this.value = value;
    this.pointer = pointer;
  }

  /** A member of an object or an item of a list, references not followed. */
  get(key: string): Spot | undefined {
    const { value } = this;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    const escaped = key.replaceAll("~", "~0").replaceAll("/", "~1");
    return new Spot(this.source, (value as Record<string, unknown>)[key], `${this.pointer}/${escaped}`);
  }

  /** The same, behind references. */
  at(key: string): Spot | undefined {
    return this.get(key)?.follow();
  }

  /** Members of an object; none for anything else. */
  members(): [string, Spot][] {
    return isRecord(this.value) ? Object.keys(this.value).map((key) => [key, this.at(key)!]) : [];
  }

  /** Items of a list, references not followed; none for anything else. */
  raw(): Spot[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.get(String(index))!) : [];
  }

  /** The same, behind references. */
  items(): Spot[] {
    return this.raw().map((item) => item.follow());
  }

  /** Behind the references that it consists of; itself where they lead nowhere. */
  follow(): Spot {
    return referred(this) ?? this;
  }

  /** A member that is text. */
  text(key: string): string | undefined {
    const value = this.get(key)?.value;
    return typeof value === "string" ? value : undefined;
  }

  /** A member that is `true`. */
  says(key: string): boolean {
    return this.get(key)?.value === true;
  }
}

function referred(start: Spot): Spot | undefined {
  const seen = new Set<string>();
  let spot: Spot | undefined = start;
  while (spot !== undefined && isRecord(spot.value) && typeof spot.value["$ref"] === "string") {
    if (seen.has(spot.pointer)) return undefined;
    seen.add(spot.pointer);
    spot = spot.source.target(spot.value["$ref"]);
  }
  return spot;
}
