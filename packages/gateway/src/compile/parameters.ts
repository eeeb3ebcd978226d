import { follow } from "../documents/follow.ts";
import { isRecord } from "../documents/record.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { JsonSchema, Parameter } from "../snapshot.ts";
import { descriptionOf } from "./description.ts";
import { mediaTypeOf } from "./media-types.ts";
import type { ReadPath } from "./path-template.ts";
import type { ServiceReading } from "./service-reading.ts";

const PLACES: ReadonlySet<unknown> = new Set(["path", "query", "header", "cookie"]);
/** OpenAPI §4.12.2.1: parameters of these names are ignored, since other parts of the document describe them. */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);
const STYLES: ReadonlySet<string> = new Set([
  "matrix",
  "label",
  "simple",
  "form",
  "spaceDelimited",
  "pipeDelimited",
  "deepObject",
  "cookie",
]);

/** The parameters of an operation and of its path item, the operation's in the place of those of the same name. */
export function readParameters(
  pathItem: Spot,
  operation: Spot,
  path: ReadPath,
  reading: ServiceReading,
): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const list of [pathItem.get("parameters"), operation.get("parameters")]) {
    if (list.value !== undefined && !Array.isArray(list.value))
      reading.findings.mistake(wrong.wrongPart(shown(list.value), "a list of parameters"), list.origin);
    for (const item of list.items()) {
      const parameter = readParameter(item, path, reading);
      if (parameter !== undefined) found.set(`${parameter.in} ${keyOf(parameter)}`, parameter);
    }
  }
  addUndeclared(found, path, operation, reading);
  return [...found.values()];
}

function keyOf({ in: place, name }: Parameter): string {
  return place === "header" ? name.toLowerCase() : name;
}

function readParameter(item: Spot, path: ReadPath, reading: ServiceReading): Parameter | undefined {
  const { findings } = reading;
  const spot = follow(item, findings);
  if (spot === undefined) return undefined;
  if (!isRecord(spot.value))
    return findings.mistake(wrong.wrongPart(shown(spot.value), "a parameter"), spot.origin);
  reading.unknownKeys.look("parameter", spot);
  const { in: place, name } = spot.value;
  if (typeof name !== "string" || name === "")
    return findings.mistake(wrong.wrongPart(shown(name), "the name of a parameter"), spot.origin);
  if (place === "querystring")
    return findings.warn(wrong.notServed(`the check of the whole query string ('${name}')`), spot.origin);
  if (!PLACES.has(place))
    return findings.mistake(
      wrong.wrongPart(shown(place), `path, query, header or cookie (of the parameter '${name}')`),
      spot.origin,
    );
  if (place === "header" && IGNORED_HEADERS.has(name.toLowerCase())) return undefined;
  const own = place === "path" ? path.names.get(name) : name;
  if (own === undefined) return findings.warn(wrong.unusedParameter(name, path.template.text), spot.origin);
  return described(spot, place as Parameter["in"], own, reading);
}

function described(spot: Spot, place: Parameter["in"], name: string, reading: ServiceReading): Parameter {
  const { style, explode, allowReserved, allowEmptyValue, required } = spot.value as Readonly<
    Record<string, unknown>
  >;
  const byDefault = place === "query" || place === "cookie" ? "form" : "simple";
  const used = typeof style === "string" && STYLES.has(style) ? style : byDefault;
  if (style !== undefined && used !== style)
    reading.findings.mistake(
      wrong.wrongPart(shown(style), "a style of parameters"),
      spot.get("style").origin,
    );
  const { schema, mediaType } = schemaOf(spot, name, reading);
  return {
    in: place,
    name,
    ...descriptionOf(spot),
    required: place === "path" || required === true,
    style: used,
    explode: typeof explode === "boolean" ? explode : used === "form" || used === "cookie",
    allowReserved: allowReserved === true,
    schema,
    mediaType,
    ...(place === "query" && allowEmptyValue === true && { allowEmptyValue }),
  };
}

function schemaOf(
  spot: Spot,
  name: string,
  reading: ServiceReading,
): { schema: JsonSchema; mediaType: string | null } {
  const schema = spot.get("schema");
  if (schema.value !== undefined) return { schema: reading.schemas.read(schema), mediaType: null };
  const [content] = spot.get("content").members();
  if (content === undefined) {
    reading.findings.warn(wrong.noParameterSchema(name), spot.origin);
    return { schema: true, mediaType: null };
  }
  const [type, media] = content;
  const inside = media.get("schema");
  return {
    schema: inside.value === undefined ? true : reading.schemas.read(inside),
    mediaType: mediaTypeOf(type, media, reading) ?? null,
  };
}

/** What stands in the path and nowhere else takes any text. */
function addUndeclared(
  found: Map<string, Parameter>,
  { names, template }: ReadPath,
  operation: Spot,
  { findings }: ServiceReading,
): void {
  for (const [given, name] of names) {
    if (found.has(`path ${name}`)) continue;
    findings.warn(wrong.undeclaredParameter(given, template.text), operation.origin);
    found.set(`path ${name}`, {
      in: "path",
      name,
      required: true,
      style: "simple",
      explode: false,
      allowReserved: false,
      schema: { type: "string" },
      mediaType: null,
    });
  }
}
