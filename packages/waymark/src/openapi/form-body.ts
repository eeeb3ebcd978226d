import type { FileMarker, WireMarker } from "../inputs/marker.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { kinds } from "../schema/kinds.ts";
import { wireShape } from "../schema/shape.ts";
import { compact } from "./compact.ts";
import type { EncodingObject, MediaTypeObject, RequestBodyObject, SchemaObject } from "./document.ts";
import type { FormRead, FormReads } from "./form-reads.ts";
import { mayBeAbsent } from "./may-be-absent.ts";
import type { BodyContext } from "./request-body.ts";
import { pascalCase } from "./title-case.ts";

const URLENCODED = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

/** One field or file as the document has it. */
interface Property {
  readonly schema: SchemaObject;
  readonly required: boolean;
  readonly encoding: EncodingObject | undefined;
}

/** The body of an operation that reads a form; undefined where nothing does. */
export function formBodyOf(reads: FormReads, context: BodyContext): RequestBodyObject | undefined {
  const [parts] = reads.parts;
  if (parts !== undefined)
    return compact<RequestBodyObject>({
      description: parts.options.description,
      content: { [MULTIPART]: { schema: { type: "object" } } },
    });
  if (reads.forms.length === 0) return undefined;
  const properties = propertiesOf(reads.forms, context);
  const required = [...properties].filter(([, property]) => property.required).map(([name]) => name);
  const encoding = [...properties].flatMap(([name, property]) =>
    property.encoding === undefined ? [] : [[name, property.encoding] as const],
  );
  const media = compact<MediaTypeObject>({
    schema: wholeOf(reads, context) ?? {
      type: "object",
      properties: Object.fromEntries([...properties].map(([name, { schema }]) => [name, schema])),
      ...(required.length === 0 ? {} : { required }),
      ...(reads.closed ? { additionalProperties: false } : {}),
    },
    encoding: encoding.length === 0 ? undefined : Object.fromEntries(encoding),
  });
  // Only a multipart body can carry a file.
  const hasFiles = reads.forms.some(({ marker }) => marker.in === "file");
  return compact<RequestBodyObject>({
    content: hasFiles ? { [MULTIPART]: media } : { [URLENCODED]: media, [MULTIPART]: media },
    required: required.length === 0 ? undefined : true,
  });
}

/** A form that is nothing but one group, under its own names, is documented by the group's own schema. */
function wholeOf(
  { groups, forms }: FormReads,
  { schemas, operationId, label }: BodyContext,
): SchemaObject | undefined {
  const [group] = groups;
  if (group === undefined || groups.length > 1 || forms.some(({ of }) => of !== group)) return undefined;
  if ([...group.names].some(([property, name]) => property !== name)) return undefined;
  return schemas.schema(group.marker.schema, "input", {
    name: pascalCase(`${operationId} form`),
    where: `the form of ${label}`,
  });
}

/** Where two inputs read one name they do so by the same schema (WM502): who reads it first has the first word. */
function propertiesOf(reads: readonly FormRead[], context: BodyContext): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const { name, marker } of reads) {
    if (marker.in !== "file" && marker.options.hidden === true) continue;
    const property = marker.in === "file" ? fileProperty(marker) : fieldProperty(name, marker, context);
    const known = properties.get(name);
    properties.set(
      name,
      known === undefined ? property : { ...known, required: known.required || property.required },
    );
  }
  return properties;
}

function fieldProperty(name: string, marker: WireMarker, context: BodyContext): Property {
  const { schema, options } = marker;
  const json = context.schemas.schema(schema, "input", {
    name: pascalCase(`${context.operationId} ${name}`),
    where: `form '${name}' of ${context.label}`,
  });
  return {
    schema: {
      ...json,
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.deprecated === undefined ? {} : { deprecated: options.deprecated }),
      ...(options.examples === undefined ? {} : { examples: options.examples }),
    },
    required: !mayBeAbsent(marker, json),
    encoding: encodingOf(marker),
  };
}

/** §4.8.15: what is not as the document would have it without a word. An object is JSON in either case, and it is said. */
function encodingOf({ schema, options: { style, explode } }: WireMarker): EncodingObject | undefined {
  const json = jsonSchema(schema, "input");
  const shape = wireShape(kinds(json, json));
  if (shape === "object" && style === undefined) return { contentType: "application/json" };
  if (style === undefined && explode === undefined) return undefined;
  return compact<EncodingObject>({ contentType: undefined, style: style ?? "form", explode });
}

/** `format` is what tools offer a file for, though 3.1 has `contentMediaType` for it. */
const FILE: SchemaObject = { type: "string", format: "binary", contentMediaType: "application/octet-stream" };

function fileProperty({ options, count, optional }: FileMarker): Property {
  const { maxSize, accept, description, deprecated } = options;
  const words = {
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
  // §4.8.24: of a binary string it bounds the bytes.
  const one: SchemaObject = maxSize === undefined ? FILE : { ...FILE, maxLength: maxSize };
  const several: SchemaObject = {
    type: "array",
    items: one,
    // Without a default Swagger UI sends a made-up text for files that nobody has chosen.
    ...(count === undefined || count.min === 0 ? { default: [] } : { minItems: count.min }),
    ...(count === undefined || count.max === Number.POSITIVE_INFINITY ? {} : { maxItems: count.max }),
  };
  return {
    schema: { ...(count === undefined ? one : several), ...words },
    required: !optional,
    encoding: accept === undefined ? undefined : { contentType: accept.join(", ") },
  };
}
