// What both commands do first: a Node that is new enough, and the dependencies of the lockfile. Uses Node alone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Ends the process where Node is too old to run Waymark. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Waymark needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).`);
  console.error("Get one from https://nodejs.org or your package manager; 24 is a good choice.");
  process.exit(1);
}

/** Installs unless what is installed is what the lockfile says. Returns whether it is there now. */
export function install() {
  if (isInstalled()) return true;
  console.log("Installing the dependencies (npm ci) …");
  const ok = npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
  if (!ok)
    console.error(
      "\nnpm ci failed: see above. It needs to reach the npm registry (npm config get registry).",
    );
  return ok;
}

/** npm keeps a lockfile of what it really installed; packages of other platforms are missing there. */
function isInstalled() {
  const installed = packagesOf("node_modules/.package-lock.json");
  const wanted = packagesOf("package-lock.json");
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (!path.includes("node_modules/")) return true;
    const there = installed[path];
    if (there === undefined) return optional === true;
    return existsSync(root + path) && (link === true ? there.link === true : there.version === version);
  });
}

function packagesOf(lockfile) {
  try {
    return JSON.parse(readFileSync(`${root}${lockfile}`, "utf8")).packages;
  } catch {
    return undefined; // there is none yet
  }
}

/** Runs npm: the one that started this script, where there is one. */
export function npm(...args) {
  const { npm_execpath } = process.env;
  const [command, first] = npm_execpath?.endsWith(".js") ? [process.execPath, [npm_execpath]] : ["npm", []];
  const shell = command === "npm" && process.platform === "win32";
  return (
    spawnSync(command, [...first, ...args], { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell })
      .status === 0
  );
}

/** The script behind a command of an installed package: started with `node`, it runs on every platform alike. */
export function bin(name, command = name) {
  const folder = `${root}node_modules/${name}/`;
  const { bin: entry } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  return folder + (typeof entry === "string" ? entry : entry[command]);
}
