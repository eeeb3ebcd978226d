import type { Template } from "../routing/template.ts";
import { compact } from "./compact.ts";
import type { ParameterObject } from "./document.ts";
import { examplesOf } from "./examples.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import type { WireRead } from "./reads.ts";
import type { SchemaComponents, Sighting } from "./schema-components.ts";
import { pascalCase } from "./title-case.ts";

/** Named by the specification as no parameters: content types and security say them (OpenAPI 3.1 §4.8.12.2). */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

export interface ParameterContext {
  readonly schemas: SchemaComponents;
  /** "readProduct" and "GET /products/{id}", for names and messages. */
  readonly operationId: string;
  readonly label: string;
  readonly template: Template;
  /** What the template's names are called where it stands under another route's. */
  readonly shownNames: readonly string[];
}

/** Parameters of an operation: those of the path from left to right, then the others as they were declared. */
export function parametersOf(reads: readonly WireRead[], context: ParameterContext): ParameterObject[] {
  const parameters = new Map<string, ParameterObject>();
  for (const name of context.template.names) {
    const read = reads.find((each) => each.place === "path" && each.name === name);
    // Only `request()` sees it.
    if (read === undefined)
      parameters.set(keyOf("path", name), { name, in: "path", required: true, schema: { type: "string" } });
  }
  for (const read of reads) {
    // Without its parameters a path would be no valid path, so nothing hides those.
    if (read.place !== "path" && (read.marker.options.hidden === true || isNoParameter(read))) continue;
    const key = keyOf(read.place, read.name);
    const known = parameters.get(key);
    const parameter = parameterOf(read, context);
    parameters.set(key, known === undefined ? parameter : both(known, parameter));
  }
  return [...inPath(parameters, context), ...[...parameters.values()].filter((each) => each.in !== "path")];
}

function* inPath(
  parameters: ReadonlyMap<string, ParameterObject>,
  { template, shownNames }: ParameterContext,
): Generator<ParameterObject> {
  const last = template.segments.at(-1);
  const rest = last?.kind === "rest" ? last.name : undefined;
  for (const [index, name] of template.names.entries())
    yield {
      ...parameters.get(keyOf("path", name))!,
      name: shownNames[index]!,
      ...(name === rest ? { "x-waymark-catch-all": true as const } : {}),
    };
}

function parameterOf({ place, name, marker }: WireRead, context: ParameterContext): ParameterObject {
  const { options } = marker;
  const schema = context.schemas.schema(marker.schema, "input", sightingOf(place, name, context));
  return compact<ParameterObject>({
    name,
    in: place,
    description: options.description ?? textOf(schema["description"]),
    required: place === "path" || !mayBeAbsent(marker, schema) ? true : undefined,
    deprecated: (options.deprecated ?? schema["deprecated"] === true) ? true : undefined,
    style: options.style,
    explode: options.explode,
    schema,
    example: undefined,
    examples: undefined,
    "x-waymark-catch-all": undefined,
    ...examplesOf(options.examples),
  });
}

/** One name read twice on its way, by the same schema (WM502): who reads it first has the first word about it. */
function both(one: ParameterObject, other: ParameterObject): ParameterObject {
  return { ...other, ...one, ...(other.required === true ? { required: true } : {}) };
}

function sightingOf(place: string, name: string, { operationId, label }: ParameterContext): Sighting {
  return { name: pascalCase(`${operationId} ${name}`), where: `${place} '${name}' of ${label}` };
}

/** Header fields are named in any case; everything else as it is. */
function keyOf(place: string, name: string): string {
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function isNoParameter({ place, name }: WireRead): boolean {
  return place === "header" && NOT_PARAMETERS.has(name.toLowerCase());
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
