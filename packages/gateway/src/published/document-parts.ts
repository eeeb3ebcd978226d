import { STATUS_CODES } from "node:http";
import type {
  JsonSchema,
  Operation,
  Parameter,
  RequestBody,
  ResponseOutline,
  SecurityScheme,
  Service,
} from "../snapshot.ts";
import { componentKey } from "./component-refs.ts";

/** A part of an OpenAPI document. References in it are the snapshot's until the whole is made: `withComponentRefs`. */
export type Json = Record<string, unknown>;

/** A catch-all has its name alone, as documents of Waymark write it. */
export function pathOf(template: string): string {
  return template.replace(/:path\}/g, "}");
}

/** Of operations: WebSockets, which OpenAPI has no word for, are a list of their own as in documents of Waymark. */
export function isSocket({ method }: Operation): boolean {
  return method === "WEBSOCKET";
}

/** The key of an operation in its path item; OpenAPI has `query` since 3.2. */
export function keyOf({ method }: Operation): string {
  return method === "QUERY" ? "x-query" : method.toLowerCase();
}

export function parameterObject(parameter: Parameter): Json {
  const { name, required, description, style, explode, allowReserved, schema, mediaType } = parameter;
  return {
    name,
    in: parameter.in,
    ...(description !== undefined && { description }),
    ...((required || parameter.in === "path") && { required: true }),
    ...(parameter.allowEmptyValue === true && { allowEmptyValue: true }),
    ...(mediaType === null
      ? { style, explode, ...(allowReserved && { allowReserved }), schema }
      : { content: { [mediaType]: { schema } } }),
  };
}

export function bodyObject({ required, description, content }: RequestBody): Json {
  return {
    required,
    ...(description !== undefined && { description }),
    content: contentObject(content),
  };
}

export function responseObjects(responses: Readonly<Record<string, ResponseOutline>>): Json {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, content }]) => [
      status,
      {
        description: description ?? STATUS_CODES[status] ?? "A reply.",
        ...(Object.keys(content).length > 0 && { content: contentObject(content) }),
      },
    ]),
  );
}

function contentObject(content: Readonly<Record<string, { readonly schema: JsonSchema | null }>>): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, schema === null ? {} : { schema }]),
  );
}

/** What says that an operation will end. */
export function endingMembers({ deprecation }: Operation): Json {
  return {
    ...(deprecation !== null && { deprecated: true }),
    ...(deprecation?.sunset != null && {
      "x-sunset": new Date(deprecation.sunset).toISOString().slice(0, 10),
    }),
  };
}

/** What clients are asked for, here and by the service itself: of each one alternative. */
export function securityObjects({ service, security, passedSecurity = [] }: Operation): Json[] {
  const [own, passed] = [security, passedSecurity].map((alternatives) =>
    alternatives.map((alternative) =>
      Object.fromEntries(
        Object.entries(alternative).map(([name, scopes]) => [schemeKey(service, name), scopes]),
      ),
    ),
  ) as [Json[], Json[]];
  if (own.length === 0 || passed.length === 0) return [...own, ...passed];
  return own.flatMap((here) => passed.map((there) => ({ ...here, ...there })));
}

/** Every security scheme of a service, by its key in a document that has several. */
export function schemeObjects({ name: service, securitySchemes, passedSchemes }: Service): Map<string, Json> {
  const own = Object.entries(securitySchemes).map(([name, scheme]) => [name, schemeObject(scheme)] as const);
  return new Map(
    [...own, ...Object.entries(passedSchemes ?? {})].map(([name, scheme]) => [
      schemeKey(service, name),
      scheme,
    ]),
  );
}

function schemeKey(service: string, name: string): string {
  return componentKey(`${service}.${name}`);
}

function schemeObject(scheme: SecurityScheme): Json {
  switch (scheme.kind) {
    case "apiKey":
      return { type: "apiKey", in: scheme.in, name: scheme.name };
    case "basic":
      return { type: "http", scheme: "basic" };
    case "jwt":
      // Where its keys are may be an address of the platform's own network.
      return { type: "http", scheme: "bearer", bearerFormat: "JWT" };
    case "clientCertificate":
      return { type: "mutualTLS" };
  }
}
