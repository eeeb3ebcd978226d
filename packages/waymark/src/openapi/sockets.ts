import { isSocket } from "../realtime/socket.ts";
import type { Schema } from "../inputs/input.ts";
import type { Route } from "../routing/route.ts";
import type { Side } from "../schema/json-schema.ts";
import { compact } from "./compact.ts";
import type { DocumentParts } from "./document-parts.ts";
import type { OperationObject, SchemaObject } from "./document.ts";
import { operationOf } from "./operation.ts";
import { pascalCase } from "./title-case.ts";

/**
 * A WebSocket, which OpenAPI has no word for: what an operation says of its request, and the messages. A list of these is
 * `x-waymark-sockets` of the document.
 */
export interface SocketObject extends Pick<
  OperationObject,
  | "tags"
  | "summary"
  | "description"
  | "operationId"
  | "parameters"
  | "deprecated"
  | "security"
  | "x-waymark-endpoint"
> {
  readonly path: string;
  /** Subprotocols that it speaks, the preferred one first. */
  readonly protocols?: readonly string[];
  /** Messages that a client sends: JSON in text messages. Absent where they are free. */
  readonly receive?: SchemaObject;
  /** Messages that a client gets: JSON in text messages. Absent where they are free. */
  readonly send?: SchemaObject;
}

export function socketOf(route: Route, parts: DocumentParts): SocketObject {
  const { endpoint, template, operationId } = route;
  const { receive, send, protocols } = isSocket(endpoint) ? endpoint.contract : {};
  const messages = (schema: Schema | undefined, side: Side, what: string): SchemaObject | undefined =>
    schema === undefined
      ? undefined
      : parts.schemas.schema(schema, side, {
          name: pascalCase(`${operationId} ${what}`),
          where: `the messages of '${what}' of WEBSOCKET ${template.text}`,
        });
  const { responses: _, requestBody: __, ...operation } = operationOf(route, template.names, parts);
  return compact<SocketObject>({
    path: template.openapiPath,
    ...operation,
    protocols,
    receive: messages(receive, "input", "receive"),
    send: messages(send, "output", "send"),
  });
}
