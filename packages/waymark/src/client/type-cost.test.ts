import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// What the compiler pays for a client, in type instantiations, which are the same on every machine: contracts with two
// inputs, an output, an error and two routes, and every method called, by its main route or another one.
const FORMS = {
  contracts: () => "",
  made: () => "",
  called: (n: number) => `
    export const called${n} = client.operation${n}${n % 2 === 0 ? "" : `.via("GET /products${n}/{productId}")`}.safe({ itemId: "1" });`,
};
type Form = keyof typeof FORMS;

const write = (form: Form, operations: number): string => {
  const all = Array.from({ length: operations }, (_, n) => n);
  return `
  import { z } from "zod";
  import { contract, path, query } from "../../../src/contract/index.ts";
  import { createClient } from "../../../src/client/index.ts";
  const Item = z.object({ id: z.string(), limit: z.int() });
  ${all
    .map(
      (n) => `const operation${n} = contract(
    { input: { itemId: path(z.string()), limit: query(z.int().min(1).max(100).default(10)) }, output: Item, errors: { 404: "None" } },
    { "GET /items${n}/{itemId}": { canonical: true }, "GET /products${n}/{productId}": { summary: "Read a product" } },
  );`,
    )
    .join("\n")}
  export const api = { ${all.map((n) => `operation${n}`).join(", ")} };
  ${form === "contracts" ? "" : 'const client = createClient(api, { baseUrl: "http://localhost" });\nexport const one = client.operation0({ itemId: "1" });'}
  ${all.map(FORMS[form]).join("")}`;
};

const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
let folder = "";
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(`${cache}client-cost-`);
  const compilerOptions = {
    composite: false,
    noEmit: true,
    declarationMap: false,
    isolatedDeclarations: false,
  };
  const tsconfig = { extends: "../../../../../tsconfig.base.json", compilerOptions, files: ["api.ts"] };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(tsconfig));
});
afterAll(() => rmSync(folder, { recursive: true }));

function instantiations(form: Form, operations: number): number {
  writeFileSync(`${folder}/api.ts`, write(form, operations));
  const tsc = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", ".", "--extendedDiagnostics"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stdout).not.toContain("api.ts(");
  const count = Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1]);
  console.info(
    `${operations} operations, ${form}: ${count} instantiations, ${/Total time:\s+(\S+)/.exec(stdout)?.[1]}`,
  );
  return count;
}

describe("500 operations with two routes each", { timeout: 120_000 }, () => {
  it("cost next to nothing in a client of which one method is called", () => {
    expect(instantiations("made", 500) - instantiations("contracts", 500)).toBeLessThan(10_000);
  });

  it("cost less than the budget when every method is called, and no more apiece than 100", () => {
    const base = instantiations("called", 1);
    const hundred = instantiations("called", 100) - base;
    const all = instantiations("called", 500);
    expect(all).toBeLessThan(1_000_000);
    expect((all - base) / 499).toBeLessThan((hundred / 99) * 1.05);
  });
});
