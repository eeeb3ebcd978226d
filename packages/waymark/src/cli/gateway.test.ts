import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { gateway } from "./gateway.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-gateway-command-"));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

describe("waymark gateway", () => {
  it("is the project's own gateway, which gets the arguments as they are", async () => {
    const folder = join(directory, "node_modules/@waymark/gateway");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(directory, "package.json"), "{}");
    writeFileSync(
      join(folder, "package.json"),
      '{ "name": "@waymark/gateway", "type": "module", "exports": { "./cli": "./cli.js" } }',
    );
    writeFileSync(join(folder, "cli.js"), "export const main = async (argv) => argv.length * 10;\n");
    vi.spyOn(process, "cwd").mockReturnValue(directory);
    expect(await gateway.execute(["check", "--json"])).toBe(20);
  });

  it("says what to install where there is none", async () => {
    vi.resetModules();
    vi.doMock("node:module", () => ({
      createRequire: () => ({
        resolve: () => {
          throw Object.assign(new Error("none"), { code: "MODULE_NOT_FOUND" });
        },
      }),
    }));
    const { gateway: alone } = await import("./gateway.ts");
    await expect(alone.execute([])).rejects.toMatchObject({
      message: "waymark gateway needs the package @waymark/gateway.",
      hint: "npm install @waymark/gateway",
    });
    vi.doUnmock("node:module");
  });
});
