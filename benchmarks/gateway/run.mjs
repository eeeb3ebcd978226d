// The gateway against nginx and the proxies of npm: node benchmarks/gateway/run.mjs [--only GET,POST] [--proxies a,b]
//   [--rounds N] [--seconds S] [--warm-up S] [--json FILE] [--no-build] [--profile FOLDER]
// A proxy runs on CPU 0, the upstream (nginx) and wrk on CPU 1. Answers are checked first; windows are interleaved, and each is
// compared with nginx's beside it: read the ratios.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { prepare } from "../lib/install.mjs";
import { median, summary } from "../lib/statistics.mjs";
import { fixed, ratio, table, thousands } from "../lib/table.mjs";
import { load, scriptOf } from "../lib/wrk.mjs";
import { check, takingPart, withProxies, WORKLOADS } from "./proxies.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    proxies: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    "warm-up": { type: "string", default: "2" },
    json: { type: "string" },
    "no-build": { type: "boolean", default: false },
    profile: { type: "string" },
  },
});

prepare({ build: !values["no-build"] });
const workloads = WORKLOADS.filter(({ name }) => values.only?.split(",").includes(name) ?? true);
const seconds = Number(values.seconds);

await withProxies(values.proxies?.split(","), values.profile, async (proxies) => {
  const results = {};
  for (const workload of workloads) {
    const taking = takingPart(proxies, workload);
    if (taking.length < 2) continue;
    for (const one of taking) await check(one, workload);
    results[workload.name] = await measure(workload, taking);
  }
  console.log(report(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
});

/** A window of nginx stands before each of the others, and one at the end. */
async function measure(workload, proxies) {
  const script = scriptOf(workload);
  const [nginx, ...others] = proxies;
  for (const one of proxies) await load(one.port, workload, script, Number(values["warm-up"]));
  const windows = [];
  const window = async (one) => {
    const before = one.cpuTime();
    const loaded = await load(one.port, workload, script, seconds);
    const cpu = ((one.cpuTime() - before) / loaded.requests) * 1e6;
    windows.push({ name: one.name, ...loaded, cpu, rss: one.rss() });
  };
  for (let round = 0; round < Number(values.rounds); round++)
    for (const one of others) {
      await window(nginx);
      await window(one);
    }
  await window(nginx);
  return proxies.map(({ name }) => {
    const own = windows.flatMap((one, at) => (one.name === name ? [{ ...one, at }] : []));
    const ratios = own.map(({ rate, at }) =>
      name === "nginx" ? 1 : (rate * 2) / (windows[at - 1].rate + windows[at + 1].rate),
    );
    return {
      name,
      rate: summary(own.map(({ rate }) => rate)),
      ratio: summary(ratios),
      cpu: median(own.map(({ cpu }) => cpu)),
      p99: median(own.map(({ p99 }) => p99)),
      rss: own.at(-1).rss,
    };
  });
}

function report(results) {
  return Object.entries(results)
    .map(
      ([name, proxies]) =>
        `### ${name}\n\n${table(
          ["", "× nginx", "thousand requests/s", "p99 ms", "µs of CPU", "MB"],
          proxies.map((one) => [
            one.name,
            ratio(one.ratio),
            thousands(one.rate),
            fixed(one.p99, 1),
            fixed(one.cpu, 1),
            fixed(one.rss, 0),
          ]),
        )}`,
    )
    .join("\n\n");
}
