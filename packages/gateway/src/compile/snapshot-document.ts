import { componentKey, withComponentRefs } from "../published/component-refs.ts";
import {
  bodyObject,
  endingMembers,
  isSocket,
  type Json,
  keyOf,
  parameterObject,
  pathOf,
  responseObjects,
  schemeObjects,
  securityObjects,
} from "../published/document-parts.ts";
import type { Operation, Snapshot } from "../snapshot.ts";

/**
 * What a gateway offers its clients, as an OpenAPI 3.1 document: what `diff` and `check` compare. Unlike the published one it
 * has everything that is answered, what is internal too, and tells by its paths what clients tell apart: a host and a version
 * that they name stand in front and behind, so that no two operations are one.
 */
export function documentOf({ gateway, services, operations, schemas }: Snapshot): Json {
  const paths: Record<string, Json> = {};
  const sockets: Json[] = [];
  for (const operation of operations) {
    if (operation.retired) continue;
    const path = wholePathOf(operation);
    if (isSocket(operation)) sockets.push({ path, ...operationObject(operation) });
    else (paths[path] ??= {})[keyOf(operation)] = operationObject(operation);
  }
  return withComponentRefs({
    openapi: "3.1.0",
    info: { title: gateway.title, version: "1" },
    paths,
    "x-waymark-sockets": sockets,
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [componentKey(name), schema]),
      ),
      securitySchemes: Object.fromEntries(
        Object.values(services).flatMap((service) => [...schemeObjects(service)]),
      ),
    },
  }) as Json;
}

function wholePathOf({ hosts, template, choice }: Operation): string {
  const path = pathOf(template);
  const host = hosts === null ? "" : `/${hosts.join("|")}`;
  return choice === null || choice.isDefault
    ? `${host}${path}`
    : `${host}${path}?${choice.name}=${choice.value}`;
}

function operationObject(operation: Operation): Json {
  const { id, parameters, requestBody, responses } = operation;
  return {
    operationId: id,
    ...endingMembers(operation),
    parameters: parameters.map(parameterObject),
    ...(requestBody !== null && { requestBody: bodyObject(requestBody) }),
    responses: responseObjects(responses),
    security: securityObjects(operation),
  };
}
