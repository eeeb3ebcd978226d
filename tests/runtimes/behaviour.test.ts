// The behaviour suite of the drivers, on every runtime: it is run there as a whole, and told here test by test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { type Runtime, runtimes } from "./runtimes.ts";
import type { Told } from "./small-vitest.ts";

/** What a runtime's own server does otherwise, and leaves no way to change. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // Bun gives bytes a Content-Type, and holds the end of a head back until the first piece of its body.
  bun: [
    "bun: the reply > bytes go out as they are, and without a type that nobody gave",
    "bun: the reply > the head of a stream does not wait for its first piece",
  ],
};

const folder = mkdtempSync(join(tmpdir(), "waymark-runtimes-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bundle = join(folder, "behaviour.mjs");
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const [all] = await Promise.all([
  runtimes(),
  build({
    entryPoints: [here("behaviour.entry.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { vitest: here("small-vitest.ts") },
  }),
]);
const suites = await Promise.all(
  all.flatMap((runtime) =>
    runtime.servers.map(async (server) => ({ runtime, server, results: await results(runtime, server) })),
  ),
);

for (const { runtime, server, results } of suites)
  describe.skipIf(runtime.command === undefined)(`${runtime.name}: ${server}`, () => {
    test("runs the suite to its end", () => {
      expect(results.length).toBeGreaterThan(20);
    });
    test.each(results.filter(({ name }) => !isOtherwise(server, name)))("$name", ({ failure }) => {
      expect(failure).toBeUndefined();
    });
    const exceptions = results.filter(({ name }) => isOtherwise(server, name));
    test.each(exceptions)("not here: $name", ({ failure }) => {
      expect(failure).toBeDefined();
    });
  });

function isOtherwise(server: string, name: string): boolean {
  return OTHERWISE[server]?.includes(name) === true;
}

function results({ command }: Runtime, server: string): Promise<Told[]> {
  if (command === undefined) return Promise.resolve([]);
  const [binary, ...options] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(binary, [...options, bundle, server], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 60_000,
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    child.on("error", reject);
    child.on("close", () =>
      resolve(
        text
          .split("\n")
          .filter((line) => line.startsWith('{"name"'))
          .map((line) => JSON.parse(line) as Told),
      ),
    );
  });
}
