import {
  deepObject,
  formObject,
  isJson,
  kinds,
  UNREADABLE,
  wireShape,
  type Issue,
  type Query,
  type Rooted,
} from "waymark/internal";
import { isRecord } from "../../documents/record.ts";
import type { JsonSchema, Parameter } from "../../snapshot.ts";
import { issuesOf } from "./issues.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import type { SchemaSet, SchemaValidator } from "./schema-set.ts";
import { writtenAs } from "./styles.ts";
import { admitsAll } from "./subschemas.ts";
import {
  arrayOf,
  JSON_READER,
  objectOf,
  type Raw,
  type Reader,
  scalarOf,
  TEXT_READER,
} from "./value-readers.ts";

/** What one parameter of an operation may be. */
export interface ParameterCheck {
  readonly parameter: Parameter;
  /** Whether the values fit; `query` for those that are spread over several names. */
  isValid(raw: Raw, query: Query): boolean;
  issues(raw: Raw, query: Query): Issue[];
  /** Whether a name of the query is a part of it. */
  owns(name: string): boolean;
}

export const REQUIRED: Issue = { path: [], message: "is required", code: "required" };

/**
 * The check of one parameter. What has no single form on the wire is tried in each that it may have; where there is none at
 * all only its presence is checked, and `report` is told why.
 */
export function parameterCheck(
  parameter: Parameter,
  schemas: NamedSchemas,
  set: SchemaSet,
  report: (reason: string) => void,
): ParameterCheck {
  const { schema } = parameter;
  // References point into the snapshot.
  const rooted = { schema, root: { schemas } } as unknown as Rooted;
  const validator = isPlainText(schema) ? undefined : set.validator(schema);
  try {
    const spread = spreadReader(parameter, rooted);
    if (spread !== undefined) return spreadCheck(parameter, spread, validator);
    return valueCheck(parameter, readersOf(parameter, rooted), validator);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
    return presenceCheck(parameter, mayBeSpread(parameter, rooted));
  }
}

/** An object in the style "form" has names of its own, which nobody knows here. */
function mayBeSpread({ in: place, style, explode }: Parameter, { schema, root }: Rooted): boolean {
  if (place !== "query" || style !== "form" || !explode) return false;
  try {
    return kinds(schema, root)?.has("object") !== false;
  } catch {
    return true;
  }
}

/** Every text is one. */
function isPlainText(schema: JsonSchema): boolean {
  if (admitsAll(schema)) return true;
  return (
    isRecord(schema) && schema["type"] === "string" && admitsAll({ ...schema, type: undefined } as JsonSchema)
  );
}

interface Spread {
  read(query: Query): unknown;
  explain(query: Query): Issue[];
  owns(name: string): boolean;
}

/** Objects whose members are parameters of the query of their own. */
function spreadReader(
  { in: place, name, style, explode, mediaType }: Parameter,
  rooted: Rooted,
): Spread | undefined {
  if (place !== "query" || mediaType !== null) return undefined;
  const shape = wireShape(kinds(rooted.schema, rooted.root));
  if (style === "deepObject") {
    const object = deepObject(name, rooted, `"${name}"`);
    return {
      read: (query) => object.readObject(query),
      explain: (query) => object.explainObject(query),
      owns: (other) => other.startsWith(`${name}[`),
    };
  }
  if (shape !== "object" || style !== "form" || !explode) return undefined;
  const object = formObject(rooted, `"${name}"`);
  const members = new Set(Object.keys(membersOf(rooted)));
  return {
    read: (query) => object.readObject(query),
    explain: (query) => object.explainObject(query),
    owns: (other) => members.has(other),
  };
}

function membersOf({ schema }: Rooted): Readonly<Record<string, unknown>> {
  return (isRecord(schema) && isRecord(schema["properties"]) ? schema["properties"] : {}) as Readonly<
    Record<string, unknown>
  >;
}

function spreadCheck(
  parameter: Parameter,
  spread: Spread,
  validator: SchemaValidator | undefined,
): ParameterCheck {
  const { required } = parameter;
  return {
    parameter,
    owns: (name) => spread.owns(name),
    isValid(_, query) {
      const value = spread.read(query);
      if (value === undefined) return !required;
      return value !== UNREADABLE && (validator === undefined || validator.isValid(value));
    },
    issues(_, query) {
      const value = spread.read(query);
      if (value === undefined) return required ? [REQUIRED] : [];
      if (value === UNREADABLE) return spread.explain(query);
      return validator === undefined ? [] : issuesOf(validator.errors(value, true), value);
    },
  };
}

/** The ways in which a parameter may be read: mostly one. */
function readersOf(parameter: Parameter, rooted: Rooted): Reader[] {
  if (parameter.mediaType !== null) return [isJson(parameter.mediaType) ? JSON_READER : TEXT_READER];
  const written = writtenAs(parameter);
  const admitted = kinds(rooted.schema, rooted.root);
  const scalar = (): Reader => scalarOf(rooted, written.bare);
  const array = (): Reader => arrayOf(rooted, written.array);
  const object = (): Reader => objectOf(rooted, written.object, written.paired);
  // Without a type it may be a text or several.
  if (admitted === undefined) return parameter.in === "query" ? [TEXT_READER] : [scalar()];
  const shape = wireShape(admitted);
  if (shape === "scalar") return [scalar()];
  if (shape === "array") return [array()];
  if (shape === "object") return [object()];
  const readers: Reader[] = [];
  if ([...admitted].some((kind) => kind !== "array" && kind !== "object" && kind !== "null"))
    readers.push(scalar());
  if (admitted.has("array")) readers.push(array());
  if (admitted.has("object") && parameter.style !== "form") readers.push(object());
  return readers;
}

function valueCheck(
  parameter: Parameter,
  readers: readonly Reader[],
  validator: SchemaValidator | undefined,
): ParameterCheck {
  const { required, name, allowEmptyValue } = parameter;
  const fits = (reader: Reader, raw: string | readonly string[]): boolean => {
    const value = reader.read(raw);
    return value !== UNREADABLE && (validator === undefined || validator.isValid(value));
  };
  const [only] = readers as [Reader];
  return {
    parameter,
    owns: (other) => other === name,
    isValid(raw) {
      if (raw === undefined) return !required;
      if (raw === "" && allowEmptyValue === true) return true;
      return readers.length === 1 ? fits(only, raw) : readers.some((reader) => fits(reader, raw));
    },
    issues(raw) {
      if (raw === undefined) return required ? [REQUIRED] : [];
      if (raw === "" && allowEmptyValue === true) return [];
      if (readers.length > 1 && readers.some((reader) => fits(reader, raw))) return [];
      const value = only.read(raw);
      if (value === UNREADABLE) return only.explain(raw);
      return validator === undefined ? [] : issuesOf(validator.errors(value, true), value);
    },
  };
}

function presenceCheck(parameter: Parameter, isSpread: boolean): ParameterCheck {
  const { required, name, in: place } = parameter;
  const owns = (other: string): boolean => other === name || other.startsWith(`${name}[`);
  const isThere = (raw: Raw, query: Query): boolean => {
    if (raw !== undefined || place !== "query") return raw !== undefined;
    return isSpread || query.pairs.some((text, i) => i % 2 === 0 && owns(text));
  };
  return {
    parameter,
    owns,
    isValid: (raw, query) => !required || isThere(raw, query),
    issues: (raw, query) => (!required || isThere(raw, query) ? [] : [REQUIRED]),
  };
}
