// The runtimes that the tests run on beside the Node that runs them: each from the npm registry, under a prefix of its
// own, kept between runs. Where the registry cannot be reached, their tests are skipped.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Runtime {
  readonly name: string;
  /** The servers that `serve` may be asked for, and "http2" for its option. */
  readonly servers: readonly string[];
  /** What to start, before the module; undefined where it could not be installed. */
  readonly command: readonly [string, ...string[]] | undefined;
}

const cache = fileURLToPath(new URL("../../node_modules/.cache/waymark/", import.meta.url));
const node = `node-${process.platform}-${process.arch}`;
const NODES = ["22.23.3", "24.21.0", "26.10.0"];

const run = promisify(execFile);

/** Installs what is missing, all at once. */
export async function runtimes(): Promise<Runtime[]> {
  return Promise.all([
    ...NODES.map(async (version) => ({
      name: `Node ${version}`,
      servers: ["wire", "node-http", "http2"],
      command: await installed(`node-${version}`, `${node}@${version}`, `${node}/bin/node`),
    })),
    installed("bun-1.4.5", "bun@1.4.5", ".bin/bun").then((command) => ({
      name: "Bun 1.4.5",
      servers: ["bun", "wire"],
      command,
    })),
    installed("deno-2.9.5", "deno@2.9.5", ".bin/deno").then((command) => ({
      name: "Deno 2.9.5",
      servers: ["deno"],
      command: command && ([...command, "run", "--allow-all", "--quiet"] as const),
    })),
  ]);
}

async function installed(folder: string, name: string, binary: string): Promise<[string] | undefined> {
  const prefix = cache + folder;
  const path = `${prefix}/node_modules/${binary}`;
  if (existsSync(path)) return [path];
  mkdirSync(prefix, { recursive: true });
  writeFileSync(`${prefix}/package.json`, "{}");
  const options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    await run("npm", ["install", "--prefix", prefix, ...options, name], { timeout: 120_000 });
  } catch (error) {
    console.warn(`${name} could not be installed: its tests are skipped (${String(error).split("\n")[0]})`);
  }
  return existsSync(path) ? [path] : undefined;
}
