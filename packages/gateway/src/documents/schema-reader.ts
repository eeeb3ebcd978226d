import { createHash } from "node:crypto";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { JsonSchema } from "../snapshot.ts";
import { escapeToken, unescapeToken } from "./pointer.ts";
import { mayBeSlow, readPattern } from "./pattern.ts";
import { define, isRecord } from "./record.ts";
import { KEYWORDS, TYPES, type KeywordKind } from "./schema-keywords.ts";
import { BrokenReference, type Spot } from "./spot.ts";
import type { UnknownKeys } from "./unknown-keys.ts";
import { upgradeSchema } from "./upgrade-schema.ts";
import { shown } from "./shown.ts";

type Draft = Record<string, unknown>;

/** What gives schemas addresses, and what is there to be referred to: references are resolved into names of their own. */
const PLACES: ReadonlySet<string> = new Set([
  "$schema",
  "$id",
  "$anchor",
  "$dynamicAnchor",
  "$defs",
  "definitions",
]);
const COMPONENT = /^#\/components\/schemas\/([^/]+)$/;

/**
 * Reads the schemas of one document into those of a snapshot: JSON Schema 2020-12 whatever the version of OpenAPI, each
 * reference one to `#/schemas/{service}.{name}`. What several places refer to is read once.
 */
export class SchemaReader {
  readonly schemas: Map<string, JsonSchema> = new Map<string, JsonSchema>();
  readonly #service: string;
  readonly #isThreeZero: boolean;
  readonly #findings: Findings;
  readonly #unknown: UnknownKeys;
  readonly #names = new Map<string, string>();
  readonly #waiting: [name: string, spot: Spot][] = [];
  readonly #patterns = new Map<string, string>();

  constructor(service: string, isThreeZero: boolean, findings: Findings, unknown: UnknownKeys) {
    this.#unknown = unknown;
    this.#service = service;
    this.#isThreeZero = isThreeZero;
    this.#findings = findings;
  }

  /** The schema at a place, and behind it everything that it refers to. */
  read(spot: Spot): JsonSchema {
    const schema = this.#schema(spot);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop())
      this.schemas.set(next[0], this.#schema(next[1]));
    return schema;
  }

  #schema(spot: Spot): JsonSchema {
    const { value } = spot;
    if (typeof value === "boolean") return value;
    if (!isRecord(value)) return this.#wrong(shown(value), "a schema", spot) ?? true;
    const draft: Draft = {};
    for (const key of Object.keys(value).sort()) {
      if (key.startsWith("x-waymark") || PLACES.has(key)) continue;
      const read = this.#keyword(key, spot.get(key));
      if (read !== undefined) define(draft, key === "$dynamicRef" ? "$ref" : key, read);
    }
    tuple(draft);
    if (!this.#isThreeZero) return draft;
    // OpenAPI 3.0 §4.7.24: what stands beside a $ref is ignored.
    return "$ref" in draft ? { $ref: draft["$ref"] } : upgradeSchema(draft);
  }

  #keyword(key: string, spot: Spot): unknown {
    if (key === "$ref" || key === "$dynamicRef") return this.#reference(spot);
    const kind = KEYWORDS.get(key);
    if (kind !== undefined) return this.#value(kind, key, spot);
    this.#unknown.lookAtKeyword(key, spot);
    return spot.value;
  }

  #value(kind: KeywordKind, key: string, spot: Spot): unknown {
    const { value } = spot;
    switch (kind) {
      case "schema":
        return this.#schema(spot);
      case "schemas":
        return Array.isArray(value) && value.length > 0
          ? spot.items().map((item) => this.#schema(item))
          : this.#wrong(`'${key}'`, "a list of schemas", spot);
      case "items":
        return Array.isArray(value) ? spot.items().map((item) => this.#schema(item)) : this.#schema(spot);
      case "named-schemas":
        return this.#named(key, spot, (member) => this.#schema(member));
      case "dependencies":
        return this.#named(key, spot, (member) =>
          Array.isArray(member.value) ? member.value : this.#schema(member),
        );
      case "pattern":
        return typeof value === "string"
          ? this.#pattern(value, spot)
          : this.#wrong(shown(value), "a pattern", spot);
      case "type":
        return this.#type(spot);
      case "number":
        if (key === "multipleOf" && typeof value === "number" && value <= 0)
          return this.#wrong(shown(value), "a number above 0", spot);
        if (typeof value === "number" && Number.isFinite(value)) return value;
        // Booleans are OpenAPI 3.0's, and `upgradeSchema` reads them.
        if (typeof value === "boolean" && key.startsWith("exclusive") && this.#isThreeZero) return value;
        return this.#numeric(spot) ?? this.#wrong(shown(value), "a number", spot);
      case "count":
        if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
        return this.#wrong(shown(value), "a whole number from 0", spot);
      case "flag":
        return typeof value === "boolean" ? value : this.#wrong(shown(value), "true or false", spot);
      case "text":
        return typeof value === "string" ? value : this.#wrong(shown(value), "a text", spot);
      case "list":
        return Array.isArray(value) && value.length > 0
          ? value
          : this.#wrong(shown(value), "a list of values", spot);
      case "names":
        return Array.isArray(value) && value.every((name) => typeof name === "string")
          ? value
          : this.#wrong(shown(value), "a list of names", spot);
    }
  }

  /** JSON writes large limits as numbers, YAML's writers sometimes as texts: those of numbers are meant as such. */
  #numeric({ value }: Spot): number | undefined {
    return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
  }

  #named(key: string, spot: Spot, read: (member: Spot) => unknown): unknown {
    if (!isRecord(spot.value)) return this.#wrong(`'${key}'`, "an object of schemas", spot);
    const named: Draft = {};
    for (const [name, member] of spot.members()) {
      const own = key === "patternProperties" ? this.#pattern(name, member) : name;
      if (own !== undefined) define(named, own, read(member));
    }
    return named;
  }

  #type(spot: Spot): unknown {
    const { value } = spot;
    // What a conversion from Swagger 2.0 left behind.
    if (value === "file") return "string";
    const types: readonly unknown[] = Array.isArray(value) ? value : [value];
    const unknown = types.find((type) => !TYPES.has(type));
    if (unknown !== undefined) return this.#wrong(shown(unknown), "a type of JSON Schema", spot);
    return types.length === 0 ? this.#wrong("an empty list", "a type of JSON Schema", spot) : value;
  }

  #pattern(text: string, spot: Spot): string | undefined {
    const known = this.#patterns.get(text);
    if (known !== undefined) return known;
    const read = readPattern(text);
    if ("fault" in read) return this.#findings.mistake(wrong.invalidPattern(text, read.fault), spot.origin);
    this.#patterns.set(text, read.pattern);
    if (mayBeSlow(read.pattern)) this.#findings.warn(wrong.slowPattern(text), spot.origin);
    return read.pattern;
  }

  #reference(spot: Spot): string | undefined {
    const { value } = spot;
    if (typeof value !== "string") return this.#wrong(shown(value), "a reference", spot);
    const target = spot.resolve(value);
    if (target instanceof BrokenReference) {
      const found = target.isForeign ? wrong.foreignReference : wrong.brokenReference;
      return this.#findings.mistake(found(value, target.why), spot.origin);
    }
    // A reference is a URI: a "%" of a name would be read as the beginning of an escape (RFC 6901 §6).
    return `#/schemas/${escapeToken(this.#nameOf(target)).replaceAll("%", "%25")}`;
  }

  /** The component's name; else one made of the place, so that it depends on no order of reading. */
  #nameOf(target: Spot): string {
    const { key } = target;
    let name = this.#names.get(key);
    if (name !== undefined) return name;
    const component = COMPONENT.exec(key)?.[1];
    name = `${this.#service}.${component === undefined ? placeName(key) : unescapeToken(component)}`;
    this.#names.set(key, name);
    this.#waiting.push([name, target]);
    return name;
  }

  #wrong(what: string, expected: string, spot: Spot): undefined {
    return this.#findings.mistake(wrong.wrongPart(what, expected), spot.origin);
  }
}

/** Before 2020-12 a list of `items` described the first ones, and an empty one none. */
function tuple(draft: Draft): void {
  if (!Array.isArray(draft["items"])) return;
  if (draft["items"].length > 0) draft["prefixItems"] ??= draft["items"];
  delete draft["items"];
}

function placeName(key: string): string {
  const last = key.slice(key.lastIndexOf("/") + 1).replace(/[^\w-]/g, "") || "schema";
  return `${last}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
}
