// What a run needs: the peers from npm, wrk and FastAPI from Debian, and Waymark built from its source.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { BENCHMARKS } from "./servers.mjs";

const DEBIAN = ["wrk", "python3-fastapi", "python3-uvicorn", "python3-uvloop", "python3-httptools"];

/** Installs what is missing. Throws when wrk or the peers cannot be had; FastAPI is only left out. */
export function prepare({ build }) {
  installPeers();
  installDebian();
  if (!has("wrk", "--version")) throw new Error("wrk is missing: install it (Debian: apt-get install wrk)");
  if (build) must("npm", ["run", "--silent", "build"], `${BENCHMARKS}..`, "the build failed");
}

function installPeers() {
  const lockfile = (path) => {
    try {
      const { packages } = JSON.parse(readFileSync(path, "utf8"));
      return JSON.stringify(
        Object.entries(packages).flatMap(([at, { version, optional }]) =>
          at === "" || optional ? [] : [at, version],
        ),
      );
    } catch {
      return undefined; // nothing is installed yet
    }
  };
  const wanted = lockfile(`${BENCHMARKS}package-lock.json`);
  if (wanted !== undefined && wanted === lockfile(`${BENCHMARKS}node_modules/.package-lock.json`)) return;
  console.error("Installing the peers (npm ci in benchmarks/) …");
  // Without scripts: Bun and esbuild are run from the platform's own package.
  must(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    BENCHMARKS,
    "npm ci failed",
  );
}

function installDebian() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  const missing = DEBIAN.filter((name) => spawnSync("dpkg", ["-s", name], { stdio: "ignore" }).status !== 0);
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(", ")} …`);
  const apt = (...args) =>
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  if (!apt("install", "-y", "--no-install-recommends", ...missing))
    if (apt("update")) apt("install", "-y", "--no-install-recommends", ...missing);
}

const has = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).error === undefined;

function must(command, args, cwd, sentence) {
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${sentence}: see above`);
}
