// Latency at a fixed rate, in an open loop: requests are due at equal distances whatever the server does, and each latency
// counts from when it was due, so a stall is not hidden by the requests that it kept from being sent.
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { pinned } from "./process.mjs";
import { quantile } from "./statistics.mjs";
import { run } from "./wrk.mjs";

const CONNECTIONS = 64;
/** Milliseconds of the same load before what counts: the generator's own code has to be compiled first. */
const WARM_UP = 1500;
const file = fileURLToPath(import.meta.url);

/** One run against one server, by a process of its own on the CPU of the load: p50, p99, p999, max in ms; the share sent late. */
export async function latenciesAt(port, { method, path, headers = {}, body }, rate, seconds) {
  const what = JSON.stringify({ port, method, path, headers, body, rate, seconds });
  return JSON.parse(await run(pinned(1, [process.execPath, file, what])));
}

if (process.argv[1] === file) console.log(JSON.stringify(await generate(JSON.parse(process.argv[2]))));

async function generate({ port, method, path, headers, body, rate, seconds }) {
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
  const total = rate * (seconds + WARM_UP / 1000);
  let finished = 0;
  let sent = 0;
  let late = 0;
  const send = (one, due) => {
    one.due = due;
    one.socket.write(request);
  };
  const done = (one) => {
    finished++;
    if (one.due >= WARM_UP) latencies.push(now() - one.due);
    const due = waiting.shift();
    if (due === undefined) idle.push(one);
    else send(one, due);
  };
  for (const one of sockets) one.done = () => done(one);
  while (finished < total) {
    for (const time = now(); sent < total && (sent / rate) * 1000 <= time; sent++) {
      const due = (sent / rate) * 1000;
      // The generator itself may be late: a run in which it often was says nothing.
      if (due >= WARM_UP && time - due > 1) late++;
      const one = idle.pop();
      if (one === undefined) waiting.push(due);
      else send(one, due);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { socket } of sockets) socket.destroy();
  const at = (share) => quantile(latencies, share);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), late: late / latencies.length };
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
