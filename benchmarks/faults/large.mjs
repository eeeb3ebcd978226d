// F13: what is large must not stop the event loop, nor fill the memory.
import { connect } from "node:net";
import { Caller, latencies } from "./caller.mjs";
import { megabytes, ms, percentile, seconds } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

const GIGABYTE = 1024 ** 3;
const PIECE = Buffer.alloc(65_536, "x");

export const title = "F13: large requests and replies";
export const head = [
  "",
  "bytes",
  "took",
  "loop delay p99",
  "longest",
  "p99 of another client",
  "peak RSS over base",
];

export async function run(server) {
  const rows = [];
  const form = { fields: 20_000, parts: 20_000 };
  const measure = async (name, work) => {
    const target = await start({ server, limits: { body: 2 * GIGABYTE, form } });
    try {
      rows.push([name, ...(await watch(target, work))]);
    } finally {
      await target.stop();
    }
  };
  await measure("upload of 1 GB, with a length", ({ port }) => upload(port, false));
  await measure("upload of 1 GB, in chunks", ({ port }) => upload(port, true));
  await measure("1 GB as a part of a form, as it comes", ({ port }) => upload(port, false, "/parts"));
  await measure("1 GB as a file, spooled", ({ port }) => upload(port, false, "/file"));
  await measure("20 forms of 10,000 parts", ({ port }) => forms(port, MULTIPART, manyParts(10_000)));
  await measure("20 forms of 10,000 fields", ({ port }) => forms(port, URLENCODED, manyFields(10_000)));
  await measure("JSON reply of 50 MB", async ({ port }) => download(port, "/json"));
  await measure("the same as JSON lines", async ({ port }) => download(port, "/json-lines"));
  await measure("stream of 1 GB", ({ port }) => download(port, "/gigabyte"));
  await measure("stream of 1 GB, a slow reader", ({ port }) => download(port, "/gigabyte", 15));
  return rows;
}

async function watch(target, work) {
  await target.ask("prepare");
  await latencies(target.port, 1000);
  const base = (await target.ask("state")).memory.rss;
  target.forgetPeak();
  await target.ask("watch");
  let isOver = false;
  const times = [];
  const others = (async () => {
    while (!isOver) times.push(...(await latencies(target.port, 200)));
  })();
  const started = performance.now();
  const bytes = await work(target);
  const took = performance.now() - started;
  const { p99, max } = await target.ask("delay");
  const peak = target.peak() - base;
  isOver = true;
  await others;
  return [megabytes(bytes), seconds(took), ms(p99), ms(max), ms(percentile(times, 0.99)), megabytes(peak)];
}

const MULTIPART = "multipart/form-data; boundary=b";
const URLENCODED = "application/x-www-form-urlencoded";
const manyFields = (count) => Array.from({ length: count }, (_, i) => `field${i}=value+${i}`).join("&");
const manyParts = (count) =>
  `${Array.from({ length: count }, (_, i) => `--b\r\nContent-Disposition: form-data; name="field${i}"\r\n\r\nvalue ${i}\r\n`).join("")}--b--\r\n`;

/** Sends a form twenty times, one after the other. */
async function forms(port, type, body) {
  const caller = new Caller(port);
  for (let i = 0; i < 20; i++) {
    const { status, text } = await caller.ask(
      `POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    if (status !== 200 || text() !== '{"fields":10000}') throw new Error(`the form got ${status} ${text()}`);
  }
  caller.close();
  return 20 * body.length;
}

/** As the body itself or, at another path, as the file of a form. */
function upload(port, isChunked, path = "/upload") {
  const before =
    path === "/upload" ? "" : '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const after = before === "" ? "" : "\r\n--b--\r\n";
  const length = GIGABYTE + before.length + after.length;
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const framing = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${MULTIPART}\r\n${framing}\r\nConnection: close\r\n\r\n${before}`,
    );
    let answer = "";
    socket.on("data", (data) => (answer += data));
    socket.on("error", reject);
    socket.on("close", () => {
      const bytes = Number(/"bytes":(\d+)/.exec(answer)?.[1]);
      if (bytes === GIGABYTE) resolve(bytes);
      else reject(new Error(`the upload got ${answer}`));
    });
    const piece = isChunked ? Buffer.concat([Buffer.from("10000\r\n"), PIECE, Buffer.from("\r\n")]) : PIECE;
    let left = GIGABYTE / PIECE.length;
    const send = () => {
      while (left > 0) {
        left--;
        if (!socket.write(piece)) return void socket.once("drain", send);
      }
      socket.write(isChunked ? "0\r\n\r\n" : after);
    };
    send();
  });
}

/** @param pause milliseconds without reading after every 4 MB. */
function download(port, path, pause = 0) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    let bytes = 0;
    let burst = 0;
    let tail = "";
    socket.on("data", (data) => {
      bytes += data.length;
      tail = (tail + data.toString("latin1", Math.max(0, data.length - 8))).slice(-8);
      burst += data.length;
      if (pause === 0 || burst < 4 * 1024 * 1024) return;
      burst = 0;
      socket.pause();
      void sleep(pause).then(() => socket.resume());
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const isWhole = path === "/json" ? tail.endsWith("}]") : tail.endsWith("0\r\n\r\n");
      if (isWhole) resolve(bytes);
      else reject(new Error(`the download ended in ${JSON.stringify(tail)}`));
    });
  });
}
