// Faults on purpose, and the figures: node benchmarks/faults/run.mjs [F3 F7 F9 F10 F11 F13 F18 F19 uploads] [--server wire|node-http]
//   [--connections 2000] [--cycles 50] [--requests 1000000] [--aborts 10000] [--no-build]
// Everything stays on this machine's loopback, and everything that is started is stopped. Times are those of a machine that
// does something else as well: read them with its load in mind. F1 and F2 are tests: tests/hostile.
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../lib/table.mjs";
import * as aborts from "./aborts.mjs";
import * as descriptors from "./descriptors.mjs";
import * as events from "./events.mjs";
import * as large from "./large.mjs";
import * as slow from "./slow.mjs";
import * as soak from "./soak.mjs";
import * as stop from "./stop.mjs";
import * as uploads from "./uploads.mjs";
import * as websockets from "./websockets.mjs";

const FAULTS = {
  F3: slow,
  F7: aborts,
  F9: stop,
  F10: soak,
  F11: descriptors,
  F13: large,
  F18: websockets,
  F19: events,
  uploads,
};
const SERVERS = ["wire", "node-http"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: "string" },
    connections: { type: "string", default: "2000" },
    cycles: { type: "string", default: "50" },
    requests: { type: "string", default: "1000000" },
    aborts: { type: "string", default: "10000" },
    "no-build": { type: "boolean", default: false },
  },
});
const wanted = positionals.length === 0 ? Object.keys(FAULTS) : positionals;
const unknown =
  wanted.find((name) => !(name in FAULTS)) ??
  [values.server ?? "wire"].find((name) => !SERVERS.includes(name));
if (unknown !== undefined)
  throw new Error(`no ${unknown} here: ${Object.keys(FAULTS).join(", ")}; --server ${SERVERS.join(" or ")}`);
const amounts = Object.fromEntries(
  ["connections", "cycles", "requests", "aborts"].map((name) => [name, Number(values[name])]),
);

const root = fileURLToPath(new URL("../..", import.meta.url));
if (
  !values["no-build"] &&
  spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" }).status !== 0
)
  throw new Error("the build failed: see above");

console.log(`Node ${process.version}; load before: ${loadavg()[0].toFixed(1)}`);
for (const name of wanted) {
  const { title, head, run } = FAULTS[name];
  const rows = [];
  for (const server of values.server === undefined ? SERVERS : [values.server])
    for (const [first, ...rest] of await run(server, amounts)) rows.push([`${server}: ${first}`, ...rest]);
  console.log(`\n### ${title}\n\n${table(head, rows)}`);
}
