import { isRecord } from "../documents/record.ts";
import type {
  Operation,
  Parameter,
  RequestBody,
  ResponseOutline,
  SecurityScheme,
  Snapshot,
} from "../snapshot.ts";

type Draft = Record<string, unknown>;

/**
 * What a gateway offers its clients, as an OpenAPI 3.1 document: what `diff` and `check` compare. A host and a version that
 * the client names stand in the path, so that no two operations are one.
 */
export function documentOf({ gateway, services, operations, schemas }: Snapshot): Draft {
  const paths: Record<string, Draft> = {};
  for (const operation of operations) {
    if (operation.retired) continue;
    const item = (paths[pathOf(operation)] ??= {});
    item[operation.method.toLowerCase()] = operationOf(operation);
  }
  const securitySchemes = Object.values(services).flatMap(({ name, securitySchemes: schemes }) =>
    Object.entries(schemes).map(([scheme, value]) => [`${name}.${scheme}`, schemeOf(value)]),
  );
  return {
    openapi: "3.1.0",
    info: { title: gateway.title, version: "1" },
    paths,
    components: { schemas: referring(schemas), securitySchemes: Object.fromEntries(securitySchemes) },
  };
}

function pathOf({ hosts, template, choice }: Operation): string {
  const path = template.replace(/\{([^{}:]+):path\}/g, "{$1}");
  const host = hosts === null ? "" : `/${hosts.join("|")}`;
  return choice === null || choice.isDefault
    ? `${host}${path}`
    : `${host}${path}?${choice.name}=${choice.value}`;
}

function operationOf(operation: Operation): Draft {
  const { id, service, parameters, requestBody, responses, security, deprecation } = operation;
  return {
    operationId: id,
    ...(deprecation === null ? {} : { deprecated: true }),
    ...(deprecation?.sunset == null
      ? {}
      : { "x-sunset": new Date(deprecation.sunset).toISOString().slice(0, 10) }),
    parameters: parameters.map(parameterOf),
    ...(requestBody === null ? {} : { requestBody: bodyOf(requestBody) }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [status, responseOf(response)]),
    ),
    security: security.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, scopes]) => [`${service}.${name}`, scopes])),
    ),
  };
}

function parameterOf({ mediaType, schema, ...rest }: Parameter): Draft {
  return mediaType === null
    ? { ...rest, schema: referring(schema) }
    : { ...rest, content: { [mediaType]: { schema: referring(schema) } } };
}

function bodyOf({ required, content }: RequestBody): Draft {
  return { required, content: contentOf(content) };
}

function responseOf({ content }: ResponseOutline): Draft {
  return { description: "", content: contentOf(content) };
}

function contentOf(content: ResponseOutline["content"]): Draft {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [
      type,
      schema === null ? {} : { schema: referring(schema) },
    ]),
  );
}

function schemeOf(scheme: SecurityScheme): Draft {
  switch (scheme.kind) {
    case "apiKey":
      return { type: "apiKey", in: scheme.in, name: scheme.name };
    case "basic":
      return { type: "http", scheme: "basic" };
    case "jwt":
      return { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    case "clientCertificate":
      return { type: "mutualTLS" };
  }
}

/** `#/schemas/…` of a snapshot is `#/components/schemas/…` of a document. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "$ref" && typeof member === "string"
        ? member.replace(/^#\/schemas\//, "#/components/schemas/")
        : referring(member),
    ]),
  );
}
