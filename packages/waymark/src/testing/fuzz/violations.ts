import fc, { type Arbitrary } from "fast-check";
import type { OpenApiDocument } from "../../openapi/document.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { together, type Arbitraries } from "./arbitraries.ts";
import { flatten, merge, typesOf } from "./flatten.ts";
import { Ungenerable } from "./ungenerable.ts";
import type { Validator } from "./validator.ts";

type Schema = JsonSchema | boolean;

/** One way to be wrong. */
export interface Violation {
  /** "price: below its minimum". */
  readonly name: string;
  /** Values that may be wrong in this way: they have to be judged. */
  readonly values: Arbitrary<unknown>;
}

/** Objects and arrays that are looked into. */
const DEPTH = 3;
/** Longer texts and lists are not sent just to be refused. */
const LONGEST = 20_000;
const MOST_ITEMS = 200;

const KINDS: readonly unknown[] = [null, true, 7.25, -1, "\u00bf?", [], {}, [null], { a: 1 }];
const NO_FORMAT: readonly string[] = [
  "",
  " ",
  "not at all",
  "2026-13-45",
  "@",
  "::",
  "http//",
  "%%%",
  "\u2603",
];

/** Makes up values that are not what a schema says. */
export class Violations {
  readonly #document: OpenApiDocument;
  readonly #validator: Validator;
  readonly #arbitraries: Arbitraries;

  constructor(document: OpenApiDocument, validator: Validator, arbitraries: Arbitraries) {
    this.#document = document;
    this.#validator = validator;
    this.#arbitraries = arbitraries;
  }

  /** Every way to be wrong that is found, the outer ones first. */
  of(schema: Schema, depth = 0): Violation[] {
    const flat = flatten(schema, this.#document);
    if (typeof flat === "boolean") return [];
    const found: Violation[] = [];
    const add = (name: string, values: Arbitrary<unknown>): void => void found.push({ name, values });
    const kinds = KINDS.filter((value) => this.#validator.issue(schema, value) !== undefined);
    if (kinds.length > 0) add("of another kind", fc.constantFrom(...kinds));
    if (flat.enum !== undefined || "const" in flat) {
      add("none of the values", fc.oneof(fc.string(), fc.integer()));
      return found;
    }
    const branches = flat.anyOf ?? flat.oneOf;
    if (branches !== undefined) {
      const { anyOf: _, oneOf: __, ...own } = flat;
      for (const branch of branches)
        found.push(...this.#inner(merge(own, flatten(branch, this.#document)), depth));
      return unique(found);
    }
    for (const type of typesOf(flat) ?? []) this.#ofType(type, flat, depth, add);
    return found;
  }

  #inner(schema: Schema, depth: number): Violation[] {
    return this.of(schema, depth).filter(({ name }) => name !== "of another kind");
  }

  #ofType(
    type: string,
    flat: JsonSchema,
    depth: number,
    add: (name: string, values: Arbitrary<unknown>) => void,
  ): void {
    if (type === "integer" || type === "number") this.#ofNumber(flat, type === "integer", add);
    else if (type === "string") this.#ofString(flat, add);
    else if (type === "array") this.#ofArray(flat, depth, add);
    else if (type === "object") this.#ofObject(flat, depth, add);
  }

  #ofNumber(
    flat: JsonSchema,
    isInteger: boolean,
    add: (name: string, values: Arbitrary<unknown>) => void,
  ): void {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = flat as Readonly<
      Record<string, number | undefined>
    >;
    const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
    const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
    const reach = { min: 1, max: 1000 };
    if (low > Number.MIN_SAFE_INTEGER)
      add(
        "below its minimum",
        fc.oneof(
          fc.constant(low),
          fc.integer(reach).map((n) => Math.floor(low) - n),
        ),
      );
    if (high < Number.MAX_SAFE_INTEGER)
      add(
        "above its maximum",
        fc.oneof(
          fc.constant(high),
          fc.integer(reach).map((n) => Math.ceil(high) + n),
        ),
      );
    const within = Math.ceil(Number.isFinite(low) ? Math.max(low, -1e6) : -1000);
    if (isInteger)
      add(
        "not whole",
        fc.integer({ min: within, max: within + 100 }).map((n) => n + 0.5),
      );
    if (multipleOf !== undefined)
      add(
        "no multiple",
        fc.integer({ min: 1, max: 1000 }).map((n) => (n + 0.3) * multipleOf),
      );
  }

  #ofString(flat: JsonSchema, add: (name: string, values: Arbitrary<unknown>) => void): void {
    const {
      minLength = 0,
      maxLength,
      pattern,
      format,
    } = flat as { minLength?: number; maxLength?: number; pattern?: string; format?: string };
    if (minLength > 0 && minLength < LONGEST)
      add("too short", fc.string({ unit: "grapheme-ascii", maxLength: minLength - 1 }));
    if (maxLength !== undefined && maxLength < LONGEST)
      add(
        "too long",
        fc.string({ unit: "grapheme-ascii", minLength: maxLength + 1, maxLength: maxLength + 20 }),
      );
    if (format !== undefined) add(`no ${format}`, fc.constantFrom(...NO_FORMAT));
    if (pattern !== undefined)
      add(
        "not of its pattern",
        fc.oneof(fc.constantFrom(...NO_FORMAT), fc.string({ unit: "grapheme-ascii" })),
      );
  }

  #ofArray(flat: JsonSchema, depth: number, add: (name: string, values: Arbitrary<unknown>) => void): void {
    const {
      items = true,
      prefixItems = [],
      minItems = 0,
      maxItems,
      uniqueItems,
    } = flat as JsonSchema & {
      minItems?: number;
      maxItems?: number;
      uniqueItems?: boolean;
    };
    const whole = this.#valid(flat);
    if (whole === undefined) return;
    if (minItems > 0)
      add(
        "too few",
        whole.map((list) => (list as unknown[]).slice(0, minItems - 1)),
      );
    const item = this.#valid(items);
    if (item !== undefined && maxItems !== undefined && maxItems < MOST_ITEMS)
      add("too many", fc.array(item, { minLength: maxItems + 1, maxLength: maxItems + 3 }));
    if (item !== undefined && uniqueItems === true)
      add(
        "one twice",
        fc.tuple(item, whole).map(([each, list]) => [each, each, ...(list as unknown[])].slice(0, maxItems)),
      );
    if (depth >= DEPTH) return;
    for (const [index, schema] of prefixItems.entries())
      for (const { name, values } of this.of(schema, depth + 1))
        add(
          inside(String(index), name),
          fc.tuple(whole, values).map(([list, bad]) => (list as unknown[]).with(index, bad)),
        );
    for (const { name, values } of this.of(items, depth + 1))
      add(
        inside("[]", name),
        fc
          .tuple(whole, values)
          .map(([list, bad]) => [
            ...(list as unknown[]).slice(0, Math.max(0, (maxItems ?? Infinity) - 1)),
            bad,
          ]),
      );
  }

  #ofObject(flat: JsonSchema, depth: number, add: (name: string, values: Arbitrary<unknown>) => void): void {
    const { properties = {}, required = [], additionalProperties } = flat;
    const whole = this.#valid(flat) as Arbitrary<Record<string, unknown>> | undefined;
    if (whole === undefined) return;
    for (const name of required)
      add(
        inside(name, "missing"),
        whole.map((object) => without(object, name)),
      );
    if (additionalProperties === false)
      add(
        "a key of nobody",
        whole.map((object) => together(object, { "x-made-up": 1 })),
      );
    if (depth >= DEPTH) return;
    for (const [key, schema] of Object.entries(properties))
      for (const { name, values } of this.of(schema, depth + 1))
        add(
          inside(key, name),
          fc.tuple(whole, values).map(([object, bad]) => together(object, { [key]: bad })),
        );
    if (typeof additionalProperties === "object")
      for (const { name, values } of this.of(additionalProperties, depth + 1))
        add(
          inside("*", name),
          fc.tuple(whole, values).map(([object, bad]) => together(object, { "x-made-up": bad })),
        );
  }

  #valid(schema: Schema): Arbitrary<unknown> | undefined {
    try {
      return this.#arbitraries.of(schema, 1);
    } catch (error) {
      if (error instanceof Ungenerable) return undefined;
      throw error;
    }
  }
}

function without(object: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** "tags.[]: too long" of "[]: too long" in "tags". */
function inside(key: string, name: string): string {
  return /^[^ ]*: /.test(name) ? `${key}.${name}` : `${key}: ${name}`;
}

function unique(violations: readonly Violation[]): Violation[] {
  const byName = new Map<string, Arbitrary<unknown>[]>();
  for (const { name, values } of violations) byName.set(name, [...(byName.get(name) ?? []), values]);
  return [...byName].map(([name, values]) => ({
    name,
    values: values.length === 1 ? values[0]! : fc.oneof(...values),
  }));
}
