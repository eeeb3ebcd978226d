import { isRecord } from "../canonical-text.ts";
import { schemaAt, type Conjunction } from "./schema/conjunction.ts";
import type { Operation } from "./operations.ts";
import type { Spot } from "./source.ts";

export interface Parameter {
  readonly name: string;
  /** "path", "query", "header", "cookie"; "querystring" in 3.2. */
  readonly place: string;
  /** Of a path parameter: which one of the path it is, from 0. */
  readonly position: number;
  readonly spot: Spot;
  readonly required: boolean;
  readonly schema: Conjunction;
  /** How it is written, defaults filled in. */
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** It takes the rest of the path. */
  readonly catchAll: boolean;
}

/** Say what the message around them says elsewhere (OpenAPI 3.1, Parameter Object). */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

/** The parameters of an operation, those of its path item included unless it overrides them. */
export function parametersOf({ path, spot, item }: Operation): Parameter[] {
  const names = Array.from(path.matchAll(/\{([^}]*)\}/g), ([, name]) => name!);
  const found = new Map<string, Parameter>();
  for (const each of [
    ...(item?.at("parameters")?.items() ?? []),
    ...(spot.at("parameters")?.items() ?? []),
  ]) {
    const parameter = parameterOf(each, names);
    if (parameter !== undefined) found.set(keyOfParameter(parameter), parameter);
  }
  return [...found.values()];
}

export function keyOfParameter({ place, name }: Parameter): string {
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function parameterOf(spot: Spot, names: readonly string[]): Parameter | undefined {
  const [name, place] = [spot.text("name"), spot.text("in")];
  if (name === undefined || place === undefined) return undefined;
  if (place === "header" && IGNORED_HEADERS.has(name.toLowerCase())) return undefined;
  const style = spot.text("style") ?? (place === "query" || place === "cookie" ? "form" : "simple");
  const [content] = spot.at("content")?.members() ?? [];
  const explode = spot.get("explode")?.value;
  return {
    name,
    place,
    position: place === "path" ? names.indexOf(name) : -1,
    spot,
    required: spot.says("required"),
    schema: content === undefined ? schemaAt(spot, "schema") : schemaAt(content[1], "schema"),
    style: content === undefined ? style : content[0],
    explode: typeof explode === "boolean" ? explode : style === "form",
    allowReserved: spot.says("allowReserved"),
    catchAll: isRecord(spot.value) && spot.value["x-waymark-catch-all"] === true,
  };
}
