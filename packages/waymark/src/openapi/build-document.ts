import { HTTP_METHODS, type HttpMethod, type Route } from "../routing/route.ts";
import { type Mistake, StartUpError } from "../start-up-error.ts";
import { unusableSchema } from "../mistakes.ts";
import { SchemaError } from "../schema/schema-error.ts";
import { compact } from "./compact.ts";
import { DEPRECATION_HEADERS } from "./deprecation-notes.ts";
import type {
  ComponentsObject,
  InfoObject,
  OpenApiDocument,
  OpenApiVersion,
  OperationObject,
  PathItemMethod,
  PathItemObject,
} from "./document.ts";
import { nameComponents } from "./component-names.ts";
import type { DocumentParts } from "./document-parts.ts";
import { endpointMarks } from "./endpoint-marks.ts";
import { type DocumentInfo, relativeServer } from "./info.ts";
import { operationOf } from "./operation.ts";
import { pathGroups } from "./path-groups.ts";
import { PROBLEM, validationProblem } from "./problem-schemas.ts";
import { SchemaComponents } from "./schema-components.ts";
import { SecuritySchemes } from "./security.ts";
import { socketOf } from "./sockets.ts";
import { webhooksOf } from "./webhooks.ts";

/**
 * The OpenAPI document of an application: plain JSON, the same for the same routes.
 * Throws a `StartUpError` for what no document can say: two schemas of one id, two security schemes of one name, a schema
 * that gives no JSON Schema.
 */
export function buildDocument(routes: readonly Route[], info: DocumentInfo): OpenApiDocument {
  const shown = routes.filter((route) => !route.hidden);
  const version = info.openapiVersion ?? "3.1.1";
  const parts = { ...documentParts(shown, version), versioning: info.versioning };
  const mistakes: Mistake[] = [];
  const paths: Record<string, PathItemObject> = {};
  const isSocket = ({ method }: Route): boolean => method === "WEBSOCKET";
  for (const { path, names, routes: own } of pathGroups(shown.filter((route) => !isSocket(route)))) {
    const item: Record<string, OperationObject> = {};
    for (const method of HTTP_METHODS) {
      const route = own.get(method);
      if (route === undefined) continue;
      const operation = attempt(route, mistakes, () => operationOf(route, names, parts));
      if (operation !== undefined) item[keyOf(method, version)] = operation;
    }
    paths[path] = item;
  }
  const sockets = shown
    .filter(isSocket)
    .flatMap((route) => attempt(route, mistakes, () => socketOf(route, parts)) ?? []);
  const operationIds = new Set(shown.map(({ operationId }) => operationId));
  const webhooks = webhooksOf(info.webhooks ?? [], operationIds, parts, (mistake) => mistakes.push(mistake));
  const named = nameComponents(parts.schemas.all, [paths, sockets, webhooks]);
  mistakes.push(...parts.schemas.mistakes, ...named.mistakes, ...parts.securitySchemes.mistakes);
  if (mistakes.length > 0) throw new StartUpError(mistakes);
  const components = compact<ComponentsObject>({
    schemas: some(named.schemas),
    headers: some(usedHeaders(paths)),
    securitySchemes: some(parts.securitySchemes.all()),
  });
  const document = compact<OpenApiDocument>({
    openapi: version,
    info: infoOf(info),
    servers: info.servers ?? [relativeServer(info.path ?? "/openapi.json")],
    paths,
    webhooks: some(webhooks),
    components: some(components),
    tags: info.tags,
    externalDocs: info.externalDocs,
    "x-waymark-sockets": sockets.length === 0 ? undefined : sockets,
  });
  return plain(document, named.refOf);
}

function documentParts(routes: readonly Route[], version: OpenApiVersion): DocumentParts {
  const schemas = new SchemaComponents();
  const problem = schemas.builtIn("Problem", PROBLEM);
  return {
    schemas,
    securitySchemes: new SecuritySchemes(),
    problem,
    validationProblem: schemas.builtIn("ValidationProblem", validationProblem(problem)),
    hasItemSchema: !version.startsWith("3.1"),
    marks: endpointMarks(routes),
  };
}

/** One bad route does not hide what is wrong with the others. */
function attempt<T>(route: Route, mistakes: Mistake[], make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const label = `${route.method} ${route.template.text}`;
    mistakes.push({
      ...unusableSchema("a schema of this route", error.message),
      route: label,
      at: route.declaredAt,
    });
    return undefined;
  }
}

/** 3.1 has no place for QUERY; an extension keeps it for tools that know it (3.2 took the name without the prefix). */
function keyOf(method: HttpMethod, version: string): PathItemMethod | "x-query" {
  if (method === "QUERY") return version.startsWith("3.1") ? "x-query" : "query";
  return method.toLowerCase() as PathItemMethod;
}

function infoOf(info: DocumentInfo): InfoObject {
  const { title, version, summary, description, termsOfService, contact, license } = info;
  return compact<InfoObject>({ title, version, summary, description, termsOfService, contact, license });
}

function usedHeaders(paths: Record<string, PathItemObject>): ComponentsObject["headers"] {
  const text = JSON.stringify(paths);
  return Object.fromEntries(
    Object.entries(DEPRECATION_HEADERS).filter(([name]) => text.includes(`"#/components/headers/${name}"`)),
  );
}

function some<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** A copy with nothing in it but JSON, and every reference by its final name. */
function plain(document: OpenApiDocument, refOf: (ref: string) => string | undefined): OpenApiDocument {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      key === "$ref" && typeof value === "string" ? (refOf(value) ?? value) : value,
    ),
  ) as OpenApiDocument;
}
