import { styleOf, UNREADABLE, wireReader, type Style, type WireInput } from "./coerce.ts";
import { jsonSchema } from "./json-schema.ts";
import { kinds } from "./kinds.ts";
import { Query } from "./query.ts";
import { wireShape } from "./shape.ts";

/** A name and its text. */
export type Pair = readonly [name: string, text: string];

/** Thrown for a value that the wire has no form for: the message goes on after the name of the input. */
export class UnwritableError extends Error {
  override readonly name = "UnwritableError";
}

/**
 * A value as `wireReader` reads it back: one pair, or several where it is spread. None for undefined.
 * Throws an `UnwritableError` for what would be read as another value, or as none.
 */
export function writeWire(input: WireInput, name: string, value: unknown): readonly Pair[] {
  if (value === undefined) return [];
  const json = jsonSchema(input.schema, "input");
  const shape = wireShape(kinds(json, json)) ?? "scalar";
  const pairs = write(name, value, styleOf(input, shape, name), shape, input.in);
  const read = readBack(input, name, pairs);
  if (!isSame(value, read)) throw new UnwritableError("would be read as another value");
  return pairs;
}

function write(
  name: string,
  value: unknown,
  { style, explode }: Style,
  shape: "scalar" | "array" | "object",
  place: WireInput["in"],
): readonly Pair[] {
  if (shape === "scalar") return [[name, textOf(value)]];
  const separator = style === "spaceDelimited" ? " " : style === "pipeDelimited" ? "|" : ",";
  if (shape === "array") {
    if (!Array.isArray(value)) throw new UnwritableError("has to be a list");
    const texts = value.map(textOf);
    if (texts.length === 0)
      throw new UnwritableError("is an empty list, which cannot be told from none: leave it out");
    return explode && place === "query"
      ? texts.map((text) => [name, text] as const)
      : [[name, joined(texts, separator)]];
  }
  const entries = entriesOf(value);
  if (entries.length === 0)
    throw new UnwritableError("is an empty object, which cannot be told from none: leave it out");
  if (style === "deepObject") return entries.flatMap(([key, own]) => deepPairs(`${name}[${key}]`, own));
  if (explode && place === "query") return entries.flatMap(([key, own]) => deepPairs(key, own));
  const texts = entries.map(([key, own]) => [key, textOf(own)]);
  return [[name, joined(explode ? texts.map((pair) => pair.join("=")) : texts.flat(), separator)]];
}

function deepPairs(name: string, value: unknown): readonly Pair[] {
  if (Array.isArray(value)) return value.map((each) => [name, textOf(each)] as const);
  if (isPlain(value)) return entriesOf(value).flatMap(([key, own]) => deepPairs(`${name}[${key}]`, own));
  return [[name, textOf(value)]];
}

function joined(texts: readonly string[], separator: string): string {
  const broken = texts.find((text) => text.includes(separator));
  if (broken !== undefined)
    throw new UnwritableError(
      `has ${JSON.stringify(separator)} in ${JSON.stringify(broken)}, and it parts the values`,
    );
  return texts.join(separator);
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      if (Number.isFinite(value)) return String(value);
      throw new UnwritableError(`is ${value}, which has no form in a URL`);
    default:
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      if (value instanceof URL) return value.href;
      throw new UnwritableError(`has ${kindOf(value)} where only a single value can stand`);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : `a${typeof value === "object" ? "n object" : ` ${typeof value}`}`;
}

function entriesOf(value: unknown): [string, unknown][] {
  if (!isPlain(value)) throw new UnwritableError("has to be an object");
  return Object.entries(value).filter(([, own]) => own !== undefined);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function readBack(input: WireInput, name: string, pairs: readonly Pair[]): unknown {
  const reader = wireReader(input, name);
  const query = new Query(pairs.flat());
  const spread = reader.readObject !== undefined;
  const read = spread ? reader.readObject(query) : reader.read(query.get(name));
  if (read !== UNREADABLE) return read;
  const issues = spread ? reader.explainObject!(query) : reader.explain(query.get(name));
  throw new UnwritableError(`is not right: ${[...new Set(issues.map(({ message }) => message))].join("; ")}`);
}

/** A single value is the same by its text: a number that stands for a text is as good. */
function isSame(value: unknown, read: unknown): boolean {
  if (Array.isArray(value))
    return (
      Array.isArray(read) && value.length === read.length && value.every((each, i) => isSame(each, read[i]))
    );
  if (!isPlain(value) || value instanceof URL) return value === read || textOf(value) === String(read);
  if (!isPlain(read)) return false;
  const entries = entriesOf(value);
  return (
    entries.length === Object.keys(read).length &&
    entries.every(
      ([key, own]) => Object.hasOwn(read, key) && isSame(own, (read as Record<string, unknown>)[key]),
    )
  );
}
