import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// What the compiler pays for an application: each endpoint has two inputs and an output, and two routes, one of which has
// another name in its path. Counted in type instantiations, which, unlike seconds, are the same on every machine.
const FORMS = {
  none: () => "",
  statement: (n: number) => `
    app.get("/items${n}/{itemId}", read${n}, { summary: "Read an item" });
    app.get("/products${n}/{productId}", read${n}, { summary: "Read a product" });`,
  table: (n: number) => `
    app.route(read${n}, {
      "GET /items${n}/{itemId}": { summary: "Read an item" },
      "GET /products${n}/{productId}": { summary: "Read a product" },
    });`,
};
type Form = keyof typeof FORMS;

const declare = (form: Form, n: number): string => `
  const read${n} = endpoint(
    { input: { itemId: path(z.string()), limit: query(z.int().min(1).max(100).default(10)) }, output: Item },
    async function read${n}({ itemId, limit }) { return { id: itemId, limit }; },
  );${FORMS[form](n)}`;

const write = (form: Form, prefix: string, endpoints: number): string => `
  import { z } from "zod";
  import { endpoint } from "../../../src/endpoint.ts";
  import { path } from "../../../src/inputs/path.ts";
  import { query } from "../../../src/inputs/query.ts";
  import { Router } from "../../../src/routing/router.ts";
  const Item = z.object({ id: z.string(), limit: z.int() });
  const app = new Router({ prefix: "${prefix}" });
  ${Array.from({ length: endpoints }, (_, n) => declare(form, n)).join("")}`;

const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
let folder = "";
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(`${cache}type-cost-`);
  const options = { composite: false, noEmit: true, declarationMap: false, isolatedDeclarations: false };
  const tsconfig = {
    extends: "../../../../../tsconfig.base.json",
    compilerOptions: options,
    files: ["app.ts"],
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(tsconfig));
});
afterAll(() => rmSync(folder, { recursive: true }));

function instantiations(form: Form, endpoints: number, prefix = ""): number {
  writeFileSync(`${folder}/app.ts`, write(form, prefix, endpoints));
  const tsc = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", ".", "--extendedDiagnostics"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stdout).not.toContain("app.ts(");
  const count = Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1]);
  console.info(
    `${endpoints} endpoints, ${form}${prefix === "" ? "" : ` under ${prefix}`}: ${count} instantiations`,
  );
  return count;
}

describe("500 endpoints with two routes each", { timeout: 120_000 }, () => {
  const budget = { statement: 450_000, table: 700_000 };

  it.each(["statement", "table"] as const)(
    "cost less than the budget in the %s form, and no more apiece than 100",
    (form) => {
      const base = instantiations(form, 1);
      const hundred = instantiations(form, 100) - base;
      const all = instantiations(form, 500);
      expect(all).toBeLessThan(budget[form]);
      expect((all - base) / 499).toBeLessThan((hundred / 99) * 1.05);
    },
  );

  it("cost hardly more under a prefix", () => {
    expect(instantiations("statement", 500, "/v1")).toBeLessThan(instantiations("statement", 500) * 1.05);
  });

  it("are mostly the routes' cost: the endpoints alone are cheap", () => {
    expect(instantiations("none", 500)).toBeLessThan(100_000);
  });
});
