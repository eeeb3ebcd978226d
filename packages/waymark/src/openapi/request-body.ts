import type { RawBodyMarker } from "../inputs/marker.ts";
import { acceptsUndefined } from "./accepts-undefined.ts";
import { compact } from "./compact.ts";
import type { RequestBodyObject, SchemaObject } from "./document.ts";
import { examplesOf } from "./examples.ts";
import type { BodyRead } from "./reads.ts";
import type { SchemaComponents } from "./schema-components.ts";
import { canonicalText } from "./canonical-text.ts";
import { pascalCase } from "./title-case.ts";

export interface BodyContext {
  readonly schemas: SchemaComponents;
  readonly operationId: string;
  readonly label: string;
}

/** What one body input asks of the body. */
interface Demand {
  readonly read: BodyRead;
  readonly schema: SchemaObject;
  readonly required: boolean;
}

/** The body of a request: one schema, or an object with a key for each of several. Undefined when nothing reads it. */
export function requestBodyOf(
  reads: readonly BodyRead[],
  raw: readonly RawBodyMarker[],
  context: BodyContext,
): RequestBodyObject | undefined {
  if (reads.length === 0) return raw.length === 0 ? undefined : rawBodyOf(raw);
  const demands = reads.map((read) => demandOf(read, context));
  const whole = demands.filter(({ read }) => read.name === undefined);
  const keyed = demands.filter(({ read }) => read.name !== undefined);
  const schemas = [...whole.map(({ schema }) => schema), ...(keyed.length === 0 ? [] : [objectOf(keyed)])];
  const [first] = whole;
  const media = { schema: allOf(schemas), ...examplesOf(examplesOfBody(whole, keyed)) };
  return compact<RequestBodyObject>({
    description: first?.read.marker.options.description,
    content: Object.fromEntries(typesOf(reads[0]!).map((type) => [type, media])),
    required: demands.some(({ required }) => required) ? true : undefined,
  });
}

/** All that parse it take the same types (WM221). */
function typesOf({ marker: { formats } }: BodyRead): readonly string[] {
  return formats?.map(({ mediaType }) => mediaType) ?? ["application/json"];
}

/** What nobody parses is described by its media type alone; a body that is not there is an empty one. */
function rawBodyOf(raw: readonly RawBodyMarker[]): RequestBodyObject {
  const [first] = raw;
  const { description, examples } = first!.options;
  const schema = (type: string): SchemaObject =>
    raw.some(({ kind }) => kind === "text") ? { type: "string" } : { type: "string", contentMediaType: type };
  return compact<RequestBodyObject>({
    description,
    content: Object.fromEntries(
      narrowest(raw).map((type) => [type, { schema: schema(type), ...examplesOf(examples) }]),
    ),
    required: undefined,
  });
}

/** Of several readers the one that takes the fewest types: the others agree with it (WM221). */
function narrowest(raw: readonly RawBodyMarker[]): readonly string[] {
  const types = raw.map(({ formats }) => formats.map(({ mediaType }) => mediaType));
  const width = (each: readonly string[]): number =>
    each.filter((type) => type.includes("*")).length * 100 + each.length;
  return types.reduce((best, each) => (width(each) < width(best) ? each : best));
}

function demandOf(read: BodyRead, { schemas, operationId, label }: BodyContext): Demand {
  const { name, marker } = read;
  const schema = schemas.schema(marker.schema, "input", {
    name: pascalCase(`${operationId} ${name ?? "body"}`),
    where: name === undefined ? `the body of ${label}` : `body '${name}' of ${label}`,
  });
  return { read, schema, required: !acceptsUndefined(marker.schema, schema) };
}

function objectOf(keyed: readonly Demand[]): SchemaObject {
  const properties = new Map<string, SchemaObject[]>();
  for (const { read, schema } of keyed) {
    const { description } = read.marker.options;
    const described = description === undefined ? schema : { ...schema, description };
    const known = properties.get(read.name!);
    if (known === undefined) properties.set(read.name!, [described]);
    else known.push(described);
  }
  const required = new Set(keyed.filter((each) => each.required).map(({ read }) => read.name!));
  return {
    type: "object",
    properties: Object.fromEntries([...properties].map(([name, schemas]) => [name, allOf(schemas)])),
    ...(required.size === 0 ? {} : { required: [...required] }),
  };
}

/** Inputs that read the same thing: it has to please each of them. */
function allOf(schemas: readonly SchemaObject[]): SchemaObject {
  const different = [...new Map(schemas.map((schema) => [canonicalText(schema), schema])).values()];
  return different.length === 1 ? different[0]! : { allOf: different };
}

/** Examples of several bodies make one of the whole when each has one. */
function examplesOfBody(whole: readonly Demand[], keyed: readonly Demand[]): readonly unknown[] | undefined {
  if (keyed.length === 0) return whole[0]?.read.marker.options.examples;
  if (whole.length > 0) return undefined;
  const each = keyed.map(({ read }) => [read.name!, read.marker.options.examples?.[0]] as const);
  return each.some(([, example]) => example === undefined) ? undefined : [Object.fromEntries(each)];
}
