import type { StandardSchemaV1 } from "@standard-schema/spec";
import { admitsAbsence } from "./absence.ts";
import { jsonSchema, type JsonSchema } from "./json-schema.ts";
import { kinds } from "./kinds.ts";
import { resolve } from "./resolve.ts";
import { SchemaError } from "./schema-error.ts";
import { alternatives, objectShape, wireShape } from "./shape.ts";

type Subschema = JsonSchema | boolean;

/** The schema of an object taken apart, so that each property can be read from the wire under a name of its own. */
export interface ObjectGroup {
  /**
   * What each property may be. These are for reading and for documents: the verdict is the object's own schema's. Their
   * word on undefined says whether the property is required.
   */
  readonly members: ReadonlyMap<string, StandardSchemaV1>;
  /** What a key that is not declared may be; undefined where the schema does not ask for such keys. */
  readonly rest: StandardSchemaV1 | undefined;
  /** The schema says `additionalProperties: false`: a key that is not declared is a mistake. */
  readonly closed: boolean;
}

const groups = new WeakMap<StandardSchemaV1, ObjectGroup>();

/** Throws a `SchemaError` for a schema that gives no JSON Schema, and for one that is not of an object. */
export function objectGroup(schema: StandardSchemaV1): ObjectGroup {
  let group = groups.get(schema);
  if (group === undefined) groups.set(schema, (group = takeApart(schema)));
  return group;
}

function takeApart(schema: StandardSchemaV1): ObjectGroup {
  const root = jsonSchema(schema, "input");
  const rooted = { schema: root, root };
  if (wireShape(kinds(root, root)) !== "object")
    throw new SchemaError("a group of inputs is one object: give the schema of an object, with a property for each of them"); // prettier-ignore
  const { vendor } = schema["~standard"];
  const required = admitsAbsence(schema) === true ? new Set<string>() : requiredIn(root, root, new Set());
  const parts = alternatives(rooted, "object").filter(declaresKeys);
  const rest = restOf(parts);
  return {
    members: new Map(
      [...objectShape(rooted).properties].map(
        ([name, property]) => [name, member(property.schema, root, vendor, required.has(name))] as const,
      ),
    ),
    rest: rest === undefined ? undefined : member(rest, root, vendor, false),
    closed: rest === undefined && parts.some((part) => part.additionalProperties === false),
  };
}

function declaresKeys({ properties, patternProperties, additionalProperties }: JsonSchema): boolean {
  return properties !== undefined || patternProperties !== undefined || additionalProperties !== undefined;
}

/** Patterns are the library's affair: a key that may match one is read, and then judged. */
function restOf(parts: readonly JsonSchema[]): Subschema | undefined {
  const others = parts.flatMap(({ patternProperties, additionalProperties }) => [
    ...Object.values(patternProperties ?? {}),
    ...(additionalProperties === undefined || additionalProperties === false ? [] : [additionalProperties]),
  ]);
  return others.length < 2 ? others[0] : { anyOf: others };
}

/** One property as a schema: what the root defines goes with it, since it may refer to that. */
function member(property: Subschema, root: JsonSchema, vendor: string, required: boolean): StandardSchemaV1 {
  const own: JsonSchema = property === true ? {} : property === false ? { not: {} } : property;
  const json = root.$defs === undefined ? own : { ...own, $defs: root.$defs };
  const validate = (value: unknown): StandardSchemaV1.Result<unknown> =>
    required && value === undefined ? { issues: [{ message: "is required" }] } : { value };
  const side = (): JsonSchema => json;
  const standard = { version: 1, vendor, validate, jsonSchema: { input: side, output: side } } as const;
  return { "~standard": standard };
}

/** The keys that every value of the schema has. */
function requiredIn(schema: Subschema, root: JsonSchema, within: ReadonlySet<unknown>): Set<string> {
  const resolved = resolve(schema, root);
  if (typeof resolved === "boolean" || within.has(resolved)) return new Set();
  const inner = new Set(within).add(resolved);
  const { required = [], allOf = [], anyOf, oneOf } = resolved;
  const keys = new Set(required);
  for (const part of allOf) for (const key of requiredIn(part, root, inner)) keys.add(key);
  for (const branches of [anyOf, oneOf]) {
    const [first, ...others] = (branches ?? []).map((branch) => requiredIn(branch, root, inner));
    for (const key of first ?? []) if (others.every((other) => other.has(key))) keys.add(key);
  }
  return keys;
}
