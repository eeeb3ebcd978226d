// Latency at a fixed rate: node benchmarks/studies/latency.mjs [--rate 5000] [--seconds 5] [--rounds 3] [--servers A,B] [--only W2]
// An open loop: requests are due at equal distances whatever the server does, and each latency counts from when it was due,
// so a stall is not hidden by the requests that it kept from being sent. Servers take turns.
import { connect } from "node:net";
import { parseArgs } from "node:util";
import { startServer, pinned } from "../lib/process.mjs";
import { missing, SERVERS } from "../lib/servers.mjs";
import { median, quantile } from "../lib/statistics.mjs";
import { fixed, table } from "../lib/table.mjs";
import { check, WORKLOADS } from "../lib/workloads.mjs";
import { run } from "../lib/wrk.mjs";

const CONNECTIONS = 64;
const { values, positionals } = parseArgs({
  allowPositionals: true,
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

if (positionals[0] === "generate")
  console.log(JSON.stringify(await generate(Number(positionals[1]), positionals[2])));
else await compare();

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
          const result = JSON.parse(await run(pinned(1, generator(one.port, workload.name))));
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

function generator(port, name) {
  const options = ["--rate", values.rate, "--seconds", values.seconds];
  return [process.execPath, process.argv[1], "generate", String(port), name, ...options];
}

function row(one, all) {
  const of = (pick) => fixed(median(all.map(pick)), 2);
  const late = `${fixed(median(all.map((result) => result.late)) * 100, 1)} %`;
  return [one.server.name, of((r) => r.p50), of((r) => r.p99), of((r) => r.p999), of((r) => r.max), late];
}

/** One run against one server, in a process of its own on the CPU of the load. */
async function generate(port, name) {
  const { method, path, headers = {}, body } = WORKLOADS.find((workload) => workload.name === name);
  const fields = { host: `127.0.0.1:${port}`, ...headers };
  if (body !== undefined) fields["content-length"] = Buffer.byteLength(body);
  const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`);
  const request = `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;

  const latencies = [];
  const idle = [];
  const waiting = [];
  const sockets = Array.from({ length: CONNECTIONS }, () => connection(port));
  await Promise.all(sockets.map((one) => one.ready));
  idle.push(...sockets);

  const start = process.hrtime.bigint();
  const now = () => Number(process.hrtime.bigint() - start) / 1e6;
  const total = rate * seconds;
  let sent = 0;
  let late = 0;
  const send = (one, due) => {
    one.due = due;
    one.socket.write(request);
  };
  const done = (one) => {
    latencies.push(now() - one.due);
    const due = waiting.shift();
    if (due === undefined) idle.push(one);
    else send(one, due);
  };
  for (const one of sockets) one.done = () => done(one);
  while (latencies.length < total) {
    for (const time = now(); sent < total && (sent / rate) * 1000 <= time; sent++) {
      const due = (sent / rate) * 1000;
      // The generator itself may be late: a run in which it often was says nothing.
      if (time - due > 1) late++;
      const one = idle.pop();
      if (one === undefined) waiting.push(due);
      else send(one, due);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { socket } of sockets) socket.destroy();
  const at = (share) => quantile(latencies, share);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), late: late / total };
}

/** A connection that counts whole replies by their content-length. */
function connection(port) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const ready = new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const one = { socket, ready, due: 0, done: () => undefined };
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end === -1) return;
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? [];
    const isWhole =
      length === undefined ? text.endsWith("0\r\n\r\n") : text.length >= end + 4 + Number(length);
    if (!isWhole) return;
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(`got ${text.slice(0, end)}`);
    text = "";
    one.done();
  });
  return one;
}
