import type { StandardSchemaV1 } from "@standard-schema/spec";
import { admitsAbsence } from "./absence.ts";
import type { Issue } from "./issue.ts";
import { jsonSchema } from "./json-schema.ts";
import { JSON_VALUE } from "./json-value.ts";
import { kinds } from "./kinds.ts";
import { deepObject, formObject, type ObjectReader } from "./object-reader.ts";
import type { Query } from "./query.ts";
import { UNREADABLE } from "./scalar.ts";
import { SchemaError } from "./schema-error.ts";
import { wireShape, type Rooted } from "./shape.ts";
import {
  arrayValue,
  pairsValue,
  scalarValue,
  type Raw,
  type Split,
  type ValueReader,
} from "./value-reader.ts";

export { UNREADABLE };

export type WirePlace = "path" | "path?" | "query" | "header" | "cookie" | "form";
export type WireStyle = "form" | "deepObject" | "simple" | "spaceDelimited" | "pipeDelimited";

/** What a reader needs to know of an input. */
export interface WireInput {
  readonly in: WirePlace;
  readonly schema: StandardSchemaV1<any, any>;
  readonly options: { readonly style?: WireStyle; readonly explode?: boolean };
}

/**
 * Turns what stands on the wire into the value that the library is asked about, by the input's JSON Schema. Everything
 * that can be decided was decided when it was made.
 */
export interface WireReader extends ValueReader {
  /** Present when the value is spread over several names of the query: then this is called, and `read` is not. */
  readonly readObject?: (query: Query) => unknown;
  /** Every reason why `readObject` gives UNREADABLE. */
  readonly explainObject?: (query: Query) => Issue[];
}

/**
 * The reader of one input.
 *
 * @param name the wire name: `name[key]` of a deepObject begins with it
 *
 * Throws a `SchemaError` for what has no single form on the wire: arrays mixed with scalars, objects without a style,
 * nested arrays, and styles that the place does not have. In a form an object without a style is JSON, and a field that may
 * be absent is so when it is empty: browsers send every field there is.
 */
export function wireReader(input: WireInput, name: string): WireReader {
  const reader = readerOf(input, name);
  return input.in === "form" && admitsAbsence(input.schema) === true ? emptyIsAbsent(reader) : reader;
}

function emptyIsAbsent(reader: WireReader): WireReader {
  return {
    ...reader,
    read: (raw) => (raw === "" ? undefined : reader.read(raw)),
    explain: (raw) => (raw === "" ? [] : reader.explain(raw)),
  };
}

function readerOf(input: WireInput, name: string): WireReader {
  const root = jsonSchema(input.schema, "input");
  const rooted: Rooted = { schema: root, root };
  const what = `"${name}"`;
  const shape = wireShape(kinds(root, root));
  if (shape === undefined)
    throw new SchemaError(`${what} is an array or a single value, which cannot be told apart on the wire: declare one of them`); // prettier-ignore
  if (input.in === "form" && shape === "object" && input.options.style === undefined) return JSON_VALUE;
  const { style, explode } = styleOf(input, shape, what);
  if (shape === "scalar") return scalarValue(rooted);
  const split = explode && style === "form" ? undefined : splitOf(input.in, style);
  if (shape === "array") return arrayValue(rooted, split, what);
  if (style === "deepObject") return spread(deepObject(name, rooted, what), input.schema);
  if (split === undefined) return spread(formObject(rooted, what), input.schema);
  return pairsValue(rooted, split, explode, what);
}

/** When none of its names is there, an object that may not be absent is empty: its own properties then say what they miss. */
function spread(object: ObjectReader, schema: StandardSchemaV1): WireReader {
  const optional = admitsAbsence(schema) === true;
  return {
    read: () => undefined,
    explain: () => [],
    readObject: (query) => object.readObject(query) ?? (optional ? undefined : Object.create(null)),
    explainObject: (query) => object.explainObject(query),
  };
}

const STYLES: Record<WirePlace, readonly WireStyle[]> = {
  path: ["simple"],
  "path?": ["simple"],
  header: ["simple"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  cookie: ["form"],
  form: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
};

export interface Style {
  readonly style: WireStyle;
  readonly explode: boolean;
}

/** The style with OpenAPI's defaults filled in: `form` for query and cookie, else `simple`; exploded if `form`. */
export function styleOf(
  { in: place, options }: WireInput,
  shape: "scalar" | "array" | "object",
  what: string,
): Style {
  const allowed = STYLES[place];
  const style = options.style ?? allowed[0]!;
  const explode = options.explode ?? (style === "form" || style === "deepObject");
  const refuse = (message: string): never => {
    throw new SchemaError(`${what} ${message}`);
  };
  if (!allowed.includes(style))
    refuse(`has style "${style}", which a ${place.replace("?", "")} does not have: use ${allowed.map((one) => `"${one}"`).join(", ")}`); // prettier-ignore
  if (shape === "object" && options.style === undefined)
    refuse(`is an object and needs a style: ${remedies[place]}`);
  if (style === "deepObject" && shape !== "object")
    refuse('has style "deepObject" but is not an object: leave the style out');
  if (style === "deepObject" && !explode)
    refuse('has style "deepObject", which is always exploded: leave explode out');
  if (style.endsWith("Delimited")) {
    if (shape === "scalar") refuse(`has style "${style}" but is a single value: leave the style out`);
    if (explode) refuse(`has style "${style}", which is never exploded: leave explode out`);
  }
  if (place === "cookie" && shape !== "scalar" && explode)
    refuse("is not a single value, and a cookie has only one: add explode: false for a comma list");
  return { style, explode };
}

const inQuery = '"deepObject" (?name[key]=value) or "form" (each property is a parameter)';
const remedies: Record<WirePlace, string> = {
  path: '"simple" (key,value,key,value)',
  "path?": '"simple" (key,value,key,value)',
  header: '"simple" (key,value,key,value)',
  query: inQuery,
  cookie: '"form" with explode: false (key,value,key,value)',
  form: '"deepObject" (name[key]=value)',
};

function splitOf(place: WirePlace, style: WireStyle): Split {
  if (place === "header") return splitField;
  const separator = style === "spaceDelimited" ? " " : style === "pipeDelimited" ? "|" : ",";
  return (text) => text.split(separator);
}

/** RFC 9110 §5.6.1: white space around the elements of a list, and empty elements, mean nothing. */
function splitField(text: string): string[] {
  return text
    .split(",")
    .map(withoutBlanks)
    .filter((element) => element !== "");
}

/** By hand: a pattern for the end tries anew at every blank, in quadratic time. `trim` takes more than RFC 9110 does. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

export type { Raw };
