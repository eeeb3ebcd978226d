// The artefact of a pipeline: compiled in one place, run in another with the files that it names.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { commandOf } from "./command.ts";
import { Folder, GatewayProcess, root } from "./gateway-process.ts";

const policy = (text: string): string => `import { definePolicy } from "@waymark/gateway";
export default definePolicy({ kind: "said", phase: "request", run: () => ({ status: 200, body: "${text}" }) });
`;
const folders: Folder[] = [];
let gateway: GatewayProcess | undefined;
afterEach(async () => {
  await gateway?.stop();
  for (const folder of folders.splice(0)) folder.remove();
});

function made(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder(files);
  folders.push(folder);
  symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
  return folder;
}

test("a snapshot runs elsewhere, with what it names beside it, and a new one is taken", async () => {
  const built = made({
    "package.json": '{ "type": "module" }',
    "spec.yaml": `openapi: 3.1.0
info: { title: Notes, version: 1.0.0 }
servers: [{ url: "http://127.0.0.1:9" }]
security: []
paths: { /notes: { get: { operationId: list, responses: {} } } }
`,
    "gateway.yaml":
      "services: { notes: { spec: spec.yaml } }\npolicies: [{ use: ./policies/said.ts }]\ndocs: false\n",
    "policies/said.ts": policy("built"),
  });
  mkdirSync(join(built.path, "out"));
  const compiled = await commandOf(built.path, "gateway", "compile", "-o", "out/deployed.json");
  expect(compiled).toMatchObject({ code: 0 });

  const deployed = made({ "package.json": '{ "type": "module" }' });
  for (const name of ["out", "policies"])
    cpSync(join(built.path, name), join(deployed.path, name), { recursive: true });
  gateway = await GatewayProcess.start(deployed.path, "out/deployed.json");
  const notes = async (): Promise<string> => (await fetch(`${gateway!.url}/notes`)).text();
  expect(await notes()).toBe("built");
  expect(gateway.told).toBe("");

  built.write("policies/said.ts", policy("again"));
  await commandOf(built.path, "gateway", "compile", "-o", "out/deployed.json");
  for (const name of ["policies", "out"])
    cpSync(join(built.path, name), join(deployed.path, name), { recursive: true });
  await gateway.tells(/taken: .*deployed\.json/);
  await expect.poll(notes).toBe("again");
});
