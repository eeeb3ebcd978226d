// The proxies that are compared, how each is started, and what they are asked.
import { spawn } from "node:child_process";
import { accepts, cpuSeconds, freePort, pinned, residentMegabytes } from "../lib/process.mjs";
import { BENCHMARKS, BUN } from "../lib/servers.mjs";
import { proxy, REPLY, upstream } from "./nginx.mjs";
import { KEY } from "./snapshot.mjs";

const BODY = JSON.stringify({ name: "Item", tags: Array.from({ length: 80 }, (_, i) => `tag-${i}`) }).padEnd(
  1024,
);
export const WORKLOADS = [
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
  (port, to, profile) => [
    process.execPath,
    ...(profile === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${profile}`, "--import", `${BENCHMARKS}lib/end-on-signal.mjs`]),
    `${BENCHMARKS}gateway/proxies/${file}`,
    String(port),
    String(to),
    ...extra,
  ];
const bun = (port, to) => [BUN, `${BENCHMARKS}gateway/proxies/waymark.mjs`, String(port), String(to), "wire"];
export const PROXIES = [
  { name: "nginx", command: proxy },
  { name: "waymark", command: node("waymark.mjs", "wire") },
  { name: "waymark node-http", command: node("waymark.mjs", "node-http") },
  { name: "waymark bun", command: bun },
  { name: "waymark secured", command: node("waymark.mjs", "wire", "secured"), isSecured: true },
  { name: "undici dispatch", command: node("undici.mjs") },
  { name: "http-proxy", command: node("http-proxy.mjs") },
  { name: "@fastify/http-proxy", command: node("fastify.mjs") },
];

/** Starts an upstream on CPU 1 and proxies to it on CPU 0, nginx first: `use` gets them, and they end with it. */
export async function withProxies(names, profile, use) {
  const children = [];
  const begin = async (name, cpu, [command, ...args], port) => {
    const [first, ...rest] = pinned(cpu, [command, ...args]);
    const child = spawn(first, rest, {
      cwd: BENCHMARKS,
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    children.push(child);
    for (let tries = 0; !(await accepts(port)); tries++) {
      if (tries > 500 || child.exitCode !== null) throw new Error(`${name} does not listen`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // Taskset replaces itself, and nginx runs without a master: the process is the proxy's.
    return { name, port, cpuTime: () => cpuSeconds(child.pid), rss: () => residentMegabytes(child.pid) };
  };
  try {
    const to = await freePort();
    const direct = await begin("upstream", 1, upstream(to), to);
    const proxies = [];
    for (const { name, command, isSecured } of PROXIES) {
      if (name !== "nginx" && names !== undefined && !names.includes(name)) continue;
      const port = await freePort();
      proxies.push({ isSecured, ...(await begin(name, 0, command(port, to, profile), port)) });
    }
    await use(proxies, direct);
  } finally {
    for (const child of children) child.kill("SIGTERM");
  }
}

/** Those that take part in a workload; nginx does, and asks for nothing. */
export const takingPart = (proxies, { isSecured }) =>
  proxies.filter((one) => one.name === "nginx" || one.isSecured === isSecured);

/** Rejects where a proxy does not pass on what the upstream says. */
export async function check({ name, port }, { method, path, headers, body }) {
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  if (reply.status !== 200 || (await reply.text()) !== REPLY)
    throw new Error(`${name} does not pass on what the upstream answers to ${method} ${path}`);
}
