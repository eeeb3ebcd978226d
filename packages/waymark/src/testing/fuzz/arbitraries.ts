import fc, { type Arbitrary } from "fast-check";
import type { OpenApiDocument } from "../../openapi/document.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { flatten, merge, typesOf } from "./flatten.ts";
import { numberArbitrary } from "./numbers.ts";
import { patternAsRegExp, stringArbitrary } from "./strings.ts";
import { Ungenerable } from "./ungenerable.ts";
import type { Validator } from "./validator.ts";

type Schema = JsonSchema | boolean;

/** Objects and arrays within one another: below this only what must be there is. */
const DEPTH = 4;
/** What is required of itself has no end. */
const MOST_DEPTH = 16;
const MOST_ITEMS = 6;

const anything = fc.jsonValue({ maxDepth: 1 });

/** Makes up values of JSON Schemas. What comes of it has to be judged: a few keywords are not looked at. */
export class Arbitraries {
  readonly #document: OpenApiDocument;
  readonly #validator: Validator;
  readonly #made = new Map<Schema, Arbitrary<unknown>[]>();

  constructor(document: OpenApiDocument, validator: Validator) {
    this.#document = document;
    this.#validator = validator;
  }

  /** Values of a schema. Throws an `Ungenerable` where none can be made up. */
  of(schema: Schema, depth = 0): Arbitrary<unknown> {
    const made = this.#made.get(schema) ?? [];
    if (depth > MOST_DEPTH) throw new Ungenerable("the schema requires itself without an end");
    if (made[depth] === undefined) {
      made[depth] = this.#withExamples(schema, depth);
      this.#made.set(schema, made);
    }
    return made[depth];
  }

  #withExamples(schema: Schema, depth: number): Arbitrary<unknown> {
    const flat = flatten(schema, this.#document);
    if (flat === false) throw new Ungenerable("no value meets the schema");
    const { examples, example } = (flat === true ? {} : flat) as { examples?: unknown; example?: unknown };
    const given = [
      ...(Array.isArray(examples) ? (examples as unknown[]) : []),
      ...(example === undefined ? [] : [example]),
    ];
    const fitting = given.filter((each) => this.#validator.issue(schema, each) === undefined);
    if (fitting.length === 0) return this.#make(flat, depth);
    const known = fc.constantFrom(...fitting);
    try {
      return fc.oneof({ weight: 3, arbitrary: this.#make(flat, depth) }, { weight: 1, arbitrary: known });
    } catch (error) {
      if (error instanceof Ungenerable) return known;
      throw error;
    }
  }

  #make(flat: Schema, depth: number): Arbitrary<unknown> {
    if (flat === true) return anything;
    if (typeof flat === "boolean") throw new Ungenerable("no value meets the schema");
    if ("const" in flat) return fc.constant(flat.const);
    if (flat.enum !== undefined) {
      if (flat.enum.length === 0) throw new Ungenerable("no value meets the schema");
      return fc.constantFrom(...flat.enum);
    }
    const { anyOf, oneOf, ...own } = flat;
    const branches = anyOf ?? oneOf;
    if (branches !== undefined)
      return this.#anyOf(own, branches, anyOf === undefined ? undefined : oneOf, depth);
    const types = typesOf(flat);
    if (types === undefined) return anything;
    return oneOfThose(types.map((type) => () => this.#ofType(type, flat, depth)));
  }

  /** Below a depth an alternative that ends is taken, if there is one. */
  #anyOf(
    own: JsonSchema,
    branches: readonly Schema[],
    oneOf: readonly Schema[] | undefined,
    depth: number,
  ): Arbitrary<unknown> {
    const flat = branches.map((branch) =>
      merge(merge(own, flatten(branch, this.#document)), oneOf === undefined ? true : { oneOf }),
    );
    const ends = flat.filter((branch) => {
      const types = typeof branch === "boolean" ? undefined : typesOf(branch);
      return types !== undefined && !types.includes("object") && !types.includes("array");
    });
    const taken = depth >= DEPTH && ends.length > 0 ? ends : flat;
    return oneOfThose(taken.map((branch) => () => this.#make(flatten(branch, this.#document), depth)));
  }

  #ofType(type: string, flat: JsonSchema, depth: number): Arbitrary<unknown> {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
      case "number":
        return numberArbitrary(flat, type === "integer");
      case "string":
        return stringArbitrary(flat);
      case "array":
        return this.#array(flat, depth);
      case "object":
        return this.#object(flat, depth);
      default:
        throw new Ungenerable(`'${type}' is no type`);
    }
  }

  #array(flat: JsonSchema, depth: number): Arbitrary<unknown[]> {
    const {
      items = true,
      prefixItems = [],
      minItems = 0,
      maxItems = Infinity,
      uniqueItems,
    } = flat as JsonSchema & {
      minItems?: number;
      maxItems?: number;
      uniqueItems?: boolean;
    };
    const prefix = prefixItems.map((each) => this.of(each, depth + 1));
    const minLength = Math.max(0, minItems - prefix.length);
    const most = Math.min(
      maxItems - prefix.length,
      Math.max(minLength, depth >= DEPTH ? minLength : minLength + MOST_ITEMS),
    );
    const none = fc.constant<unknown[]>([]);
    const rest =
      items === false || most <= 0 ? none : this.#items(items, minLength, most, uniqueItems === true, depth);
    return fc.tuple(fc.tuple(...prefix), rest).map(([first, others]) => [...first, ...others]);
  }

  #items(
    items: Schema,
    minLength: number,
    maxLength: number,
    isUnique: boolean,
    depth: number,
  ): Arbitrary<unknown[]> {
    let each: Arbitrary<unknown>;
    try {
      each = this.of(items, depth + 1);
    } catch (error) {
      if (!(error instanceof Ungenerable) || minLength > 0) throw error;
      return fc.constant([]);
    }
    const bounds = { minLength, maxLength };
    return isUnique
      ? fc.uniqueArray(each, { ...bounds, selector: (value) => JSON.stringify(value) })
      : fc.array(each, bounds);
  }

  #object(flat: JsonSchema, depth: number): Arbitrary<Record<string, unknown>> {
    const { properties = {}, required = [] } = flat;
    const model: Record<string, Arbitrary<unknown>> = {};
    for (const [name, schema] of Object.entries(properties)) {
      const isRequired = required.includes(name);
      if (!isRequired && (depth >= DEPTH || schema === false)) continue;
      const made = this.#property(name, schema, isRequired, depth);
      if (made !== undefined) define(model, name, made);
    }
    for (const name of required)
      if (!Object.hasOwn(model, name)) define(model, name, this.#additional(flat, depth) ?? anything);
    const named = fc.record(model, {
      requiredKeys: Object.keys(model).filter((name) => required.includes(name)),
    });
    const others = this.#others(flat, depth);
    if (others === undefined) return named as Arbitrary<Record<string, unknown>>;
    return fc.tuple(others, named).map(([more, own]) => together(more, own as Record<string, unknown>));
  }

  #property(
    name: string,
    schema: Schema,
    isRequired: boolean,
    depth: number,
  ): Arbitrary<unknown> | undefined {
    try {
      return this.of(schema, depth + 1);
    } catch (error) {
      if (!(error instanceof Ungenerable)) throw error;
      // What is optional can be left out.
      if (!isRequired) return undefined;
      throw new Ungenerable(`${name}: ${error.message}`);
    }
  }

  #additional({ additionalProperties }: JsonSchema, depth: number): Arbitrary<unknown> | undefined {
    return typeof additionalProperties === "object" ? this.of(additionalProperties, depth + 1) : undefined;
  }

  /** Keys that the schema does not name: those that it describes, or that it minds not. */
  #others(flat: JsonSchema, depth: number): Arbitrary<Record<string, unknown>> | undefined {
    const {
      additionalProperties,
      patternProperties = {},
      properties = {},
      minProperties = 0,
    } = flat as JsonSchema & { minProperties?: number };
    const [pattern] = Object.entries(patternProperties);
    if (pattern !== undefined) {
      const keys = fc.stringMatching(patternAsRegExp(pattern[0]));
      return fc.dictionary(keys, this.of(pattern[1], depth + 1), {
        minKeys: minProperties,
        maxKeys: minProperties + 3,
      });
    }
    if (additionalProperties === false) return undefined;
    const needed = Math.max(0, minProperties - Object.keys(properties).length);
    if (typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0) {
      const names = stringArbitrary((flat["propertyNames"] as JsonSchema | undefined) ?? {});
      const keys = names.filter((key) => !Object.hasOwn(properties, key));
      const most = depth >= DEPTH ? needed : needed + 3;
      return fc.dictionary(keys, this.of(additionalProperties, depth + 1), {
        minKeys: needed,
        maxKeys: most,
      });
    }
    if (needed > 0)
      return fc.dictionary(fc.string({ minLength: 1 }), anything, { minKeys: needed, maxKeys: needed + 2 });
    // Now and then a key of somebody's own, which is nobody's mistake.
    const own = fc.constant<Record<string, unknown>>({ "x-made-up": 1 });
    return depth > 0
      ? undefined
      : fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: own });
  }
}

/** Those that can be made; throws the first reason where none can. */
function oneOfThose(ways: readonly (() => Arbitrary<unknown>)[]): Arbitrary<unknown> {
  const made: Arbitrary<unknown>[] = [];
  let reason: Ungenerable | undefined;
  for (const way of ways)
    try {
      made.push(way());
    } catch (error) {
      if (!(error instanceof Ungenerable)) throw error;
      reason ??= error;
    }
  if (made.length === 0) throw reason ?? new Ungenerable("no value meets the schema");
  return made.length === 1 ? made[0]! : fc.oneof(...made);
}

/** Assigning would not, for `__proto__`. */
function define<T>(object: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** One object of both, the second one's members first in rank. */
export function together(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const each of [one, other]) for (const [key, value] of Object.entries(each)) define(all, key, value);
  return all;
}
