import type { JsonSchema } from "./json-schema.ts";
import { resolve } from "./resolve.ts";

/** Whether a value may be meant by a schema. Looks far enough to tell alternatives apart, not to validate. */
export type Admits = (value: unknown) => boolean;

const always: Admits = () => true;

/**
 * Types, constants and required keys of the schema and of its direct properties. Doubt is admission: dates, say, are
 * taken for whatever the schema wants, since only the library knows.
 */
export function admits(schema: JsonSchema | boolean, root: JsonSchema): Admits {
  return at(schema, root, 0, new Set());
}

function at(
  schema: JsonSchema | boolean,
  root: JsonSchema,
  depth: number,
  within: ReadonlySet<unknown>,
): Admits {
  const resolved = resolve(schema, root);
  if (typeof resolved === "boolean") return () => resolved;
  if (within.has(resolved)) return always;
  const inner = new Set(within).add(resolved);
  const part = (each: JsonSchema | boolean): Admits => at(each, root, depth, inner);
  const tests: Admits[] = [];
  const { type, enum: values, anyOf, oneOf, allOf, not } = resolved;

  if (type !== undefined) tests.push(hasType(new Set(typeof type === "string" ? [type] : type)));
  if ("const" in resolved) tests.push(isOneOf([resolved.const]));
  if (values !== undefined) tests.push(isOneOf(values));
  if (not === true || (typeof not === "object" && Object.keys(not).length === 0))
    tests.push((value) => value === undefined);
  for (const branches of [anyOf, oneOf]) {
    const any = branches?.map(part);
    if (any !== undefined) tests.push((value) => any.some((test) => test(value)));
  }
  for (const each of allOf ?? []) tests.push(part(each));
  if (depth < 2) tests.push(...members(resolved, root, depth));
  return tests.length === 0 ? always : (value) => tests.every((test) => test(value));
}

function members(
  { required, properties, items, prefixItems }: JsonSchema,
  root: JsonSchema,
  depth: number,
): Admits[] {
  const tests: Admits[] = [];
  if (required !== undefined && required.length > 0)
    tests.push((value) => !isRecord(value) || required.every((key) => read(value, key) !== undefined));
  const named = Object.entries(properties ?? {})
    .map(([key, property]) => [key, at(property, root, depth + 1, new Set())] as const)
    .filter(([, test]) => test !== always);
  if (named.length > 0)
    tests.push((value) => {
      if (!isRecord(value)) return true;
      return named.every(([key, test]) => {
        const member = read(value, key);
        return member === undefined || test(member);
      });
    });
  if (items !== undefined && prefixItems === undefined) {
    const element = at(items, root, depth + 1, new Set());
    if (element !== always) tests.push((value) => !Array.isArray(value) || value.every(element));
  }
  return tests;
}

function hasType(types: ReadonlySet<string>): Admits {
  return (value) => {
    if (value === null) return types.has("null");
    if (Array.isArray(value)) return types.has("array");
    if (typeof value === "object") return types.has("object") || "toJSON" in value;
    if (typeof value === "number")
      return types.has("number") || (types.has("integer") && Number.isInteger(value));
    return types.has(typeof value);
  };
}

function isOneOf(values: readonly unknown[]): Admits {
  const scalars = new Set(values);
  const objects = values.some((value) => typeof value === "object" && value !== null);
  return (value) => (typeof value === "object" && value !== null ? objects : scalars.has(value));
}

/** An object whose keys are what JSON.stringify would write. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an application's value: also an inherited getter, but nothing that every object inherits. */
export function read(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return key in Object.prototype && !Object.hasOwn(value, key) ? undefined : value[key];
}
