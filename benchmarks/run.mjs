// Waymark against its peers: npm run bench -- [--only W1,W2] [--servers waymark,fastify] [--rounds N] [--seconds S]
//   [--warm-up S] [--json FILE] [--no-build] [--check]
// Answers are checked first; windows are short and interleaved; read the ratios, not the rates. See docs/performance.md.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { prepare } from "./lib/install.mjs";
import { measure, withServers } from "./lib/measure.mjs";
import { report } from "./lib/report.mjs";
import { BASELINE, missing, SERVERS, takesPart as takes, versions } from "./lib/servers.mjs";
import { WORKLOADS } from "./lib/workloads.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    servers: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string", default: "1" },
    "warm-up": { type: "string" },
    json: { type: "string" },
    "no-build": { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

const started = Date.now();
const say = (line) => {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\x1b[K${Math.round((Date.now() - started) / 1000)} s  ${line}`);
};

prepare({ build: !values["no-build"] });
const workloads = named(WORKLOADS, values.only, "workload");
const servers = available(named(SERVERS, values.servers, "server"));
const seconds = Number(values.seconds);
const takesPart = (server, workload) => takes(server, workload, values.servers !== undefined || values.check);

const results = {};
for (const set of new Set(workloads.map((workload) => workload.set))) {
  const ofSet = workloads.filter((workload) => workload.set === set);
  const taking = servers.filter((server) => ofSet.some(({ name }) => takesPart(server, name)));
  await withServers({ servers: taking, set, workloads: ofSet, takesPart, say }, async (running) => {
    if (values.check) return;
    for (const workload of ofSet) {
      const rounds = Number(values.rounds ?? workload.rounds);
      const warmUp = Number(values["warm-up"] ?? workload.warmUp);
      const part = running.filter(({ server }) => takesPart(server, workload.name));
      results[workload.name] = await measure(workload, part, { rounds, seconds, warmUp, say });
    }
  });
}
say("");

const took = Math.round((Date.now() - started) / 1000);
if (values.check)
  console.log(`Every answer is right: ${servers.map(({ name }) => name).join(", ")} (${took} s).`);
else {
  const run = {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0].model,
    cpus: cpus().length,
    took,
    window: seconds,
    versions: versions(),
  };
  console.log(report(workloads, results, run));
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ ...run, results }, null, 1)}\n`);
    console.error(`Written to ${values.json}`);
  }
}

/** Those of a comma list; all where there is none. A server's name may stand for its variants: "waymark" is one, "waymark*" all. */
function named(all, list, what) {
  if (list === undefined) return all;
  const wanted = list.split(",").map((name) => name.trim());
  const matches = (name, want) => (want.endsWith("*") ? name.startsWith(want.slice(0, -1)) : name === want);
  const unknown = wanted.filter((want) => !all.some(({ name }) => matches(name, want)));
  if (unknown.length > 0)
    throw new Error(`no ${what} ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`);
  return all.filter(({ name }) => name === BASELINE || wanted.some((want) => matches(name, want)));
}

function available(wanted) {
  return wanted.filter((server) => {
    const reason = missing(server);
    if (reason !== undefined) console.error(`${server.name} is left out: ${reason}`);
    return reason === undefined;
  });
}
