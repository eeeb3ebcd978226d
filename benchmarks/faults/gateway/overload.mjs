// G5: three times as many requests as the service behind the gateway can work on, and more than the gateway itself can.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { freePort } from "../../lib/process.mjs";
import { table } from "../../lib/table.mjs";
import { megabytes, ms, percentile } from "../figures.mjs";
import { sleep } from "../start.mjs";
import { arrivals } from "./arrivals.mjs";
import { documentOf, startGateway } from "./gateway-process.mjs";
import { Clients } from "./load.mjs";
import * as saturated from "./saturation.mjs";
import { startUpstream } from "./upstream-process.mjs";

export const title = "G5: overload at three times the capacity";
export const options = {
  seconds: { type: "string", default: "8" },
  /** Milliseconds of work of the service, whose capacity it makes: more is less load for a machine that is busy. */
  work: { type: "string", default: "40" },
  /** Comma-separated, of those in CASES. */
  cases: { type: "string" },
};

/** Requests that the service works on at a time. */
const SLOTS = 16;
const DOCUMENT = documentOf("Orders", { "GET /orders": {} });

const CASES = {
  limit: { title: "the gateway's `concurrency: 24`", upstream: { concurrency: 24 }, bars: true },
  sheds: {
    title: "the service refuses by itself (503, Retry-After)",
    service: { queue: 8 },
    upstream: { retry: { statuses: [502, 504] } },
    bars: true,
  },
  none: { title: "no limit anywhere", bars: false },
};

export async function run({ seconds, cases, work }) {
  const names = cases === undefined ? [...Object.keys(CASES), "saturation"] : cases.split(",");
  const results = [];
  for (const name of names.filter((name) => name in CASES))
    results.push(...(await overload(CASES[name], Number(work), Number(seconds))));
  if (results.length > 0) {
    const heads = Object.keys(results[0].row);
    const rows = results.map(({ name, row }) => [name, ...heads.map((head) => row[head])]);
    console.log(table(["", ...heads], rows));
  }
  for (const { name, faults } of results) for (const fault of faults) console.log(`${name}: ${fault}`);
  let unanswered = 0;
  if (names.includes("saturation")) {
    const rows = await saturated.saturation(Number(seconds));
    console.log(`\n${table(saturated.head, rows.map(saturated.rowOf))}`);
    unanswered = rows.flatMap(({ probes }) => probes).reduce((sum, { failed }) => sum + failed.length, 0);
  }
  return { ok: results.every(({ faults }) => faults.length === 0) && unanswered === 0 };
}

async function overload({ title, upstream = {}, service = {}, bars }, work, seconds) {
  const target = await startUpstream({ name: "a", work, slots: SLOTS, ...service });
  let gateway;
  try {
    gateway = await startGateway(
      {
        "orders.json": DOCUMENT,
        "gateway.yaml": {
          services: {
            orders: {
              spec: "./orders.json",
              upstream: { targets: [`http://127.0.0.1:${target.port}`], ...upstream },
            },
          },
        },
      },
      { args: ["--no-watch", "--admin", String(await freePort())] },
    );
    const capacity = await capacityOf(gateway, 20, 3);
    const peak = await phase(gateway, capacity, seconds);
    await sleep(1000);
    const over = await phase(gateway, 3 * capacity, seconds);
    await sleep(1000);
    const after = await phase(gateway, capacity / 2, 3);
    const faults = bars ? faultsOf(peak, over) : [];
    // Whatever it was, it is over with the load.
    if (after.ok.length < 0.95 * after.records.length)
      faults.push("half the capacity is not served afterwards");
    const row = (name, one, faults = []) => ({ name: `${title}: ${name}`, row: rowOf(one, peak), faults });
    return [
      row(`1 × (${capacity.toFixed(0)}/s)`, peak),
      row("3 ×", over, faults),
      row("½ ×, afterwards", after),
    ];
  } finally {
    await gateway?.stop();
    await target.stop();
  }
}

/** Requests a second that clients get who each ask again when they have their answer. */
async function capacityOf({ port }, connections, seconds) {
  const clients = new Clients(port, { connections, pause: 0, methods: ["GET"] });
  await sleep(1000);
  const before = clients.records.length;
  await sleep(seconds * 1000);
  const count = clients.records.slice(before).filter(({ kind }) => kind === "ok").length;
  await clients.stop();
  return count / seconds;
}

async function phase(gateway, rate, seconds) {
  const before = (await gateway.ask("state")).memory;
  gateway.forgetPeak();
  await gateway.ask("watch");
  // How far the machine itself kept us waiting.
  const own = monitorEventLoopDelay({ resolution: 5 });
  own.enable();
  const records = await arrivals(gateway.port, { rate, seconds });
  own.disable();
  const delay = await gateway.ask("delay");
  const peak = gateway.peak();
  await sleep(500);
  const { memory } = await gateway.ask("state");
  const ok = records.filter(({ kind }) => kind === "ok");
  // What waited until after the rush is none of its goodput.
  const end = records.reduce((first, { began }) => Math.min(first, began), Infinity) + seconds * 1000;
  const goodput = ok.filter(({ began, took }) => began + took <= end).length / seconds;
  return { records, ok, goodput, delay, own: own.percentile(99) / 1e6, before, memory, peak };
}

const of = (records, share) =>
  records.length === 0
    ? Number.NaN
    : percentile(
        records.map(({ took }) => took),
        share,
      );

function faultsOf(peak, over) {
  const faults = [];
  const expect = (holds, text) => holds || faults.push(text);
  const { records, ok, goodput } = over;
  const refused = records.filter(({ kind }) => kind === "refused");
  expect(goodput >= 0.8 * peak.goodput, `goodput is ${(goodput / peak.goodput).toFixed(2)} of the peak's`);
  expect(
    of(ok, 0.99) <= 2 * of(peak.ok, 0.99),
    `p99 of the admitted is ${(of(ok, 0.99) / of(peak.ok, 0.99)).toFixed(2)} of the peak's`,
  );
  expect(
    refused.every(({ status, retryAfter }) => status === 503 && retryAfter),
    "some refusals are no 503 with Retry-After",
  );
  expect(
    records.every(({ kind }) => kind === "ok" || kind === "refused"),
    "some got neither an answer nor a refusal",
  );
  return faults;
}

function rowOf({ records, ok, goodput, delay, own, before, memory, peak }, { goodput: best }) {
  const refused = records.filter(({ kind }) => kind === "refused");
  const lost = records.filter(({ kind }) => kind !== "ok" && kind !== "refused");
  const early = refused.filter(({ status, retryAfter }) => status === 503 && retryAfter);
  return {
    requests: records.length,
    "good a second (of the peak)": `${goodput.toFixed(0)} (${((100 * goodput) / best).toFixed(0)} %)`,
    "admitted p50, p99": `${ms(of(ok, 0.5))}, ${ms(of(ok, 0.99))}`,
    "503 with Retry-After, other refusals": `${early.length}, ${refused.length - early.length}`,
    "refused p50, p99": refused.length === 0 ? "–" : `${ms(of(refused, 0.5))}, ${ms(of(refused, 0.99))}`,
    "hung, cut, unsent": ["hang", "reset", "unsent"]
      .map((kind) => lost.filter((record) => record.kind === kind).length)
      .join(", "),
    "p99 of the event loop: gateway, load": `${ms(delay.p99)}, ${ms(own)}`,
    "RSS at most": megabytes(peak),
    "heap before, after": `${megabytes(before.heapUsed)}, ${megabytes(memory.heapUsed)}`,
  };
}
