// Where a server's time goes: node benchmarks/profile.mjs [WORKLOAD] [SERVER] [SECONDS] — self time by function and by file,
// of a Node server under wrk. The profile itself stays in the folder that is printed, for Chromium's DevTools.
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./lib/process.mjs";
import { SERVERS } from "./lib/servers.mjs";
import { fixed, table } from "./lib/table.mjs";
import { WORKLOADS } from "./lib/workloads.mjs";
import { load, scriptOf } from "./lib/wrk.mjs";

const [workloadName = "W2", serverName = "waymark", seconds = "5"] = process.argv.slice(2);
const workload = WORKLOADS.find(({ name }) => name === workloadName);
const server = SERVERS.find(({ name }) => name === serverName);
if (workload === undefined || server === undefined)
  throw new Error("usage: profile.mjs [WORKLOAD] [SERVER] [SECONDS]");

const folder = mkdtempSync(join(tmpdir(), "waymark-profile-"));
const one = await startServer(
  {
    ...server,
    nodeOptions: [
      "--cpu-prof",
      `--cpu-prof-dir=${folder}`,
      "--import",
      new URL("lib/end-on-signal.mjs", import.meta.url).href,
    ],
  },
  workload.set,
);
const script = scriptOf(workload);
await load(one.port, workload, script, 2);
const before = one.cpuTime();
const { requests, rate } = await load(one.port, workload, script, Number(seconds));
const perRequest = ((one.cpuTime() - before) / requests) * 1e6;
await one.stop();

const [file] = readdirSync(folder);
if (file === undefined) throw new Error(`${serverName} wrote no profile`);
const { nodes, samples, timeDeltas, endTime, startTime } = JSON.parse(
  readFileSync(join(folder, file), "utf8"),
);
const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
const functions = new Map();
const files = new Map();
let total = 0;
// Only the last window: starting and warming up are another matter.
let now = startTime;
const since = endTime - Number(seconds) * 1e6;
for (const [at, id] of samples.entries()) {
  const time = timeDeltas[at];
  now += time;
  if (now < since) continue;
  const { functionName, url, lineNumber } = byId.get(id);
  if (functionName === "(idle)" || functionName === "(root)") continue;
  const where = url === "" ? "" : url.replace(/^.*\/(?:packages\/|node_modules\/|benchmarks\/)/, "");
  total += time;
  const label = `${functionName || "(anonymous)"} ${where}${where === "" ? "" : `:${lineNumber + 1}`}`;
  functions.set(label, (functions.get(label) ?? 0) + time);
  const owner = where || functionName;
  files.set(owner, (files.get(owner) ?? 0) + time);
}
const top = (map, count) =>
  [...map]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([label, time]) => [label.replaceAll("|", "\\|"), `${fixed((time / total) * 100, 1)} %`]);
console.log(
  `${serverName}, ${workloadName}: ${Math.round(rate)} requests/s, ${fixed(perRequest, 1)} µs of CPU each (with the profiler)\n`,
);
console.log(table(["function", "self"], top(functions, 40)));
console.log(`\n${table(["file", "self"], top(files, 25))}\n\n${join(folder, file)}`);
