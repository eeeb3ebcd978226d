import type { Route } from "../routing/route.ts";
import { versionedType, versionHeader, type Versioning } from "../routing/versions.ts";
import type { MediaTypeObject, OperationObject, ParameterObject, ResponseObject } from "./document.ts";

/**
 * What an operation says of the version that it is of: a field of the request that names it, or media types that do.
 * Paths say it by themselves, and so do operations of all versions.
 */
export function ofVersion(
  operation: OperationObject,
  route: Route,
  versioning: Versioning | undefined,
): OperationObject {
  const { version } = route;
  if (version === undefined || versioning === undefined) return operation;
  const { settings } = versioning;
  switch (settings.by) {
    case "path":
      return operation;
    case "header":
      return {
        ...operation,
        parameters: [
          ...(operation.parameters ?? []),
          parameterOf(versionHeader(settings), version, versioning),
        ],
      };
    case "media-type":
      return withTypes(operation, route, versionedType(settings, version));
  }
}

function parameterOf(name: string, version: string, versioning: Versioning): ParameterObject {
  return {
    name,
    in: "header",
    description: "The version of the API.",
    ...(version === versioning.default ? {} : { required: true }),
    schema: { type: "string", enum: [version] },
  };
}

const JSON_TYPE = "application/json";

/** JSON that a route itself replies goes by the type of its version; what it takes may. */
function withTypes(operation: OperationObject, route: Route, type: string): OperationObject {
  const { requestBody, responses } = operation;
  const own = new Set([...(route.replies?.keys() ?? [route.status ?? 200])].map(String));
  return {
    ...operation,
    ...(requestBody?.content[JSON_TYPE] === undefined
      ? {}
      : { requestBody: { ...requestBody, content: { [type]: requestBody.content[JSON_TYPE], ...requestBody.content } } }), // prettier-ignore
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        own.has(status) ? renamed(response, type) : response,
      ]),
    ),
  };
}

function renamed(response: ResponseObject, type: string): ResponseObject {
  if (response.content === undefined) return response;
  const content: Record<string, MediaTypeObject> = {};
  for (const [each, media] of Object.entries(response.content))
    content[each === JSON_TYPE ? type : each] = media;
  return { ...response, content };
}
