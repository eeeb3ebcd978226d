import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Project } from "./project.ts";

const app = `
  import { App, constant, dependency, endpoint, path, query } from "waymark";
  import { bearer } from "waymark/security";
  import { z } from "zod";

  enum Order { newest = "newest" } // not erasable: Node's own type stripping refuses it
  const newestId = dependency({ name: "newestId", input: { order: query(z.enum(Order).optional()) } }, () => "9");
  const currentUser = dependency({ name: "currentUser", input: { token: bearer() } }, () => "ada");
  const read = endpoint(
    { input: { itemId: path(z.string()), limit: query(z.int().default(10)) }, output: z.string() },
    function readProduct({ itemId, limit }) { return itemId + limit; },
  );
  const app = new App({ title: "Shop", version: "1.0.0" });
  app.get("/items/{itemId}", read, { canonical: true });
  app.get("/shelf/{sku}", read, { bind: { limit: "per_page" }, dependencies: [currentUser] });
  app.get("/newest", read, { bind: { itemId: newestId, limit: constant(1) }, operationId: "newest", hidden: true });
  app.get("/ping", () => "pong");
  setInterval(() => {}, 1000); // what a module keeps open does not keep the command
  export default app;
`;

describe("waymark routes", { timeout: 30_000 }, () => {
  it("prints each function with all its routes and where each input comes from", async () => {
    const { code, stdout, stderr } = await new Project({ "app.ts": app }).waymark("routes");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = stdout.split("\n").map((line) => line.trimStart().split(/ {3,}/));
    expect(rows[0]).toEqual(["readProduct", "itemId", "limit", "operationId"]);
    expect(rows[1]).toEqual(["GET /items/{itemId}", "path {itemId}", "query limit", "readProduct"]);
    expect(rows[2]?.slice(0, 3)).toEqual(["GET /shelf/{sku}", "path {sku}", "query per_page"]);
    expect(rows[3]).toEqual(["guards: currentUser (credential bearer)"]);
    expect(rows[4]).toEqual(["GET /newest", "dependency newestId (query order)", "constant 1", "newest"]);
    expect(rows[5]).toEqual(["hidden from the document"]);
    expect(stdout).toContain("\n  GET /ping");
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await new Project({ "src/app.ts": app }).waymark("routes", "--json");
    const functions = JSON.parse(stdout) as { function: string; routes: Record<string, unknown>[] }[];
    expect(functions).toHaveLength(2);
    expect(functions[0]?.routes[1]).toMatchObject({
      method: "GET",
      path: "/shelf/{sku}",
      inputs: { itemId: { from: "path", name: "sku" }, limit: { from: "query", name: "per_page" } },
      guards: [
        {
          from: "dependency",
          name: "currentUser",
          inputs: { token: { from: "credential", name: "bearer" } },
        },
      ],
      declaredAt: expect.stringMatching(/app\.ts:15$/),
    });
  });

  it("fails with the sentence of a start-up error", async () => {
    const wrong = app.replace('"/shelf/{sku}"', '"/shelf"');
    const { code, stdout, stderr } = await new Project({ "app.ts": wrong }).waymark("routes");
    expect(stderr).toContain("error: the application cannot start: 1 mistake\n\n  GET /shelf  app.ts:15\n");
    expect(stderr).toContain("must contain {itemId}");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});

const versioned = `
  import { App } from "waymark";
  const app = new App({ versions: { by: "header", list: ["1", "2"] }, documents: { internal: {} } });
  app.get("/items", function listItems() { return []; }, { version: ["1", "2"] });
  app.get("/costs", function listCosts() { return []; }, { version: "2", audience: "internal" });
  export default app;
`;

describe("an application with versions and several documents", { timeout: 30_000 }, () => {
  it("has its routes told apart by both", async () => {
    const { stdout } = await new Project({ "app.ts": versioned }).waymark("routes");
    const rows = stdout.split("\n").map((line) => line.trim().split(/ {3,}/)[0]);
    expect(rows).toEqual(
      expect.arrayContaining([
        "GET /items (version 1)",
        "GET /items (version 2)",
        "GET /costs (version 2)",
        "audience: internal",
      ]),
    );
  });

  it("prints each of its documents, and compares them", async () => {
    const project = new Project({ "app.ts": versioned });
    const pathsOf = async (...args: string[]): Promise<string[]> =>
      Object.keys(
        (JSON.parse((await project.waymark("openapi", ...args)).stdout) as { paths: object }).paths,
      );
    expect(await pathsOf()).toEqual(["/items"]);
    expect(await pathsOf("--document", "internal", "--version", "2")).toEqual(["/items", "/costs"]);
    expect(await pathsOf("--document", "internal", "--version", "1")).toEqual(["/items"]);
    expect(await project.waymark("openapi", "--version", "3")).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: There is no version '3': there are 1, 2.\n",
    });
    await project.waymark("openapi", "--version", "1", "--out", "released.json");
    expect((await project.waymark("diff", "released.json", "app.ts", "--version", "1")).code).toBe(0);
    expect((await project.waymark("diff", "released.json", "app.ts")).code).toBe(1);
  });
});

describe("waymark openapi", { timeout: 30_000 }, () => {
  it("prints the document, or writes it to a file", async () => {
    const project = new Project({ "app.ts": app });
    const { code, stdout } = await project.waymark("openapi", "app.ts");
    expect(code).toBe(0);
    expect(stdout.endsWith("}\n")).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({
      openapi: expect.stringMatching(/^3\.1/),
      info: { title: "Shop" },
    });
    expect(await project.waymark("openapi", "app.ts", "--out", "api.json")).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(readFileSync(join(project.folder, "api.json"), "utf8")).toBe(stdout);
  });

  it("says where it cannot write", async () => {
    const { code, stderr } = await new Project({ "app.ts": app }).waymark(
      "openapi",
      "-o",
      "no/such/folder.json",
    );
    expect(stderr).toContain("error: no/such/folder.json cannot be written: ENOENT");
    expect(code).toBe(1);
  });
});
