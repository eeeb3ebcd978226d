import { admits, type Admits } from "./admits.ts";
import { copier } from "./copier.ts";
import { additionalOf, Conjunctions } from "./conjunction.ts";
import type { JsonSchema } from "./json-schema.ts";
import { define, merge } from "./merge.ts";
import { resolve } from "./resolve.ts";

/** A copy of a value that holds what its schema declares, and nothing else. */
export type OutputFilter = (value: unknown) => unknown;

/** A schema that says nothing about members: everything stays, unless another part of the schema does say something. */
const SILENT = undefined;
type Part = OutputFilter | typeof SILENT;

const keep: OutputFilter = (value) => value;

/**
 * The filter of a reply, decided once: members that the schema does not declare are left out, at every depth. An object
 * keeps undeclared members where `additionalProperties` is true or a schema, and loses them where it is false or absent.
 * Of alternatives, those that the value can be meant by count. Where nothing can be left out, the value itself comes back.
 *
 * It does not validate, except that it throws a `TypeError` for an object or array where the schema declares none: it
 * could only be written whole.
 */
export function outputFilter(schema: JsonSchema): OutputFilter {
  return new Compiler(schema).part(schema) ?? keep;
}

class Compiler {
  readonly #root: JsonSchema;
  readonly #conjunctions: Conjunctions;
  readonly #parts = new Map<JsonSchema, Part>();
  readonly #open = new Set<JsonSchema>();

  constructor(root: JsonSchema) {
    this.#root = root;
    this.#conjunctions = new Conjunctions(root);
  }

  part(schema: JsonSchema | boolean): Part {
    if (schema === true) return SILENT;
    if (schema === false) return refuse("nothing");
    if (this.#parts.has(schema)) return this.#parts.get(schema);
    if (this.#open.has(schema)) {
      // It contains itself: by the time that a value gets here, it is finished.
      return (value) => (this.#parts.get(schema) ?? keep)(value);
    }
    this.#open.add(schema);
    const part = this.#compile(schema);
    this.#open.delete(schema);
    this.#parts.set(schema, part);
    return part;
  }

  #compile(schema: JsonSchema): Part {
    const { own, unions } = this.#conjunctions.of(schema);
    const declared = this.#own(own);
    const parts = unions
      .map((branches) => this.#union(branches, declared === SILENT))
      .filter((part) => part !== SILENT);
    if (declared !== SILENT) parts.push(declared);
    if (parts.length < 2) return parts[0];
    return (value) => parts.map((part) => part(value)).reduce(merge);
  }

  /** @param alone whether a silent alternative keeps everything: it does not where something else says what is declared */
  #union(branches: readonly (JsonSchema | boolean)[], alone: boolean): Part {
    const all = branches
      .map((branch) => ({
        part: this.part(branch),
        admits: admits(branch, this.#root),
        isOfType: typeOf(branch, this.#root),
      }))
      .filter(({ part }) => alone || part !== SILENT);
    if (all.every(({ part }) => part === SILENT)) return SILENT;
    const unmatched = refuse("none of the alternatives");
    return (value) => {
      if (typeof value !== "object" || value === null) return value;
      let matching = all.filter((branch) => branch.admits(value));
      // The library accepted what no branch seems to mean: the branches of its type decide.
      if (matching.length === 0) matching = all.filter((branch) => branch.isOfType(value));
      if (matching.length === 0) return unmatched(value);
      return matching.map(({ part }) => (part ?? keep)(value)).reduce(merge);
    };
  }

  #own(schema: JsonSchema): Part {
    const { type, properties, patternProperties, items, prefixItems } = schema;
    const additionalProperties = additionalOf(schema);
    if ("const" in schema || schema.enum !== undefined)
      return keepsObjects(schema) ? keep : refuse("a constant");
    const types = type === undefined ? undefined : typeof type === "string" ? [type] : type;
    const saysObject = (properties ?? patternProperties ?? additionalProperties) !== undefined;
    const saysArray = (items ?? prefixItems) !== undefined;
    if (types === undefined && !saysObject && !saysArray) return SILENT;
    const declared = types?.join(" or ") ?? (saysObject ? "an object" : "an array");
    const other = types === undefined ? keep : refuse(declared);
    const object =
      saysObject || types?.includes("object")
        ? this.#object(properties ?? {}, patternProperties ?? {}, additionalProperties ?? false)
        : other;
    const array = saysArray || types?.includes("array") ? this.#array(prefixItems ?? [], items) : other;
    if (object === other && array === other) return other;
    return (value) => {
      if (typeof value !== "object" || value === null) return value;
      const json = jsonOf(value);
      if (typeof json !== "object" || json === null) return value;
      return Array.isArray(json) ? array(json) : object(json);
    };
  }

  #object(
    properties: Readonly<Record<string, JsonSchema | boolean>>,
    patterns: Readonly<Record<string, JsonSchema | boolean>>,
    additional: JsonSchema | boolean,
  ): OutputFilter {
    const named = Object.entries(properties).map(([key, schema]) => ({
      key,
      filter: this.part(schema) ?? keep,
    }));
    const others = Object.entries(patterns).map(
      ([pattern, schema]) => [new RegExp(pattern), this.part(schema) ?? keep] as const,
    );
    if (additional === false && others.length === 0)
      return copier(named.map(({ key, filter }) => ({ key, filter: filter === keep ? undefined : filter })));
    const rest = additional === false ? undefined : (this.part(additional) ?? keep);
    if (rest === keep && others.length === 0 && named.every(({ filter }) => filter === keep)) return keep;
    const byName = new Map(named.map(({ key, filter }) => [key, filter]));
    return openObject((key) => byName.get(key) ?? others.find(([pattern]) => pattern.test(key))?.[1] ?? rest);
  }

  #array(
    prefixItems: readonly (JsonSchema | boolean)[],
    items: JsonSchema | boolean | undefined,
  ): OutputFilter {
    const prefix = prefixItems.map((schema) => this.part(schema) ?? keep);
    // A tuple declares its elements as an object declares its keys; a bare array says nothing about them.
    const rest =
      items === undefined || items === false
        ? prefix.length > 0
          ? undefined
          : keep
        : (this.part(items) ?? keep);
    if (rest === keep && prefix.every((filter) => filter === keep)) return keep;
    return (value) => {
      const array = value as unknown[];
      const length = rest === undefined ? Math.min(array.length, prefix.length) : array.length;
      let copy: unknown[] | undefined = length < array.length ? array.slice(0, length) : undefined;
      for (let i = 0; i < length; i++) {
        const before = array[i];
        const after = (prefix[i] ?? rest!)(before);
        if (after !== before) (copy ??= array.slice(0, length))[i] = after;
      }
      return copy ?? array;
    };
  }
}

function openObject(filterOf: (key: string) => OutputFilter | undefined): OutputFilter {
  return (value) => {
    const object = value as Record<string, unknown>;
    const copy: Record<string, unknown> = {};
    let changed = false;
    for (const key of Object.keys(object)) {
      const filter = filterOf(key);
      const before = object[key];
      const after = filter === undefined ? undefined : filter(before);
      if (after !== before) changed = true;
      if (filter !== undefined) define(copy, key, after);
    }
    return changed ? copy : object;
  };
}

/** For a schema without members. Dates and what else writes itself as a scalar are what JSON makes of them. */
function refuse(declared: string): OutputFilter {
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    const json = jsonOf(value);
    if (typeof json !== "object" || json === null) return value;
    throw new TypeError(`the result holds ${Array.isArray(json) ? "an array" : "an object"} where its schema declares ${declared}`); // prettier-ignore
  };
}

/** What JSON.stringify would write in the place of an object, so that what `toJSON` gives is filtered too. */
function jsonOf(value: object): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === "function" ? (toJSON.call(value, "") as unknown) : value;
}

function keepsObjects(schema: JsonSchema): boolean {
  return [schema.const, ...(schema.enum ?? [])].some((value) => typeof value === "object" && value !== null);
}

/** Whether a value has a type that the schema admits, whatever is in it. */
function typeOf(schema: JsonSchema | boolean, root: JsonSchema): Admits {
  const resolved = resolve(schema, root);
  if (typeof resolved === "boolean") return () => resolved;
  return admits(resolved.type === undefined ? true : { type: resolved.type }, root);
}
