// Faults on purpose around the gateway, and the figures: node benchmarks/faults/gateway/run.mjs G2 [its options] [--no-build]
// Without a name it says which there are. Each file exports `title`, `options` (of parseArgs) and `run(values)`, which prints
// its figures and says by `{ ok }` whether they are what was asked for; the exit code says so too. Everything stays on this
// machine's loopback, and everything that is started is stopped.
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const FAULTS = {
  G2: "kill",
  G5: "overload",
  G6: "differential",
  G9: "lying",
  G12: "redis",
  G18: "validation",
  G20: "timing",
  G27: "soak",
  G28: "partition",
};
const OPTIONS = { "no-build": { type: "boolean", default: false } };

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(FAULTS, name ?? "")) {
  console.error(`one of ${Object.keys(FAULTS).join(", ")}, and its options`);
  process.exit(2);
}
const root = fileURLToPath(new URL("../../..", import.meta.url));
if (
  !args.includes("--no-build") &&
  spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" }).status !== 0
)
  throw new Error("the build failed: see above");

// What was built is part of some of them.
const { title, options = {}, run } = await import(`./${FAULTS[name]}.mjs`);
const { values } = parseArgs({ args, options: { ...OPTIONS, ...options } });

console.log(`### ${title ?? name}\n\nNode ${process.version}; load before: ${loadavg()[0].toFixed(1)}\n`);
const { ok } = await run(values);
console.log(ok ? "\nas asked for" : "\nNOT as asked for");
process.exitCode = ok ? 0 : 1;
