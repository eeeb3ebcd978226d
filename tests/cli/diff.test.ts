import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Project } from "./project.ts";

const app = (limit: string, extra = ""): string => `
  import { App, endpoint, query } from "waymark";
  import { z } from "zod";
  const list = endpoint(
    { input: { limit: query(z.int().max(${limit}).default(10)) }, output: z.array(z.string()) },
    function listItems() { return []; },
  );
  const app = new App({ title: "Shop", version: "1.0.0" });
  app.get("/items", list);
  ${extra}
  setInterval(() => {}, 1000); // what a module keeps open does not keep the command
  export default app;
`;

describe("waymark diff", { timeout: 30_000 }, () => {
  it("names what changed between two documents and fails for what breaks clients", async () => {
    const project = new Project({
      "old.ts": app("100"),
      "new.ts": app("50", 'app.get("/ping", () => "pong");'),
    });
    await project.waymark("openapi", "old.ts", "--out", "old.json");
    const { code, stdout, stderr } = await project.waymark("diff", "old.json", "new.ts");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toBe(`\
Breaking
  GET /items
    query limit: maximum fell from 100 to 50  [limit-narrowed]

Compatible
  GET /ping
    the operation is new  [operation-added]

1 breaking, 1 compatible, 0 documentation
`);
    const older = readFileSync(join(project.folder, "old.json"), "utf8");
    project.write("bad.json", older.replace('"3.1.1"', '"2.0"'));
    expect(await project.waymark("diff", "old.json", "bad.json")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: 'error: The newer document is no OpenAPI 3 document: it says openapi: "2.0".\n',
    });
  });

  it("compares apps, prints JSON, and leaves out what is ignored", async () => {
    const project = new Project({
      "old.ts": app("100"),
      "new.ts": app("50", 'app.get("/ping", () => "pong");'),
    });
    const { code, stdout } = await project.waymark("diff", "old.ts", "new.ts", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      breaking: 1,
      compatible: 1,
      documentation: 0,
      ignored: 0,
      changes: [
        {
          kind: "breaking",
          code: "limit-narrowed",
          operation: "GET /items",
          at: "GET /items query limit",
          before: 100,
          after: 50,
        },
        { kind: "compatible", code: "operation-added", at: "GET /ping" },
      ],
    });
    const ignoring = ["diff", "old.ts", "new.ts", "--ignore", "limit-narrowed, default-changed"];
    const ignored = await project.waymark(...ignoring);
    expect(ignored.code).toBe(0);
    expect(ignored.stdout).toContain("0 breaking, 1 compatible, 0 documentation (1 ignored)\n");
    expect(await project.waymark(...ignoring, "--fail-on", "any")).toMatchObject({ code: 1 });
    expect(await project.waymark("diff", "old.ts", "old.ts", "--fail-on", "any")).toMatchObject({
      code: 0,
      stdout: "No changes\n",
    });
  });

  it("reads documents from addresses", async () => {
    const document = JSON.stringify({ openapi: "3.1.0", info: { title: "Far", version: "1" }, paths: {} });
    const url = await serve((request, response) => {
      response.statusCode = request.url === "/openapi.json" ? 200 : 503;
      response.end(document);
    });
    const project = new Project({ "old.json": document });
    expect(await project.waymark("diff", "old.json", `${url}/openapi.json`)).toMatchObject({
      code: 0,
      stdout: "No changes\n",
    });
    const { code, stderr } = await project.waymark("diff", "old.json", `${url}/other.json`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `error: ${url}/other.json answers 503.\n` });
  });

  it.each([
    [["a.json"], "error: waymark diff takes <old> and <new>, not a.json.\n"],
    [
      ["a.json", "a.json", "a.json"],
      "error: waymark diff takes <old> and <new>, not a.json and a.json and a.json.\n",
    ],
    [["a.json", "no.json"], "error: There is no file no.json in "],
    [["a.json", "a.yaml"], "error: a.yaml is not JSON: it looks like YAML\n  waymark diff reads JSON alone."],
    [["a.json", "broken.json"], "error: broken.json is not JSON: "],
    [["a.json", "none.js"], "error: none.js does not have a default export"],
    [["a.json", "wrong.js"], "error: the application cannot start: 1 mistake\n"],
    [["a.json", "throws.js"], "Error: no database"],
    [["a.json", "http://127.0.0.1:1/"], "error: http://127.0.0.1:1/ cannot be had: "],
    [
      ["a.json", "a.json", "--ignore", "limit-narowed"],
      "error: There is no change with the code limit-narowed.\n  Did you mean limit-narrowed?",
    ],
    [["a.json", "a.json", "--fail-on", "all"], 'error: --fail-on "all" is neither breaking nor any.'],
  ])("does not confuse %j with a verdict: exit code 2", async (args, message) => {
    const project = new Project({
      "a.json": '{ "openapi": "3.1.0" }',
      "a.yaml": "openapi: 3.1.0\n",
      "broken.json": "{",
      "none.js": "export const nothing = 1;",
      "wrong.js":
        'import { App } from "waymark"; const app = new App({ title: "A", version: "1" }); app.get("/a", () => 1); app.get("/a", () => 2); export default app;',
      "throws.js": 'throw new Error("no database");',
    });
    const { code, stdout, stderr } = await project.waymark("diff", ...args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
