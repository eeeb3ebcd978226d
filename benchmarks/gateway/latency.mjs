// What a proxy adds at a fixed rate: node benchmarks/gateway/latency.mjs [--rate N] [--seconds S] [--rounds N] [--only GET,...]
//   [--proxies a,b] [--no-build]
// The rate is half of what the slowest of them carries, or the one given. An open loop (lib/open-loop.mjs); without a proxy, then each
// proxy, in turns. Half the load that Waymark carries is less than half of nginx's: both get the same.
import { parseArgs } from "node:util";
import { prepare } from "../lib/install.mjs";
import { latenciesAt } from "../lib/open-loop.mjs";
import { median } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";
import { load, scriptOf } from "../lib/wrk.mjs";
import { check, takingPart, withProxies, WORKLOADS } from "./proxies.mjs";

const { values } = parseArgs({
  options: {
    rate: { type: "string" },
    only: { type: "string", default: "GET,POST,GET secured,POST secured" },
    proxies: { type: "string", default: "waymark,waymark secured" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    "no-build": { type: "boolean", default: false },
  },
});

prepare({ build: !values["no-build"] });
await withProxies(values.proxies.split(","), undefined, async (proxies, direct) => {
  for (const workload of WORKLOADS.filter(({ name }) => values.only.split(",").includes(name))) {
    const taking = takingPart(proxies, workload);
    if (taking.length < 2) continue;
    for (const one of taking) await check(one, workload);
    const rate = values.rate === undefined ? (await slowest(taking, workload)) / 2 : Number(values.rate);
    await compare(workload, [direct, ...taking], Math.round(rate));
  }
});

async function slowest(proxies, workload) {
  const rates = [];
  for (const { port } of proxies) {
    const peaks = [];
    for (let round = 0; round < 4; round++)
      peaks.push((await load(port, workload, scriptOf(workload), 2)).rate);
    rates.push(median(peaks.slice(1)));
  }
  return Math.min(...rates);
}

async function compare(workload, all, rate) {
  const results = new Map(all.map((one) => [one, []]));
  // The first round warms up.
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const one of all) {
      const result = await latenciesAt(one.port, workload, rate, Number(values.seconds));
      if (round > 0) results.get(one).push(result);
    }
  const of = (one, pick) => median(results.get(one).map(pick));
  const [direct, nginx] = all;
  console.log(`### ${workload.name} at ${rate} requests/s, ms\n`);
  console.log(
    table(
      ["", "p50", "added", "p99", "added", "p99 ÷ nginx", "p99.9", "sent late"],
      all.map((one) => {
        const [p50, p99] = [of(one, (r) => r.p50), of(one, (r) => r.p99)];
        return [
          one.name,
          fixed(p50),
          fixed(p50 - of(direct, (r) => r.p50)),
          fixed(p99),
          fixed(p99 - of(direct, (r) => r.p99)),
          fixed(p99 / of(nginx, (r) => r.p99)),
          fixed(of(one, (r) => r.p999)),
          `${fixed(of(one, (r) => r.late) * 100, 1)} %`,
        ];
      }),
    ),
  );
  console.log("");
}
