// Latency at a fixed rate: node benchmarks/studies/latency.mjs [--rate 5000] [--seconds 5] [--rounds 3] [--servers A,B] [--only W2]
// An open loop: lib/open-loop.mjs. Servers take turns.
import { parseArgs } from "node:util";
import { latenciesAt } from "../lib/open-loop.mjs";
import { startServer } from "../lib/process.mjs";
import { missing, SERVERS } from "../lib/servers.mjs";
import { median } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";
import { check, WORKLOADS } from "../lib/workloads.mjs";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "5000" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
    servers: { type: "string", default: "node:http,waymark,waymark node-http,fastify,fastify-zod,hono" },
    only: { type: "string", default: "W2,W3" },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

await compare();

async function compare() {
  const workloads = WORKLOADS.filter(({ name }) => values.only.split(",").includes(name));
  const wanted = values.servers.split(",");
  const servers = SERVERS.filter((server) => wanted.includes(server.name) && missing(server) === undefined);
  for (const workload of workloads) {
    const running = [];
    try {
      for (const server of servers) {
        running.push(await startServer(server, workload.set));
        await check(workload, server.name, running.at(-1).port);
      }
      const rounds = new Map(running.map((one) => [one, []]));
      // The first round warms up.
      for (let round = 0; round <= Number(values.rounds); round++)
        for (const one of running) {
          const result = await latenciesAt(one.port, workload, rate, seconds);
          if (round > 0) rounds.get(one).push(result);
        }
      console.log(`### ${workload.name} at ${rate} requests/s, ms\n`);
      console.log(
        table(
          ["", "p50", "p99", "p99.9", "max", "sent late"],
          [...rounds].map(([one, all]) => row(one, all)),
        ),
      );
      console.log("");
    } finally {
      await Promise.all(running.map((one) => one.stop()));
    }
  }
}

function row(one, all) {
  const of = (pick) => fixed(median(all.map(pick)), 2);
  const late = `${fixed(median(all.map((result) => result.late)) * 100, 1)} %`;
  return [one.server.name, of((r) => r.p50), of((r) => r.p99), of((r) => r.p999), of((r) => r.max), late];
}
