import fc from "fast-check";
import { z } from "zod";
import { expect, it } from "vitest";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { header } from "../inputs/header.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { StartUpError } from "../start-up-error.ts";
import { bearer } from "../security/bearer.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";
import type { OpenApiDocument, OperationObject } from "./document.ts";

const Leaf = z.object({ text: z.string().default("") }).meta({ id: "Leaf" });
const Tree = z.object({ leaves: z.array(Leaf) }).meta({ id: "Tree" });
const Closed = z.strictObject({ leaf: Leaf.optional() }).meta({ id: "Closed" });
const schemas = fc.constantFrom<z.ZodType>(
  z.string(),
  Leaf,
  Tree,
  Closed,
  z.union([Tree, Closed]),
  z.coerce.date(),
);

const segment = fc.oneof(
  fc.constantFrom("a", "b", "items", "%", "{x}", "{y}", "{x}.json", "v{y}"),
  fc.stringMatching(/^[A-Za-z0-9 ~.'(!]{1,4}$/).filter((text) => !/^\.{1,2}$/.test(text)),
);
const templates = fc
  .tuple(
    fc.uniqueArray(segment, { maxLength: 3, selector: (text) => /[xy]/.exec(text)?.[0] ?? text }),
    fc.boolean(),
  )
  .map(([segments, rest]) => `/${[...segments, ...(rest ? ["{rest:path}"] : [])].join("/")}`);

const route = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "QUERY", "HEAD"),
  path: templates,
  input: fc.option(schemas),
  output: fc.option(schemas),
  inQuery: fc.boolean(),
  inHeader: fc.boolean(),
  token: fc.option(fc.boolean()),
  hidden: fc.boolean(),
  deprecated: fc.boolean(),
});

function* operationsOf(document: OpenApiDocument): Generator<[string, OperationObject]> {
  for (const [template, item] of Object.entries(document.paths))
    for (const operation of Object.values(item)) yield [template, operation];
}

function* refsOf(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "$ref" && typeof member === "string") yield member;
    yield* refsOf(member);
  }
}

function resolves(document: unknown, ref: string): boolean {
  const steps = ref.replace(/^#\//, "").split("/");
  return (
    steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document) !==
    undefined
  );
}

it("whatever is declared, the document holds together", async () => {
  const samples: OpenApiDocument[] = [];
  fc.assert(
    fc.property(fc.array(route, { minLength: 1, maxLength: 8 }), (routes) => {
      let document: OpenApiDocument;
      try {
        document = emitDocument((router) => {
          for (const {
            method,
            path: template,
            input,
            output,
            inQuery,
            inHeader,
            token,
            hidden,
            deprecated,
          } of routes) {
            const names = [...template.matchAll(/\{(\w+)/g)].map(([, name]) => name!);
            const inputs = {
              ...Object.fromEntries(names.map((name) => [name, path(z.string())])),
              ...(input === null ? {} : { whole: body(input) }),
              ...(inQuery ? { q: query(z.int().optional()) } : {}),
              ...(inHeader ? { someHeader: header(z.string()) } : {}),
              ...(token === null ? {} : { token: bearer({ optional: token }) }),
            };
            const contract = { input: inputs, ...(output === null ? {} : { output }) };
            const options = { hidden, deprecated };
            router.add({
              method,
              path: template,
              endpoint: endpoint(contract as object, () => undefined),
              ...options,
            });
          }
        });
      } catch (error) {
        // Two routes of one shape, or of one operationId: what the resolver refuses is not for the document to judge.
        if (
          error instanceof StartUpError &&
          error.mistakes.every(({ code }) => code === "WM601" || code === "WM602")
        )
          return;
        throw error;
      }
      samples.push(document);
      for (const ref of refsOf(document)) expect(resolves(document, ref), ref).toBe(true);
      const shapes = Object.keys(document.paths).map((template) => template.replace(/\{\w+\}/g, "{}"));
      expect(new Set(shapes).size).toBe(shapes.length);
      const ids = [...operationsOf(document)].map(([, { operationId }]) => operationId);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [template, { parameters = [] }] of operationsOf(document)) {
        const named = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(named);
        expect(new Set(parameters.map((each) => `${each.in} ${each.name}`)).size).toBe(parameters.length);
      }
    }),
    { numRuns: 60 },
  );
  expect(samples.length).toBeGreaterThan(20);
  const problems = await lintEmitted();
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
}, 180_000);
