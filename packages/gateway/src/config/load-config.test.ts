import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { texts } from "../compile/compile.fixture.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { loadConfig } from "./load-config.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

async function mistakesOf(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  try {
    await loadConfig(file, { directory, environment });
  } catch (error) {
    if (error instanceof ConfigurationError) return texts(error.mistakes);
    throw error;
  }
  return [];
}

describe("a configuration's file", () => {
  it("reads the environment where addresses and variables of servers stand", async () => {
    write(
      "gateway.yaml",
      "services:\n  a: { spec: a.yaml, upstream: '${A_URL}', variables: { region: '${REGION:-eu}' } }\nredis: '${REDIS_URL}'\npolicies: [{ requestHeaders: { set: { x-a: '${consumer}' } } }]\n",
    );
    const { config, folder } = await loadConfig("gateway.yaml", {
      directory,
      environment: { A_URL: "http://10.0.0.1:80" },
    });
    expect(config.services["a"]).toEqual({
      spec: "a.yaml",
      upstream: "http://10.0.0.1:80",
      variables: { region: "eu" },
    });
    expect(config.redis).toBe("${REDIS_URL}");
    expect(config.policies).toEqual([{ requestHeaders: { set: { "x-a": "${consumer}" } } }]);
    expect(folder).toBe(directory);
    expect(await mistakesOf("gateway.yaml")).toEqual([
      "gateway.yaml:2: the environment has no A_URL. Set A_URL, or give it a default: ${A_URL:-…}. [GW207]",
      expect.stringContaining('gateway.yaml:2: "${A_URL}" stands where') as string,
    ]);
  });

  it("reads it nowhere else", async () => {
    write("elsewhere.yaml", "title: '${TITLE}'\nservices: { a: { spec: a.yaml, mount: '/${PATH}' } }\n");
    expect(await mistakesOf("elsewhere.yaml", { TITLE: "x" })).toEqual([
      "elsewhere.yaml:1: ${TITLE} is not read here. The environment is for addresses, secrets and variables of servers; write the value itself. [GW208]",
      "elsewhere.yaml:2: ${PATH} is not read here. The environment is for addresses, secrets and variables of servers; write the value itself. [GW208]",
      expect.stringContaining("elsewhere.yaml:2:") as string,
    ]);
  });

  it("may be a module, which is read again when it changed", async () => {
    symlinkSync(join(import.meta.dirname, "../../../../node_modules"), join(directory, "node_modules"));
    write("package.json", '{ "type": "module" }');
    const text = (title: string): string =>
      `const title: string = "${title}";\nexport default { title, services: { a: { spec: "a.yaml" } } };\n`;
    write("gateway.config.ts", text("one"));
    expect((await loadConfig("gateway.config.ts", { directory })).config.title).toBe("one");
    write("gateway.config.ts", text("two"));
    expect((await loadConfig("gateway.config.ts", { directory })).config.title).toBe("two");
    write("bad.config.mjs", "export default { services: { a: { spek: 1 } } };\n");
    expect(await mistakesOf("bad.config.mjs")).toEqual([
      "bad.config.mjs#/services/a/spek: 'spek' is not a key that stands here. Did you mean 'spec'? [GW201]",
      "bad.config.mjs#/services/a: 'spec' is missing. Write where its OpenAPI document is, or `spec: false` if it has none. [GW202]",
    ]);
    write("none.mjs", "export const a = 1;\n");
    expect(await mistakesOf("none.mjs")).toEqual([
      "none.mjs: it cannot be read: it has no default export. Check the path, and who may read it. [GW101]",
    ]);
  });

  it("that is not there or no YAML is a mistake", async () => {
    write("broken.yaml", "services: {\n");
    expect((await mistakesOf("missing.yaml"))[0]).toContain("missing.yaml: it cannot be read: there is no ");
    expect((await mistakesOf("broken.yaml"))[0]).toMatch(/^broken\.yaml:\d: it is neither JSON nor YAML: /);
  });
});
