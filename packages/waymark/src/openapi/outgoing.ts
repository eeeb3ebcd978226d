import type { Schema } from "../inputs/input.ts";
import type { Callback, OutgoingRequest } from "../routing/outgoing.ts";
import { acceptsUndefined } from "./accepts-undefined.ts";
import { compact } from "./compact.ts";
import type { DocumentParts } from "./document-parts.ts";
import type {
  CallbackObject,
  OperationObject,
  ParameterObject,
  PathItemObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from "./document.ts";
import { mergeExtra } from "../routing/merge-extra.ts";
import { pascalCase, titleCase } from "./title-case.ts";

/** What one request of the application's own is called. */
export interface OutgoingName {
  readonly name: string;
  readonly operationId: string;
  /** For messages: "the webhook 'orderShipped'". */
  readonly label: string;
}

/** A request that the application sends, as an operation of whoever receives it. */
export function outgoingOf(
  request: OutgoingRequest,
  { name, operationId, label }: OutgoingName,
  parts: DocumentParts,
): OperationObject {
  // What goes out is what a schema gives, and what comes back is what one takes.
  const schemaOf = (schema: Schema, side: "input" | "output", what: string): SchemaObject =>
    parts.schemas.schema(schema, side, {
      name: pascalCase(`${operationId} ${what}`),
      where: `'${what}' of ${label}`,
    });
  const parameters = [
    ...Object.entries(request.query ?? {}).map((each) => parameterOf("query", each, schemaOf)),
    ...Object.entries(request.headers ?? {}).map((each) => parameterOf("header", each, schemaOf)),
  ];
  const operation = compact<OperationObject>({
    tags: request.tags,
    summary: request.summary ?? titleCase(name),
    description: request.description,
    operationId,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: request.body === undefined ? undefined : bodyOf(schemaOf(request.body, "output", "body")),
    responses: responsesOf(request.responses ?? RECEIVED, schemaOf),
    deprecated: request.deprecated === true ? true : undefined,
    // Who may send it is between the two: a header, mostly.
    security: [],
    callbacks: undefined,
    "x-sunset": undefined,
    "x-waymark-endpoint": undefined,
  });
  return mergeExtra(operation, request.openapi) as OperationObject;
}

/** The key of a path item that a request stands under. */
export function outgoingItem(
  { method = "POST" }: OutgoingRequest,
  operation: OperationObject,
): PathItemObject {
  return { [method.toLowerCase()]: operation };
}

/** The callbacks of a route. Each has an operationId of its own on every alias. */
export function callbacksOf(
  callbacks: Readonly<Record<string, Callback>>,
  of: { readonly operationId: string; readonly label: string },
  parts: DocumentParts,
): Record<string, CallbackObject> {
  return Object.fromEntries(
    Object.entries(callbacks).map(([name, callback]) => {
      const operationId = callback.operationId ?? `${of.operationId}_${name}`;
      const label = `the callback '${name}' of ${of.label}`;
      const operation = outgoingOf(callback, { name, operationId, label }, parts);
      return [name, { [callback.url]: outgoingItem(callback, operation) }];
    }),
  );
}

const RECEIVED: NonNullable<OutgoingRequest["responses"]> = { "2XX": "It was received" };

type SchemaOf = (schema: Schema, side: "input" | "output", what: string) => SchemaObject;

function parameterOf(
  place: "query" | "header",
  [name, schema]: [string, Schema],
  schemaOf: SchemaOf,
): ParameterObject {
  const json = schemaOf(schema, "output", name);
  const { description } = json;
  return compact<ParameterObject>({
    name,
    in: place,
    description: typeof description === "string" ? description : undefined,
    required: acceptsUndefined(schema, json) ? undefined : true,
    deprecated: undefined,
    style: undefined,
    explode: undefined,
    schema: json,
    example: undefined,
    examples: undefined,
    "x-waymark-catch-all": undefined,
  });
}

function bodyOf(schema: SchemaObject): RequestBodyObject {
  return { content: { "application/json": { schema } }, required: true };
}

function responsesOf(
  responses: NonNullable<OutgoingRequest["responses"]>,
  schemaOf: SchemaOf,
): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, said]) => {
      const { description, schema } = typeof said === "string" ? { description: said } : said;
      const content =
        schema === undefined
          ? {}
          : { content: { "application/json": { schema: schemaOf(schema, "input", status) } } };
      return [status, { description, ...content }];
    }),
  );
}
