// F10: mixed requests for a long time; memory, descriptors and latency stay what they were.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { get, post } from "./caller.mjs";
import { megabytes, ms, resourcesOf, slope } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

/** wrk waits for the body of a HEAD: that one is left out. */
const MIX = [
  get("/"),
  get("/items/1?q=caf%C3%A9"),
  get("/items/x"),
  get("/nowhere"),
  post("/orders", '{"sku":"a","quantity":2,"note":"x"}'),
  post("/orders", '{"sku":1}'),
  post("/orders", "{"),
  get("/few"),
  get("/leased/slow"),
  "OPTIONS /orders HTTP/1.1\r\nHost: localhost\r\n\r\n",
];
// Lua's long strings turn every line end into "\n".
const SCRIPT = `
local mix = { ${MIX.map((request) => `[==[\n${request}]==]`).join(", ")} }
for i, text in ipairs(mix) do mix[i] = text:gsub("\\r?\\n", "\\r\\n") end
local i = 0
function request() i = i % #mix + 1 return mix[i] end
`;
/** Seconds between two looks at the process; each window opens its connections anew. */
const WINDOW = 2;
/** Of the requests, those that warm it up: the heap finds its size. */
const WARM_UP = 0.3;

export const title = "F10: soak";
export const head = [
  "",
  "requests",
  "RSS at the start, end",
  "RSS slope per million (95 %)",
  "heap after GC, per million",
  "p99 of the first, last windows",
  "before",
  "after",
];

export async function run(server, { requests }) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-soak-"));
  const script = join(folder, "mix.lua");
  writeFileSync(script, SCRIPT);
  const target = await start({ server });
  try {
    let count = 0;
    while (count < requests * WARM_UP) count += (await load(target.port, script)).requests;
    await sleep(1500);
    const before = await target.ask("state");
    const points = [];
    const p99 = [];
    let total = 0;
    while (total < requests * (1 - WARM_UP) || points.length < 5) {
      const window = await load(target.port, script);
      total += window.requests;
      p99.push(window.p99);
      points.push([total / 1e6, target.rss()]);
    }
    await sleep(1500);
    const after = await target.ask("state");
    const { value, half } = slope(points);
    const tenth = Math.max(1, Math.floor(p99.length / 10));
    const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
    return [
      [
        "mixed",
        count + total,
        `${megabytes(points[0][1])}, ${megabytes(points.at(-1)[1])}`,
        `${megabytes(value)} ± ${megabytes(half)}`,
        megabytes((after.memory.heapUsed - before.memory.heapUsed) / (total / 1e6)),
        `${ms(mean(p99.slice(0, tenth)))}, ${ms(mean(p99.slice(-tenth)))}`,
        resourcesOf(before),
        resourcesOf(after),
      ],
    ];
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true });
  }
}

async function load(port, script) {
  const child = spawn("wrk", [
    "-t1",
    "-c32",
    `-d${WINDOW}s`,
    "--latency",
    "-s",
    script,
    `http://127.0.0.1:${port}/`,
  ]);
  let said = "";
  child.stdout.on("data", (data) => (said += data));
  await once(child, "close");
  const [, requests] = /(\d+) requests in/.exec(said) ?? [];
  if (requests === undefined || /Socket errors/.test(said)) throw new Error(`wrk says:\n${said}`);
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(said);
  return { requests: Number(requests), p99: Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit] };
}
