import type { Operation, Parameter, Service, Snapshot } from "../snapshot.ts";
import { componentKey, refersTo, withComponentRefs } from "./component-refs.ts";
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
} from "./document-parts.ts";
import { shownOperations, type ShownOperation, type ShownVersion } from "./shown-operations.ts";

export interface PublishedOptions {
  /** Of this service alone. Default: of all. */
  readonly service?: string;
  /** About this one of the versions that clients choose by a header or the query. Default: as `shownOperations` says. */
  readonly version?: string;
}

/**
 * The OpenAPI 3.1 document of what a gateway serves: one for the services of a snapshot, made of nothing but the snapshot, so
 * that it says what is enforced. Paths are the public ones, aliases stand beside what they are aliases of, and what is internal or retired
 * is left out, with the schemas that only it refers to. Where several versions share a path, the default one is
 * shown, else the newest, with the versions that there are: each has a document of its own, and so has each service.
 */
export function publishedDocument(snapshot: Snapshot, { service, version }: PublishedOptions = {}): Json {
  const { gateway, services, schemas } = snapshot;
  const isOne = service !== undefined && services[service] !== undefined;
  const operations = snapshot.operations.filter((each) => service === undefined || each.service === service);
  const entries = shownOperations(operations, version);
  const shown = entries.map(({ operation }) => operation);
  const paths: Record<string, Json> = {};
  const sockets: Json[] = [];
  const operationIds = new Set<string>();
  for (const entry of entries) {
    const path = pathOf(entry.template);
    const object = operationObject(entry, !isOne, operationIds);
    if (isSocket(entry.operation)) {
      const { responses: _, ...socket } = object;
      sockets.push({ path, ...socket });
    } else (paths[path] ??= {})[keyOf(entry.operation)] = object;
  }
  const one = isOne ? services[service] : undefined;
  const document: Json = {
    openapi: "3.1.1",
    info: {
      title: one?.title ?? gateway.title,
      version: one?.version ?? version ?? snapshot.hash.slice(0, 12),
      ...(one?.description != null && { description: one.description }),
    },
    servers: [{ url: "/" }],
    paths,
    ...(sockets.length > 0 && { "x-waymark-sockets": sockets }),
    components: components([paths, sockets], shown, services, schemas),
    tags: tagsOf(shown, isOne ? {} : services),
  };
  return withComponentRefs(document) as Json;
}

function operationObject(
  { operation, template, version }: ShownOperation,
  isMerged: boolean,
  taken: Set<string>,
): Json {
  const { summary, description, requestBody, responses } = operation;
  // Two services may have an operationId in common; in one document it has to be unique.
  let operationId = isMerged ? operation.id.replace(":", ".") : operation.operationId;
  for (let i = 2; taken.has(operationId); i++) operationId = `${operation.operationId}_${i}`;
  taken.add(operationId);
  return {
    operationId,
    ...(summary !== null && { summary }),
    ...(description !== undefined && { description }),
    tags: isMerged ? [operation.service] : [...operation.tags],
    ...endingMembers(operation),
    // An alias's are called as its clients call them, without what is constant.
    parameters: [...parametersAs(operation, template).map(parameterObject), ...versionParameter(version)],
    ...(requestBody !== null && { requestBody: bodyObject(requestBody) }),
    responses:
      Object.keys(responses).length === 0
        ? { default: { description: "Whatever the service answers." } }
        : responseObjects(responses),
    security: securityObjects(operation),
  };
}

/** By the names of the path that the document writes. */
function parametersAs({ parameters, template }: Operation, shownAs: string): readonly Parameter[] {
  if (template === shownAs) return parameters;
  const [own, names] = [namesOf(template), namesOf(shownAs)];
  return parameters.map((each) =>
    each.in === "path" ? { ...each, name: names[own.indexOf(each.name)] ?? each.name } : each,
  );
}

function namesOf(template: string): string[] {
  return [...template.matchAll(/\{([^}:]*)/g)].map(([, name = ""]) => name);
}

function versionParameter(version: ShownVersion | undefined): Json[] {
  if (version === undefined) return [];
  const { by, name, values, byDefault } = version;
  const [only, ...others] = values;
  return [
    {
      name,
      in: by,
      ...(byDefault === undefined && { required: true }),
      description:
        others.length === 0
          ? "The version that is asked for."
          : "The version that is asked for. What another one takes and answers is in its own document.",
      schema: {
        type: "string",
        ...(others.length === 0 ? { const: only } : { enum: values }),
        ...(others.length > 0 && byDefault !== undefined && { default: byDefault }),
      },
    },
  ];
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
  const asked = new Set(shown.flatMap((each) => securityObjects(each).flatMap(Object.keys)));
  const schemes = Object.values(services)
    .flatMap((each) => [...schemeObjects(each)])
    .filter(([key]) => asked.has(key));
  return {
    ...(needed.size > 0 && {
      schemas: Object.fromEntries([...needed].toSorted().map((name) => [componentKey(name), schemas[name]])),
    }),
    ...(schemes.length > 0 && { securitySchemes: Object.fromEntries(schemes) }),
  };
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
