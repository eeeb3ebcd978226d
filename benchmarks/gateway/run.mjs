// The gateway against nginx and the proxies of npm: node benchmarks/gateway/run.mjs [--only GET,POST] [--proxies a,b]
//   [--rounds N] [--seconds S] [--warm-up S] [--json FILE] [--no-build] [--profile FOLDER]
// A proxy runs on CPU 0, the upstream (nginx) and wrk on CPU 1. Answers are checked first; windows are interleaved, and each is
// compared with nginx's beside it: read the ratios.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BENCHMARKS } from "../lib/servers.mjs";
import { prepare } from "../lib/install.mjs";
import { accepts, cpuSeconds, freePort, pinned, residentMegabytes } from "../lib/process.mjs";
import { median, summary } from "../lib/statistics.mjs";
import { fixed, ratio, table, thousands } from "../lib/table.mjs";
import { load, scriptOf } from "../lib/wrk.mjs";
import { proxy, REPLY, upstream } from "./nginx.mjs";
import { KEY } from "./snapshot.mjs";

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

const BODY = JSON.stringify({ name: "Item", tags: Array.from({ length: 80 }, (_, i) => `tag-${i}`) }).padEnd(
  1024,
);
const WORKLOADS = [
  { name: "GET", method: "GET", path: "/items/1" },
  {
    name: "POST",
    method: "POST",
    path: "/items",
    headers: { "content-type": "application/json" },
    body: BODY,
  },
  // Beside an nginx that asks for nothing.
  { name: "GET secured", method: "GET", path: "/items/1", headers: { "x-api-key": KEY }, isSecured: true },
  {
    name: "POST secured",
    method: "POST",
    path: "/items",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body: BODY,
    isSecured: true,
  },
];
const node =
  (file, ...extra) =>
  (port, to) => [
    process.execPath,
    ...(values.profile === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`, "--import", `${BENCHMARKS}lib/end-on-signal.mjs`]),
    `${BENCHMARKS}gateway/proxies/${file}`,
    String(port),
    String(to),
    ...extra,
  ];
const PROXIES = [
  { name: "nginx", command: proxy },
  { name: "waymark", command: node("waymark.mjs", "wire") },
  { name: "waymark node-http", command: node("waymark.mjs", "node-http") },
  { name: "waymark secured", command: node("waymark.mjs", "wire", "secured"), isSecured: true },
  { name: "undici dispatch", command: node("undici.mjs") },
  { name: "http-proxy", command: node("http-proxy.mjs") },
  { name: "@fastify/http-proxy", command: node("fastify.mjs") },
];

prepare({ build: !values["no-build"] });
const wanted = (all, list) =>
  list === undefined ? all : all.filter(({ name }) => name === "nginx" || list.split(",").includes(name));
const workloads =
  values.only === undefined
    ? WORKLOADS
    : WORKLOADS.filter(({ name }) => values.only.split(",").includes(name));
const seconds = Number(values.seconds);

const running = [];
try {
  const to = await freePort();
  await begin("upstream", 1, upstream(to), to);
  const proxies = [];
  for (const { name, command, isSecured } of wanted(PROXIES, values.proxies)) {
    const port = await freePort();
    proxies.push({ name, isSecured, port, ...(await begin(name, 0, command(port, to), port)) });
  }
  const results = {};
  for (const workload of workloads) {
    const taking = proxies.filter(
      ({ name, isSecured }) => name === "nginx" || isSecured === workload.isSecured,
    );
    if (taking.length < 2) continue;
    for (const one of taking) await check(one, workload);
    results[workload.name] = await measure(workload, taking);
  }
  console.log(report(results));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
} finally {
  for (const child of running) child.kill("SIGTERM");
}

async function begin(name, cpu, [command, ...args], port) {
  const [first, ...rest] = pinned(cpu, [command, ...args]);
  const child = spawn(first, rest, {
    cwd: BENCHMARKS,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  running.push(child);
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 500 || child.exitCode !== null) throw new Error(`${name} does not listen`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // Taskset replaces itself, and nginx runs without a master: the process is the proxy's.
  return { cpuTime: () => cpuSeconds(child.pid), rss: () => residentMegabytes(child.pid) };
}

async function check({ name, port }, { method, path, headers, body }) {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  if (reply.status !== 200 || (await reply.text()) !== REPLY)
    throw new Error(`${name} does not pass on what the upstream answers to ${method} ${path}`);
}

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
