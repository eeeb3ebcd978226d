import { isBodiless, statusPhrase } from "../http/status.ts";
import type { ContentOptions } from "../outputs/content.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import { isTextItem } from "../outputs/is-text-item.ts";
import { type DeclaredReplies, isOutputKind } from "../routing/declared-replies.ts";
import type { Route } from "../routing/route.ts";
import type { Schema } from "../inputs/input.ts";
import { compact } from "./compact.ts";
import { deprecationHeaders } from "./deprecation-notes.ts";
import type { HeaderObject, MediaTypeObject, ResponseObject, SchemaObject } from "./document.ts";
import type { ResponseContext } from "./responses.ts";
import { pascalCase } from "./title-case.ts";

/** The responses of a route that declares several replies, or one that is not JSON. */
export function declaredResponses(
  route: Route,
  replies: DeclaredReplies,
  context: ResponseContext,
): Record<string, ResponseObject> {
  const responses: Record<string, ResponseObject> = {};
  for (const [status, { output, description = statusPhrase(status) }] of replies) {
    const content =
      isBodiless(status) || route.method === "HEAD" ? undefined : contentOf(route, status, output, context);
    const headers = { ...(status >= 300 && status !== 304 ? LOCATION : {}), ...deprecationHeaders(route) };
    responses[status] = compact<ResponseObject>({
      description,
      headers: Object.keys(headers).length === 0 ? undefined : headers,
      content,
    });
    if (isFile(output)) Object.assign(responses, fileResponses(status, content, responses));
  }
  return responses;
}

const LOCATION: Readonly<Record<string, HeaderObject>> = {
  Location: { description: "Where to go.", schema: { type: "string", format: "uri-reference" } },
};

type Content = NonNullable<ResponseObject["content"]>;

function contentOf(
  route: Route,
  status: number,
  output: Schema | AnyOutputKind,
  context: ResponseContext,
): Content | undefined {
  const schemaOf = (schema: Schema, what: string): SchemaObject =>
    context.schemas.schema(schema, "output", {
      name: pascalCase(`${route.operationId} ${statusPhrase(status)}${what}`),
      where: `the output ${status} of ${context.label}`,
    });
  if (!isOutputKind(output)) return { "application/json": { schema: schemaOf(output, "") } };
  switch (output["~output"]) {
    case "empty":
      return undefined;
    case "content":
      return { [bareType(output.contentType)]: bodyOf(output.contentType, output.options) };
    case "jsonLines":
      return streamOf(bareType(output.contentType), schemaOf(output.item, " item"), context);
    case "events": {
      const item = eventOf(schemaOf(output.item, " item"), isTextItem(output.item));
      return streamOf("text/event-stream", item, context);
    }
  }
}

/** 3.2 says what the items of a stream are; in 3.1 the text is said to hold a list of them, by words of JSON Schema. */
function streamOf(type: string, item: SchemaObject, { hasItemSchema }: ResponseContext): Content {
  const list: SchemaObject = { type: "array", items: item };
  return {
    [type]: hasItemSchema
      ? { itemSchema: item }
      : { schema: { type: "string", contentMediaType: type, contentSchema: list } },
  };
}

/** As OpenAPI 3.2 reads an event: an object of its fields (§4.14.4). */
function eventOf(item: SchemaObject, isText: boolean): SchemaObject {
  return {
    type: "object",
    properties: {
      data: isText ? item : { type: "string", contentMediaType: "application/json", contentSchema: item },
      event: { type: "string" },
      id: { type: "string" },
      retry: { type: "integer", minimum: 0 },
    },
    required: ["data"],
  };
}

function bodyOf(type: string, { example }: ContentOptions): MediaTypeObject {
  return compact<MediaTypeObject>({ schema: isTextType(type) ? { type: "string" } : BINARY, example });
}

/** `format` is what tools offer a download for; of bytes as they are 3.1 says nothing else. */
const BINARY: SchemaObject = { type: "string", format: "binary" };

function isTextType(type: string): boolean {
  return /^(?:text\/|application\/(?:xml|javascript|yaml|x-ndjson|jsonl)\b|[^;]*\+(?:xml|json|yaml)\b)/i.test(
    type,
  );
}

/** Parameters are how one reply is written, and no part of what is declared. */
function bareType(type: string): string {
  return type.replace(/[ \t]*;.*$/, "");
}

function isFile(output: Schema | AnyOutputKind): boolean {
  return isOutputKind(output) && output["~output"] === "content" && output.isFile;
}

/** What `reply.file` answers besides, unless the route says it otherwise. */
function fileResponses(
  status: number,
  content: Content | undefined,
  known: Readonly<Record<string, ResponseObject>>,
): Record<string, ResponseObject> {
  if (status !== 200) return {};
  const besides: Record<string, ResponseObject> = {
    206: compact<ResponseObject>({ description: "The range that was asked for", content }),
    304: { description: "The client has it already" },
    412: { description: "It is not what the client thinks it is" },
    416: { description: "The range is outside of the file" },
  };
  return Object.fromEntries(Object.entries(besides).filter(([other]) => !(other in known)));
}
