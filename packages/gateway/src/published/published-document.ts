import { STATUS_CODES } from "node:http";
import type { JsonSchema, Operation, Parameter, SecurityScheme, Service, Snapshot } from "../snapshot.ts";
import { componentKey, refersTo, withComponentRefs } from "./component-refs.ts";

export interface PublishedOptions {
  /** Of this service alone. Default: of all. */
  readonly service?: string;
}

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of what a gateway serves: one for the services of a snapshot, made of nothing but the snapshot, so
 * that it says what is enforced. Paths are the public ones, aliases stand beside what they are aliases of, and what is internal or retired
 * is left out, with the schemas that only it refers to. Where several versions share a path, the default one is
 * shown: the others are in the documents of their services.
 */
export function publishedDocument(snapshot: Snapshot, { service }: PublishedOptions = {}): Json {
  const { gateway, services, schemas } = snapshot;
  const isOne = service !== undefined && services[service] !== undefined;
  const shown = snapshot.operations.filter(
    (operation) =>
      !operation.internal &&
      !operation.retired &&
      (service === undefined || operation.service === service) &&
      (isOne || operation.choice === null || operation.choice.isDefault),
  );
  const paths: Record<string, Json> = {};
  const operationIds = new Set<string>();
  for (const operation of shown) {
    const item = (paths[pathOf(operation.template)] ??= {});
    const key = operation.method.toLowerCase();
    // Two hosts may have a path in common; a document cannot say so.
    if (item[key] !== undefined) continue;
    item[key] = operationObject(operation, !isOne, operationIds);
  }
  const one = isOne ? services[service] : undefined;
  const document: Json = {
    openapi: "3.1.1",
    info: {
      title: one?.title ?? gateway.title,
      version: one?.version ?? snapshot.hash.slice(0, 12),
      ...(one?.description != null && { description: one.description }),
    },
    servers: [{ url: "/" }],
    paths,
    components: components(paths, shown, services, schemas),
    tags: tagsOf(shown, isOne ? {} : services),
  };
  return withComponentRefs(document) as Json;
}

/** A catch-all has its name alone, as documents of Waymark write it. */
function pathOf(template: string): string {
  return template.replace(/:path\}/g, "}");
}

function operationObject(operation: Operation, isMerged: boolean, taken: Set<string>): Json {
  const { summary, description, parameters, requestBody, responses, deprecation, security } = operation;
  // Two services may have an operationId in common; in one document it has to be unique.
  let operationId = isMerged ? operation.id.replace(":", ".") : operation.operationId;
  for (let i = 2; taken.has(operationId); i++) operationId = `${operation.operationId}_${i}`;
  taken.add(operationId);
  return {
    operationId,
    ...(summary !== null && { summary }),
    ...(description !== undefined && { description }),
    tags: isMerged ? [operation.service] : [...operation.tags],
    ...(deprecation !== null && { deprecated: true }),
    ...(deprecation?.sunset != null && {
      "x-sunset": new Date(deprecation.sunset).toISOString().slice(0, 10),
    }),
    // An alias's are called as its clients call them, without what is constant.
    parameters: [...parameters.map(parameterObject), ...versionParameter(operation)],
    ...(requestBody !== null && {
      requestBody: {
        required: requestBody.required,
        ...(requestBody.description !== undefined && { description: requestBody.description }),
        content: contentObject(requestBody.content),
      },
    }),
    responses:
      Object.keys(responses).length === 0
        ? { default: { description: "Whatever the service answers." } }
        : Object.fromEntries(
            Object.entries(responses).map(([status, outline]) => [
              status,
              {
                description: outline.description ?? STATUS_CODES[status] ?? "A reply.",
                ...(Object.keys(outline.content).length > 0 && { content: contentObject(outline.content) }),
              },
            ]),
          ),
    security: security.map((alternative) =>
      Object.fromEntries(
        Object.entries(alternative).map(([name, scopes]) => [schemeKey(operation.service, name), scopes]),
      ),
    ),
  };
}

function parameterObject(parameter: Parameter): Json {
  const { name, required, description, style, explode, allowReserved, schema, mediaType } = parameter;
  return {
    name,
    in: parameter.in,
    ...(description !== undefined && { description }),
    ...((required || parameter.in === "path") && { required: true }),
    ...(mediaType === null
      ? { style, explode, ...(allowReserved && { allowReserved }), schema }
      : { content: { [mediaType]: { schema } } }),
  };
}

function versionParameter({ choice }: Operation): Json[] {
  if (choice === null) return [];
  return [
    {
      name: choice.name,
      in: choice.by,
      ...(!choice.isDefault && { required: true }),
      description: "The version that is asked for.",
      schema: { type: "string", const: choice.value },
    },
  ];
}

function contentObject(content: Readonly<Record<string, { readonly schema: JsonSchema | null }>>): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema }]) => [type, schema === null ? {} : { schema }]),
  );
}

/** The schemas that what is shown refers to, whatever they refer to in turn, and the security schemes. */
function components(
  paths: unknown,
  shown: readonly Operation[],
  services: Snapshot["services"],
  schemas: Snapshot["schemas"],
): Json {
  const needed = new Set<string>();
  const left = [...refersTo(paths)];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (needed.has(name) || schemas[name] === undefined) continue;
    needed.add(name);
    left.push(...refersTo(schemas[name]));
  }
  const schemes: Json = {};
  for (const { service, security } of shown)
    for (const name of security.flatMap((alternative) => Object.keys(alternative))) {
      const scheme = services[service]?.securitySchemes[name];
      if (scheme !== undefined) schemes[schemeKey(service, name)] = schemeObject(scheme);
    }
  return {
    ...(needed.size > 0 && {
      schemas: Object.fromEntries([...needed].toSorted().map((name) => [componentKey(name), schemas[name]])),
    }),
    ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
  };
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

function tagsOf(shown: readonly Operation[], services: Readonly<Record<string, Service>>): Json[] {
  const used = new Set(shown.map(({ service }) => service));
  return Object.values(services)
    .filter(({ name }) => used.has(name))
    .map(({ name, title, version, description }) => ({
      name,
      description: [`${title} ${version}`, description].filter(Boolean).join("\n\n"),
    }));
}
