// Programs that are not ours and that tests use, and how to get them on Debian.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findChromium } from "./chromium.mjs";

/** Clients and proxies of `tests/clients`, and stores of middleware: Debian's packages bear the same names. */
const PROGRAMS = ["curl", "wrk", "python3", "nginx", "haproxy", "redis-server"];

/** What a service that is not ours is made of, in `tests/gateway`: libraries of Debian's Python, without a program of their own. */
const PYTHON_PACKAGES = ["fastapi", "uvicorn"];

/** Installs by apt what is missing, where that is ours to do: as root on Debian. Gives what is missing still. */
export function installPrograms() {
  if (missing().length > 0 && process.getuid?.() === 0 && isDebian()) {
    console.log(`Installing ${missing().join(", ")} for the tests (apt-get) …`);
    const packages = missing().flatMap((name) => (name === "chromium" ? [name, "fonts-liberation"] : [name]));
    apt("update");
    apt("install", "-y", "--no-install-recommends", ...packages);
  }
  return missing();
}

function missing() {
  const folders = `${process.env.PATH ?? ""}${delimiter}/usr/sbin`.split(delimiter);
  const isThere = (program) => folders.some((folder) => existsSync(join(folder, program)));
  const programs = PROGRAMS.filter((program) => !isThere(program));
  const packages = PYTHON_PACKAGES.filter((name) => !existsSync(`/usr/lib/python3/dist-packages/${name}`));
  const all = [...programs, ...packages.map((name) => `python3-${name}`)];
  return findChromium() === undefined ? ["chromium", ...all] : all;
}

function apt(...args) {
  spawnSync("apt-get", ["-qq", ...args], {
    stdio: ["ignore", "ignore", "inherit"],
    // In this runlevel a package does not start its service: we want the program alone.
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
  });
}

// Debian alone: Ubuntu's Chromium is a snap, which no container can run.
function isDebian() {
  return existsSync("/etc/os-release") && /^ID="?debian"?$/m.test(readFileSync("/etc/os-release", "utf8"));
}
