// Who is measured, and how each is started.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const BENCHMARKS = fileURLToPath(new URL("..", import.meta.url));
const EVERYTHING = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8u", "W8d", "W9"];
const MOST = ["W1", "W2", "W3", "W4", "W5", "W6", "W9"];
const THREE = ["W1", "W2", "W3"];

/** The Node that runs this: an npm script may find another one first. */
const NODE = process.execPath;
/** Where npm put it; it is not there for every platform. */
export const BUN = `${BENCHMARKS}node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun`;
/** Debian's own: its packages are not there for another Python. */
const PYTHON = "/usr/bin/python3";

/** Measured beyond W1, W2 and W3 unless `--servers` asks for others: all of them would take half an hour. */
const EVERYWHERE = new Set([
  "node:http",
  "waymark",
  "waymark node-http",
  "fastify",
  "hono",
  "bun.serve",
  "fastapi",
]);

const server = (name, runtime, file, workloads, ...extra) => ({ name, runtime, file, workloads, extra });

/** Whether a server takes part in a workload; `asked` when somebody named it. */
export const takesPart = ({ name, workloads }, workload, asked) =>
  workloads.includes(workload) && (asked || THREE.includes(workload) || EVERYWHERE.has(name));

export const BASELINE = "node:http";

/** The order is that of the tables' first column before they are sorted. */
export const SERVERS = [
  server(BASELINE, NODE, "raw.mjs", EVERYTHING),
  server("waymark", NODE, "waymark.mjs", EVERYTHING, "wire"),
  server("waymark node-http", NODE, "waymark.mjs", EVERYTHING, "node-http"),
  server("waymark bun-wire", BUN, "waymark.mjs", EVERYTHING, "wire"),
  server("waymark bun-fetch", BUN, "waymark.mjs", EVERYTHING, "fetch"),
  server("fastify", NODE, "fastify.mjs", EVERYTHING),
  server("fastify-zod", NODE, "fastify-zod.mjs", MOST),
  server("hono", NODE, "hono.mjs", EVERYTHING),
  server("hono bun", BUN, "hono.mjs", EVERYTHING),
  server("elysia", NODE, "elysia.mjs", MOST),
  server("elysia bun", BUN, "elysia.mjs", MOST),
  server("express", NODE, "express.mjs", MOST),
  server("h3", NODE, "h3.mjs", ["W1", "W2", "W3", "W5", "W6", "W9"]),
  server("orpc", NODE, "orpc.mjs", THREE),
  server("bun.serve", BUN, "bun-raw.mjs", EVERYTHING),
  server("fastapi", PYTHON, "fastapi_server.py", EVERYTHING),
];

export const commandOf = ({ runtime, nodeOptions = [], file, extra }, port, set) => [
  runtime,
  ...nodeOptions,
  `${BENCHMARKS}servers/${file}`,
  String(port),
  set,
  ...extra,
];

/** Why a server cannot run here, or undefined. */
export function missing({ runtime }) {
  if (runtime === BUN && !existsSync(BUN)) return "npm has no Bun for this platform";
  if (runtime === PYTHON && pythonVersions() === undefined)
    return "python3-fastapi, python3-uvicorn, python3-uvloop and python3-httptools are not installed (Debian, as root)";
  return undefined;
}

/** Versions of everything measured, as installed. */
export function versions() {
  const require = createRequire(`${BENCHMARKS}package.json`);
  const { dependencies } = require(`${BENCHMARKS}package.json`);
  return { node: process.version, ...dependencies, ...pythonVersions() };
}

let python;
function pythonVersions() {
  if (python === undefined) {
    const code =
      "import json, fastapi, uvicorn, uvloop, httptools; print(json.dumps({'fastapi': fastapi.__version__, 'uvicorn': uvicorn.__version__}))";
    try {
      python = {
        found: JSON.parse(execFileSync(PYTHON, ["-c", code], { stdio: ["ignore", "pipe", "ignore"] })),
      };
    } catch {
      python = { found: undefined };
    }
  }
  return python.found;
}
