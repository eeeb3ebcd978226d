import type { Schema } from "../inputs/input.ts";
import { admitsAbsence } from "../schema/absence.ts";
import { wireReader } from "../schema/coerce.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { JSON_VALUE } from "../schema/json-value.ts";
import { kinds } from "../schema/kinds.ts";
import { objectGroup } from "../schema/object-group.ts";
import { SchemaError } from "../schema/schema-error.ts";
import { alternatives, wireShape } from "../schema/shape.ts";
import type { ValueReader } from "../schema/value-reader.ts";
import { variableName, type Naming } from "./variable-name.ts";

interface Part {
  readonly path: readonly string[];
  readonly variable: string;
  readonly description: string | undefined;
  /** It may be absent. */
  readonly optional: boolean;
  /** It may not be absent where the object is there that it stands in. */
  readonly needed: boolean;
  readonly secret: boolean;
}

/** A setting that one variable gives. */
export interface Leaf extends Part {
  readonly members?: undefined;
  /** Text to the value that the schema judges, by the rules for parameters of a query. */
  readonly reader: ValueReader;
}

/** An object of settings: each has a variable, and all together may stand in one as JSON. */
export interface Branch extends Part {
  readonly members: ReadonlyMap<string, Leaf | Branch>;
}

/**
 * Takes the schema of settings apart. Throws a `SchemaError` for what is no object or cannot be read from text, and a
 * `TypeError` for two settings of one variable and for a secret that does not exist.
 */
export function outlineOf(schema: Schema, naming: Naming, secrets: readonly string[]): Branch {
  const marked = new Set(secrets);
  const outline = branchOf(schema, [], false, naming, marked);
  const byVariable = new Map<string, string>();
  for (const leaf of leavesOf(outline)) {
    const path = leaf.path.join(".");
    const other = byVariable.get(leaf.variable);
    if (other !== undefined)
      throw new TypeError(`settings: '${other}' and '${path}' are both set by ${leaf.variable}: give one of them another name by names`); // prettier-ignore
    byVariable.set(leaf.variable, path);
  }
  const paths = [...byVariable.values()];
  for (const path of [...secrets, ...Object.keys(naming.names)])
    if (!paths.includes(path))
      throw new TypeError(`settings: there is no '${path}'; settings are ${paths.join(", ")}`);
  return outline;
}

/** Every setting that has a variable of its own, in the order of declaration. */
export function* leavesOf(branch: Branch): Generator<Leaf> {
  for (const part of branch.members.values())
    if (part.members === undefined) yield part;
    else yield* leavesOf(part);
}

function branchOf(
  schema: Schema,
  path: readonly string[],
  secret: boolean,
  naming: Naming,
  marked: ReadonlySet<string>,
): Branch {
  const members = new Map<string, Leaf | Branch>();
  const root = jsonSchema(schema, "input");
  const needed = new Set(
    alternatives({ schema: root, root }, "object").flatMap(({ required = [] }) => required),
  );
  for (const [property, member] of objectGroup(schema).members) {
    const part = partOf(member, [...path, property], secret, naming, marked);
    members.set(property, needed.has(property) ? { ...part, needed: true } : part);
  }
  return { ...aboutOf(schema, path, secret, naming), members };
}

function partOf(
  schema: Schema,
  path: readonly string[],
  within: boolean,
  naming: Naming,
  marked: ReadonlySet<string>,
): Leaf | Branch {
  const secret = within || marked.has(path.join(".")) || isMarked(schema);
  const json = jsonSchema(schema, "input");
  const isObject = wireShape(kinds(json, json)) === "object";
  // An object whose keys are free has no variables of their own.
  if (isObject && objectGroup(schema).members.size > 0) return branchOf(schema, path, secret, naming, marked);
  return { ...aboutOf(schema, path, secret, naming), reader: readerOf(schema, path) };
}

function aboutOf(schema: Schema, path: readonly string[], secret: boolean, naming: Naming): Part {
  const { description } = jsonSchema(schema, "input");
  return {
    path,
    variable: variableName(path, naming),
    description: typeof description === "string" ? description : undefined,
    optional: admitsAbsence(schema) === true,
    needed: false,
    secret,
  };
}

/** Whether the schema says so of itself: `.meta({ secret: true })`. */
function isMarked(schema: Schema): boolean {
  const root = jsonSchema(schema, "input");
  return (
    root["secret"] === true ||
    (["string", "object", "array"] as const).some((kind) =>
      alternatives({ schema: root, root }, kind).some((each) => each["secret"] === true),
    )
  );
}

function readerOf(schema: Schema, path: readonly string[]): ValueReader {
  const name = path.join(".");
  const json = jsonSchema(schema, "input");
  switch (wireShape(kinds(json, json))) {
    case "object":
      return JSON_VALUE;
    case "array":
      return listReader(schema, name);
    default:
      return wireReader({ in: "query", schema, options: {} }, name);
  }
}

/** A list is JSON, or has commas between its elements. */
function listReader(schema: Schema, name: string): ValueReader {
  let commas: ValueReader;
  try {
    commas = wireReader({ in: "header", schema, options: {} }, name);
  } catch (error) {
    if (error instanceof SchemaError) return JSON_VALUE; // of lists or objects
    throw error;
  }
  const readerFor = (raw: Parameters<ValueReader["read"]>[0]): ValueReader =>
    typeof raw === "string" && /^\s*\[/.test(raw) ? JSON_VALUE : commas;
  return {
    read: (raw) => readerFor(raw).read(raw),
    explain: (raw) => readerFor(raw).explain(raw),
  };
}
