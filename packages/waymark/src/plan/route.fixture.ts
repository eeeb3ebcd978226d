import { dependency, type AnyDependency } from "../dependency.ts";
import type { AnyEndpoint } from "../endpoint.ts";
import { DEFAULT_LIMITS } from "../http/limits.ts";
import type { Marker } from "../inputs/marker.ts";
import { groupNames } from "../routing/group-members.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";
import type { RouterScope } from "../routing/scope.ts";
import { Template } from "../routing/template.ts";
import { bodyKey } from "../routing/wire-name.ts";
import { TestExchange, type RequestFixture } from "./exchange.fixture.ts";
import { compilePlan, type Plan } from "./plan.ts";
import type { PlanSettings } from "./settings.ts";

export type InputsFixture = Readonly<Record<string, unknown>>;

export interface RouteFixture extends Partial<Omit<Route, "template" | "guards" | "scope" | "sources">> {
  readonly path?: string;
  readonly input?: InputsFixture;
  readonly guards?: readonly unknown[];
  readonly scope?: Partial<RouterScope>;
  /** Sources that a bind would give. */
  readonly sources?: Readonly<Record<string, Source>>;
}

/** A route as the routing would resolve it, for a function and its inputs. */
export function routeOf(fn: (values: any) => unknown, fixture: RouteFixture = {}): Route {
  const { path = "/", input = {}, guards = [], scope, sources = {}, ...rest } = fixture;
  const template = Template.parse(path);
  const uses = new Map<AnyDependency, DependencyUse>();
  const useOf = (of: AnyDependency): DependencyUse => {
    let use = uses.get(of);
    if (use === undefined) {
      const inner = sourcesOf(of.contract.input ?? {});
      const credential = [...inner.values()].some(
        (source) => source.from === "credential" || (source.from === "dependency" && source.use.credential),
      );
      uses.set(of, (use = { dependency: of, sources: inner, credential }));
    }
    return use;
  };
  const sourcesOf = (inputs: InputsFixture): Map<string, Source> => {
    const entries = Object.entries(inputs) as [string, Marker][];
    const keyed = entries.filter(([, { in: place }]) => place === "body").length > 1;
    return new Map(entries.map(([key, marker]) => [key, sourceOf(key, marker, keyed)]));
  };
  const sourceOf = (key: string, marker: Marker, keyed: boolean): Source => {
    switch (marker.in) {
      case "dependency":
        return { from: "dependency", use: useOf(marker) };
      case "constant":
        return { from: "constant", value: marker.value };
      case "credential":
        return { from: "credential", marker };
      case "request":
      case "response":
      case "scopes":
        return { from: marker.in };
      case "body":
        return { from: "body", name: bodyKey(key, marker, keyed), marker };
      case "raw":
        return { from: "raw", marker };
      case "group":
        return { from: "group", names: groupNames(marker), marker };
      case "file":
        return { from: "file", name: marker.options.name ?? key, marker };
      case "parts":
        return { from: "parts", marker };
      case "path":
      case "path?": {
        const name = marker.options.name ?? key;
        return template.names.includes(name) ? { from: "path", name, marker } : { from: "absent", marker };
      }
      case "given":
        throw new Error("a given has to be bound");
      default:
        return {
          from: marker.in,
          name: marker.options.name ?? (marker.in === "header" ? key.toLowerCase() : key),
          marker,
        };
    }
  };
  return {
    method: "GET",
    template,
    endpoint: Object.assign(fn, { contract: {}, "~endpoint": true as const }) as AnyEndpoint,
    name: "test",
    operationId: "test",
    guards: guards.map((guard) => useOf(guard as AnyDependency)),
    output: undefined,
    replies: undefined,
    map: undefined,
    trusted: false,
    status: undefined,
    errors: {},
    summary: undefined,
    description: undefined,
    tags: [],
    scopes: [],
    deprecated: false,
    hidden: false,
    canonical: false,
    metadata: {},
    declaredAt: undefined,
    ...rest,
    sources: new Map([...sourcesOf(input), ...Object.entries(sources)]),
    scope: scopeOf(scope),
  };
}

export function scopeOf(scope: Partial<RouterScope> = {}): RouterScope {
  return { parent: undefined, errorHandlers: [], middleware: [], ...scope };
}

/** A logger that keeps what it was told. */
export class TestLogger {
  readonly lines: { level: "error" | "warn"; message: string; details: unknown }[] = [];
  error(message: string, details?: unknown): void {
    this.lines.push({ level: "error", message, details });
  }
  warn(message: string, details?: unknown): void {
    this.lines.push({ level: "warn", message, details });
  }
}

export function settingsOf(settings: Partial<PlanSettings> = {}): PlanSettings & { logger: TestLogger } {
  return {
    limits: DEFAULT_LIMITS,
    dev: false,
    appValues: new Map(),
    logger: new TestLogger(),
    ...settings,
  } as PlanSettings & {
    logger: TestLogger;
  };
}

export interface Bench {
  readonly plan: Plan;
  readonly route: Route;
  readonly logger: TestLogger;
  /** Answers one request and waits until everything after it is done. */
  request(request?: RequestFixture, params?: readonly string[]): Promise<TestExchange>;
}

export function bench(
  fn: (values: any) => unknown,
  fixture?: RouteFixture,
  given?: Partial<PlanSettings>,
): Bench {
  const settings = settingsOf(given);
  const route = routeOf(fn, fixture);
  const plan = compilePlan(route, settings);
  return {
    plan,
    route,
    logger: settings.logger,
    async request(request, params = []) {
      const exchange = new TestExchange(request);
      await plan(exchange, params);
      return exchange;
    },
  };
}

/** A dependency of a test: its name and function, and what its contract says besides. */
export function dep(name: string, run: (values: any) => unknown, contract: object = {}): AnyDependency {
  return dependency({ name, ...contract } as object, run) as unknown as AnyDependency;
}
