import { expect, it } from "vitest";
import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint } from "../endpoint.ts";
import type { DependencyUse, Route, Source } from "../routing/route.ts";
import { Template } from "../routing/template.ts";
import { reportRoutes } from "./route-report.ts";

const endpoint = (): AnyEndpoint => Object.assign(() => 1, { contract: {}, "~endpoint": true as const });

function route(
  path: string,
  reached: AnyEndpoint,
  sources: readonly [string, Source][],
  more: Partial<Route> = {},
): Route {
  return {
    method: "GET",
    template: Template.parse(path),
    endpoint: reached,
    name: "read",
    operationId: `op ${path}`,
    sources: new Map(sources),
    guards: [],
    scopes: [],
    output: undefined,
    replies: undefined,
    map: undefined,
    trusted: false,
    status: undefined,
    errors: {},
    summary: undefined,
    description: undefined,
    tags: [],
    deprecated: false,
    hidden: false,
    canonical: false,
    metadata: {},
    scope: { parent: undefined, errorHandlers: [], middleware: [] },
    declaredAt: undefined,
    ...more,
  };
}

function use(name: string | undefined, sources: readonly [string, Source][]): DependencyUse {
  const dependency = Object.assign(() => 1, {
    in: "dependency",
    contract: name === undefined ? {} : { name },
  }) as AnyDependency;
  Object.defineProperty(dependency, "name", { value: "" });
  return { dependency, sources: new Map(sources), credential: false };
}

it("gathers the routes of a function, though others stand between them", () => {
  const [a, b] = [endpoint(), endpoint()];
  const report = reportRoutes([route("/1", a, []), route("/2", b, []), route("/3", a, [])]);
  expect(report.map((each) => each.routes.map(({ path }) => path))).toEqual([["/1", "/3"], ["/2"]]);
});

it("leaves out what was not said", () => {
  expect(reportRoutes([route("/", endpoint(), [])])[0]?.routes[0]).toEqual({
    method: "GET",
    path: "/",
    operationId: "op /",
    tags: [],
    inputs: {},
    guards: [],
    deprecated: false,
    hidden: false,
  });
});

it("follows dependencies down, named or not", () => {
  const inner: Source = { from: "dependency", use: use("inner", [["a", { from: "request" }]]) };
  const [report] = reportRoutes([
    route("/", endpoint(), [], { guards: [use(undefined, [["inner", inner]])] }),
  ]);
  expect(report?.routes[0]?.guards).toEqual([
    {
      from: "dependency",
      name: "(unnamed)",
      inputs: { inner: { from: "dependency", name: "inner", inputs: { a: { from: "request" } } } },
    },
  ]);
});

it("gives constants as JSON can carry them", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const values: readonly [unknown, unknown][] = [
    [10, 10],
    [{ a: [1] }, { a: [1] }],
    [null, null],
    [undefined, "undefined"],
    [10n, "10n"],
    [Number.parseInt, "[Function: parseInt]"],
    [circle, "<ref *1> { self: [Circular *1] }"],
  ];
  for (const [value, expected] of values) {
    const [report] = reportRoutes([route("/", endpoint(), [["x", { from: "constant", value }]])]);
    expect(report?.routes[0]?.inputs["x"]).toEqual({ from: "constant", value: expected });
    expect(() => JSON.stringify(report)).not.toThrow(TypeError);
  }
});

it("shows a mount once, by the path that it takes everything below of", () => {
  const mount = { name: "fetch", answer: () => new Response() };
  const mounted = endpoint();
  const report = reportRoutes([
    route("/x", mounted, [["request", { from: "request" }]], { mount }),
    route("/x/{rest:path}", mounted, [["request", { from: "request" }]], { mount }),
    route("/x/{rest:path}", mounted, [["request", { from: "request" }]], { mount, method: "POST" }),
  ]);
  expect(report).toHaveLength(1);
  expect(report[0]!.routes).toMatchObject([{ method: "MOUNT", path: "/x/{rest:path}", inputs: {} }]);
});
