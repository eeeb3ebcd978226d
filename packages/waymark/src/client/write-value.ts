import type { InputOptions } from "../inputs/marker.ts";

/** A value of the wire: a name, and its text. */
export type Pair = readonly [name: string, text: string];
export type ValuePlace = "path" | "query" | "header" | "cookie" | "form";
type Style = Pick<InputOptions, "style" | "explode">;

/**
 * A value as the server reads it again (OpenAPI's style and explode): the pairs that stand for it, none for undefined.
 * Throws a `TypeError` for what has no form on the wire.
 */
export function writeValue(place: ValuePlace, name: string, value: unknown, options: Style): Pair[] {
  if (value === undefined) return [];
  if (!isComposite(value)) return [[name, textOf(name, value)]];
  if (place === "form" && !Array.isArray(value) && options.style === undefined)
    return [[name, JSON.stringify(value)]];
  const style = options.style ?? (place === "path" || place === "header" ? "simple" : "form");
  if (style === "deepObject" && !Array.isArray(value)) return deepPairs(name, value);
  const explode = options.explode ?? (style === "form" || style === "deepObject");
  const separator = style === "spaceDelimited" ? " " : style === "pipeDelimited" ? "|" : ",";
  const join = (texts: readonly string[]): Pair[] =>
    texts.length === 0 ? [] : [[name, texts.map((text) => whole(name, text, separator)).join(separator)]];
  if (Array.isArray(value)) {
    const texts = value.map((each) => textOf(name, each));
    return explode && style === "form" ? texts.map((text) => [name, text] as const) : join(texts);
  }
  const entries = entriesOf(value);
  if (explode && style === "form") return entries.flatMap(([key, each]) => repeated(key, each));
  const pairs = entries.map(([key, each]) => [key, textOf(`${name}.${key}`, each)] as const);
  return join(explode ? pairs.map(([key, text]) => `${key}=${text}`) : pairs.flat());
}

/** `name[key]=value`, nested, with repeated names for arrays. */
function deepPairs(name: string, value: object): Pair[] {
  return entriesOf(value).flatMap(([key, each]) => {
    const inner = `${name}[${key}]`;
    return isComposite(each) && !Array.isArray(each) ? deepPairs(inner, each) : repeated(inner, each);
  });
}

function repeated(name: string, value: unknown): Pair[] {
  return (Array.isArray(value) ? value : [value]).map((each) => [name, textOf(name, each)] as const);
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

function isComposite(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return Object.is(value, -0) ? "0" : String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError(
    `'${name}' is ${value === null ? "null" : `a value (${typeof value})`}, which has no form outside of a body: leave it out`,
  );
}

/** What separates cannot stand in what is separated: the server would read two. */
function whole(name: string, text: string, separator: string): string {
  if (!text.includes(separator)) return text;
  throw new TypeError(`'${name}' holds ${JSON.stringify(separator)}, which separates its values on the wire`);
}
