import { inspect } from "node:util";
import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint } from "../endpoint.ts";
import type { DependencyUse, Deprecation, Route, Source } from "../routing/route.ts";

/** A function and all the routes that reach it: what `waymark routes --json` prints, as a list. */
export interface FunctionReport {
  readonly function: string;
  readonly routes: readonly RouteReport[];
}

export interface RouteReport {
  readonly method: string;
  readonly path: string;
  /** The version of the API that it is of, where it is of one. */
  readonly version?: string;
  /** Whose documents show it, where that is not everybody's. */
  readonly audience?: readonly string[];
  readonly operationId: string;
  readonly summary?: string;
  readonly tags: readonly string[];
  /** Input name to where it comes from on this route. */
  readonly inputs: Readonly<Record<string, SourceReport>>;
  /** In the order in which they run. */
  readonly guards: readonly DependencyReport[];
  /** What the caller must be allowed to do, where something is asked. */
  readonly scopes?: readonly string[];
  readonly deprecated: boolean | Deprecation;
  /** Left out of the OpenAPI document. */
  readonly hidden: boolean;
  readonly declaredAt?: string;
}

export interface DependencyReport {
  readonly from: "dependency";
  readonly name: string;
  readonly inputs: Readonly<Record<string, SourceReport>>;
}

export type SourceReport =
  | {
      readonly from: "path" | "query" | "header" | "cookie" | "form" | "file" | "credential";
      readonly name: string;
    }
  /** All of a place; `names`: the wire name of each property. */
  | {
      readonly from: "group";
      readonly place: "query" | "header" | "cookie" | "form";
      readonly names: Readonly<Record<string, string>>;
    }
  | { readonly from: "raw"; readonly kind: "text" | "bytes" | "stream" }
  /** `name`: its key among several bodies. */
  | { readonly from: "body"; readonly name?: string }
  | { readonly from: "request" | "response" | "scopes" | "parts" }
  /** The template lacks it: the input's schema is asked about `undefined`. */
  | { readonly from: "absent" }
  | { readonly from: "constant"; readonly value: unknown }
  | DependencyReport;

/** Functions in the order of their first route, each with its routes in the order of declaration. */
export function reportRoutes(routes: readonly Route[]): FunctionReport[] {
  const byEndpoint = new Map<AnyEndpoint, Route[]>();
  for (const route of routes) {
    if (!isShown(route)) continue;
    const siblings = byEndpoint.get(route.endpoint);
    if (siblings === undefined) byEndpoint.set(route.endpoint, [route]);
    else siblings.push(route);
  }
  return [...byEndpoint.values()].map((siblings) => ({
    function: siblings[0]!.name,
    routes: siblings.map(reportRoute),
  }));
}

/** A mount is many routes, and one thing to know: everything below its path. */
function isShown({ mount, template, method }: Route): boolean {
  return mount === undefined || (method === "GET" && template.text.endsWith("/{rest:path}"));
}

function reportRoute(route: Route): RouteReport {
  if (route.mount !== undefined) return { ...reportOwn(route), method: "MOUNT", inputs: {} };
  return reportOwn(route);
}

function reportOwn(route: Route): RouteReport {
  return {
    method: route.method,
    path: route.template.text,
    ...(route.version === undefined ? {} : { version: route.version }),
    ...(route.audience === undefined ? {} : { audience: route.audience }),
    operationId: route.operationId,
    ...(route.summary === undefined ? {} : { summary: route.summary }),
    tags: route.tags,
    inputs: reportSources(route.sources),
    guards: route.guards.map(reportDependency),
    ...(route.scopes.length === 0 ? {} : { scopes: route.scopes }),
    deprecated: route.deprecated,
    hidden: route.hidden,
    ...(route.declaredAt === undefined ? {} : { declaredAt: route.declaredAt }),
  };
}

function reportSources(sources: ReadonlyMap<string, Source>): Record<string, SourceReport> {
  return Object.fromEntries([...sources].map(([input, source]) => [input, reportSource(source)]));
}

function reportSource(source: Source): SourceReport {
  switch (source.from) {
    case "path":
    case "query":
    case "header":
    case "cookie":
    case "form":
    case "file":
      return { from: source.from, name: source.name };
    case "group":
      return { from: "group", place: source.marker.place, names: Object.fromEntries(source.names) };
    case "body":
      return source.name === undefined ? { from: "body" } : { from: "body", name: source.name };
    case "raw":
      return { from: "raw", kind: source.marker.kind };
    case "credential":
      return { from: "credential", name: source.marker.schemeName };
    case "constant":
      return { from: "constant", value: jsonValue(source.value) };
    case "dependency":
      return reportDependency(source.use);
    case "parts":
    case "request":
    case "response":
    case "scopes":
    case "absent":
      return { from: source.from };
  }
}

function reportDependency({ dependency, sources }: DependencyUse): DependencyReport {
  return { from: "dependency", name: nameOf(dependency), inputs: reportSources(sources) };
}

function nameOf(dependency: AnyDependency): string {
  return (dependency.contract.name ?? dependency.name) || "(unnamed)";
}

/** The value itself where JSON can carry it, else how Node prints it: a constant may be anything. */
function jsonValue(value: unknown): unknown {
  try {
    if (JSON.stringify(value) !== undefined) return value;
  } catch {
    // a bigint, or a circle
  }
  return inspect(value, { depth: 0, breakLength: Infinity });
}
