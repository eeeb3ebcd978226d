// Both packages as npm would publish them, in an empty folder: the gateway's two minutes.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pack } from "./pack.ts";
import { registryAnswers } from "./registry.ts";

const canInstall = process.platform !== "win32" && (await registryAnswers());

describe.skipIf(!canInstall)("waymark and @waymark/gateway, installed", { timeout: 300_000 }, () => {
  let folder: string;
  let service: Server;
  let gateway: ChildProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "waymark-installed-"));
    writeFileSync(join(folder, "package.json"), '{ "private": true }');
    const tarballs = [await pack(folder), await pack(folder, "gateway")];
    await promisify(execFile)(
      "npm",
      ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...tarballs],
      { cwd: folder, env: environment() },
    );
    service = createServer((request, response) => response.end(`"${request.url}"`));
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const { port } = service.address() as AddressInfo;
    writeFileSync(
      join(folder, "spec.yaml"),
      `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
servers: [{ url: "http://127.0.0.1:${port}" }]
paths:
  /orders/{number}:
    get:
      operationId: readOrder
      parameters: [{ name: number, in: path, required: true, schema: { type: integer } }]
      responses: { "200": { description: An order } }
`,
    );
  }, 300_000);
  afterAll(async () => {
    if (gateway !== undefined && gateway.exitCode === null) {
      process.kill(-gateway.pid!, "SIGTERM");
      await once(gateway, "close");
    }
    await new Promise((resolve) => service.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  it("are a gateway, by `npx waymark gateway spec.yaml`", async () => {
    gateway = spawn("npx", ["--no", "waymark", "gateway", "spec.yaml", "--port", "0"], {
      cwd: folder,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: npx does not end what it runs.
      detached: true,
    });
    const url = await addressOf(gateway);
    expect(await (await fetch(`${url}/orders/7`)).json()).toBe("/orders/7");
    expect((await fetch(`${url}/orders/x`)).status).toBe(422);
    expect((await fetch(`${url}/docs`)).headers.get("content-type")).toMatch(/^text\/html/);
  });

  it("serve a program", async () => {
    const program = `
      import { loadGateway, runGateway } from "@waymark/gateway";
      const { snapshot, folder } = await loadGateway(["spec.yaml"]);
      const running = await runGateway(snapshot, { folder, port: 0, signals: false });
      console.log(await (await fetch(running.url + "/orders/8")).text());
      await running.close();
    `;
    writeFileSync(join(folder, "program.mjs"), program);
    const { stdout } = await promisify(execFile)(process.execPath, ["program.mjs"], {
      cwd: folder,
      env: environment(),
    });
    expect(stdout).toContain('"/orders/8"\n');
  });
});

/** Nothing of the npm and the Vitest that run this, but for the way to the registry. */
function environment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(?!config_(registry|cache|userconfig|cafile|.*proxy)$)|VITEST|NODE_ENV$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/** Waits for the greeting. Rejects, with what was said, where the process ends instead. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const url = /Gateway +(\S+)/.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
    child.once("close", () => reject(new Error(`the gateway ended: ${said}`)));
  });
}
