// Memory over millions of requests: node benchmarks/studies/memory.mjs [--millions 5] [--servers waymark,…] [--window 2]
// W1, W2, W3, W4 and refused requests in turn; resident memory after each window. The slope is fitted by least squares to
// what comes after the first million.
import { parseArgs } from "node:util";
import { startServer } from "../lib/process.mjs";
import { SERVERS } from "../lib/servers.mjs";
import { slope } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";
import { check, WORKLOADS } from "../lib/workloads.mjs";
import { load, scriptOf } from "../lib/wrk.mjs";

const { values } = parseArgs({
  options: {
    millions: { type: "string", default: "5" },
    servers: { type: "string", default: "waymark" },
    window: { type: "string", default: "2" },
    warm: { type: "string", default: "1" },
  },
});
const until = Number(values.millions);
const warm = Number(values.warm);
const mix = WORKLOADS.filter(({ name }) => ["W1", "W2", "W3", "W4", "W9"].includes(name));

const rows = [];
for (const name of values.servers.split(",")) {
  const server = SERVERS.find((one) => one.name === name);
  if (server === undefined) throw new Error(`no server ${name}`);
  const one = await startServer(server, "main");
  try {
    for (const workload of mix) await check(workload, name, one.port);
    const points = [[0, one.rss()]];
    let millions = 0;
    for (let turn = 0; millions < warm + until; turn++) {
      const workload = mix[turn % mix.length];
      const { requests } = await load(one.port, workload, scriptOf(workload), Number(values.window));
      millions += requests / 1e6;
      points.push([millions, one.rss()]);
      if (process.stderr.isTTY)
        process.stderr.write(`\r\x1b[K${name}: ${fixed(millions)} million, ${fixed(one.rss(), 0)} MB`);
    }
    const after = points.filter(([x]) => x >= warm);
    const fit = slope(after);
    const at = (wanted) => points.find(([x]) => x >= wanted)?.[1];
    const interval = `${fixed(fit.low)} to ${fixed(fit.high)}`;
    rows.push([
      name,
      fixed(points[0][1], 0),
      fixed(at(warm), 0),
      fixed(points.at(-1)[1], 0),
      fixed(fit.slope),
      interval,
      String(after.length),
    ]);
  } finally {
    await one.stop();
  }
}
console.log(`\nMB of resident memory over ${warm + until} million requests\n`);
console.log(table(["", "at start", `after ${warm} M`, "at end", "MB per million", "95 %", "points"], rows));
