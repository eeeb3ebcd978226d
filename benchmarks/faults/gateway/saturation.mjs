// More requests than the gateway itself can pass on: what it still does, and whether other requests get an answer meanwhile.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { upstream as nginx } from "../../gateway/nginx.mjs";
import { accepts, cpuSeconds, freePort, pinned } from "../../lib/process.mjs";
import { Caller, get } from "../caller.mjs";
import { megabytes, ms, percentile } from "../figures.mjs";
import { sleep } from "../start.mjs";
import { documentOf, startGateway } from "./gateway-process.mjs";

const CONNECTIONS = [64, 512, 1024, 4096];
/** Milliseconds: a probe of an orchestrator would have given up. */
const PATIENCE = 5000;

export async function saturation(seconds) {
  const port = await freePort();
  const [command, ...args] = pinned(1, nginx(port));
  const upstream = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  const gone = once(upstream, "exit");
  let gateway;
  try {
    while (!(await accepts(port))) await sleep(10);
    gateway = await startGateway(
      {
        "orders.json": documentOf("Orders", { "GET /orders": {} }),
        "payments.json": documentOf("Payments", { "GET /payments": {} }),
        "gateway.yaml": {
          services: Object.fromEntries(
            ["orders", "payments"].map((name) => [
              name,
              { spec: `./${name}.json`, upstream: `http://127.0.0.1:${port}` },
            ]),
          ),
        },
      },
      { args: ["--no-watch", "--admin", String(await freePort())], prefix: pinned(0, []) },
    );
    await wrk(gateway.port, 64, 3);
    const rows = [];
    for (const connections of CONNECTIONS) rows.push(await window(gateway, connections, seconds));
    rows.push(await window(gateway, CONNECTIONS[0], seconds));
    return rows;
  } finally {
    await gateway?.stop();
    upstream.kill("SIGKILL");
    await gone;
  }
}

async function window(gateway, connections, seconds) {
  await sleep(1000);
  gateway.forgetPeak();
  const cpu = cpuSeconds(gateway.pid);
  let isOver = false;
  const until = () => isOver;
  const probes = [
    probe(gateway.port, "/payments", true, until),
    probe(gateway.port, "/payments", false, until),
    probe(Number(new URL(gateway.adminUrl).port), "/health", false, until),
  ];
  const load = await wrk(gateway.port, connections, seconds);
  isOver = true;
  const used = (cpuSeconds(gateway.pid) - cpu) / seconds;
  return { connections, ...load, used, peak: gateway.peak(), probes: await Promise.all(probes) };
}

/** Asks now and then, on a kept connection or a new one each time; gives what each took, and how many got no 200. */
async function probe(port, path, isKept, isOver) {
  const times = [];
  const failed = [];
  let caller;
  while (!isOver()) {
    caller ??= new Caller(port);
    const began = performance.now();
    const late = sleep(PATIENCE);
    const answer = await Promise.race([caller.ask(get(path)).catch(() => undefined), late]);
    if (answer?.status === 200) times.push(performance.now() - began);
    else failed.push(answer?.status ?? `none in ${PATIENCE / 1000} s`);
    if (!isKept || answer === undefined) {
      caller.close();
      caller = undefined;
    }
    await sleep(20);
  }
  caller?.close();
  return { times, failed };
}

/** A window of load by wrk: a connection asks again when it has its answer. */
async function wrk(port, connections, seconds) {
  const options = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "20s"];
  const [command, ...args] = pinned(1, ["wrk", ...options, `http://127.0.0.1:${port}/orders`]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data) => (said += data));
  await once(child, "close");
  const count = (pattern) => Number(pattern.exec(said)?.[1] ?? 0);
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(said);
  const all = count(/(\d+) requests in/);
  const refused = count(/Non-2xx or 3xx responses: (\d+)/);
  return {
    good: (all - refused) / seconds,
    refused: refused / seconds,
    p99: Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit],
    errors: /Socket errors: (.*)/.exec(said)?.[1] ?? "0",
  };
}

export const head = [
  "connections of wrk",
  "good a second",
  "503 a second",
  "p99 of all",
  "socket errors",
  "CPU of the gateway",
  "good a second of its CPU",
  "RSS at most",
  "another service, kept connection (p50, p99, max)",
  "the same, new connections",
  "/health of the admin port",
  "probes without 200",
];

export const rowOf = ({ connections, good, refused, p99, errors, used, peak, probes }) => [
  connections,
  good.toFixed(0),
  refused.toFixed(0),
  ms(p99),
  errors,
  used.toFixed(2),
  (good / used).toFixed(0),
  megabytes(peak),
  ...probes.map(({ times }) => [0.5, 0.99, 1].map((share) => ms(percentile(times, share))).join(", ")),
  probes.map(({ failed }) => failed.join(" ") || 0).join(", "),
];
