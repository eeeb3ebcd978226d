// What `npm init -y` makes: a package.json without "type": "module", whose TypeScript is compiled to CommonJS.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Folder, GatewayProcess, root } from "./gateway-process.ts";
import { commandOf } from "./command.ts";

const app = `import { App } from "waymark";
const app = new App({ title: "Notes", version: "1.0.0" });
app.get("/notes", () => ["a note"], { openapi: { security: [] } });
export const admin = app;
export default app;
`;
const policy = (text: string): string => `import { definePolicy } from "@waymark/gateway";
export default definePolicy({
  kind: "said",
  phase: "request",
  run: () => ({ status: 200, body: ${JSON.stringify(text)} as string }),
});
`;
const config = (spec: string): string => `import { defineGateway } from "@waymark/gateway";
export default defineGateway({
  services: { notes: { spec: "${spec}" } },
  policies: [{ match: { paths: ["/said"] }, use: "./said.ts" }],
});
`;
const files = {
  "package.json": '{ "name": "project", "version": "1.0.0", "main": "index.js" }',
  "app.ts": app.replace("export const", 'app.get("/said", () => "the service");\nexport const'),
  "said.ts": policy("first"),
  "gateway.config.ts": config("ts:./app.ts"),
};

let folder: Folder;
let gateway: GatewayProcess | undefined;

function project(more: Readonly<Record<string, string>> = {}): Folder {
  folder = new Folder({ ...files, ...more });
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
  return folder;
}

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  folder.remove();
});

const text = async (path: string): Promise<string> => (await fetch(`${gateway!.url}${path}`)).text();

test("configuration, application and policy run there, and a changed policy is taken", async () => {
  gateway = await GatewayProcess.start(project().path);
  expect(await text("/notes")).toBe('["a note"]');
  expect(await text("/said")).toBe("first");
  folder.write("said.ts", policy("second"));
  await gateway.tells(/taken: said.ts/);
  expect(await text("/said")).toBe("second");
  folder.write("gateway.config.ts", config("ts:./app.ts#admin").replace(/policies.*/, ""));
  await gateway.tells(/taken: gateway.config.ts/);
  expect(await text("/said")).toBe('"the service"');
});

test("check refuses what could not be started", async () => {
  const yaml = (upstream: string): string =>
    `services: { notes: { spec: notes.json, upstream: { discover: "ts:./${upstream}" } } }\n`;
  const document = `{ "openapi": "3.1.0", "info": { "title": "N", "version": "1" }, "security": [], "paths": {} }`;
  const { path } = project({
    "gateway.yaml": yaml("app.ts"),
    "notes.json": document,
    "other.ts": "export default { handle: 1 };",
  });
  expect(await commandOf(path, "gateway", "check", "gateway.yaml")).toMatchObject({ code: 0 });
  folder.write("gateway.yaml", yaml("other.ts"));
  const { code, said } = await commandOf(path, "gateway", "check", "gateway.yaml");
  expect(code).toBe(1);
  expect(said).toContain(
    "the module has no Waymark application: of 'notes', Its export default is an object",
  );
  folder.write("gateway.yaml", yaml("missing.ts"));
  expect((await commandOf(path, "gateway", "check", "gateway.yaml")).said).toMatch(
    /\.\/missing\.ts cannot be loaded: .*missing\.ts/,
  );
});

test("a syntax error is told with its line and the parser's words", async () => {
  const broken = "export const a = 1;\nexport default { a: ; };\n";
  const { path } = project({ "said.ts": broken });
  const inPolicy = await commandOf(path, "gateway", "check");
  expect(inPolicy.said).toContain('./said.ts cannot be loaded: said.ts:2: Unexpected ";"');
  folder.write("gateway.config.ts", broken);
  const inConfig = await commandOf(path, "gateway", "check");
  expect(inConfig.said).toMatch(/gateway\.config\.ts:2\n +it cannot be loaded: Unexpected ";"/);
  folder.write("gateway.config.ts", config("ts:./app.ts"));
  folder.write("app.ts", "const a = 1;\nthrow new Error('no database');\n");
  const inApplication = await commandOf(path, "gateway", "check");
  expect(inApplication.said).toContain("the module cannot be loaded: app.ts:2: no database");
  for (const each of [inPolicy, inConfig, inApplication]) {
    expect(each.code).toBe(1);
    expect(each.said).not.toContain("    at ");
  }
});
