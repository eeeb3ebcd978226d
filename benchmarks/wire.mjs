// The fast lane against Node's own server, by hand: node benchmarks/wire.mjs [rounds] [seconds]
// Both run in turn, pinned to CPU 0 with wrk on CPU 1. Read the ratios of neighbouring windows, not the rates; where others
// use the machine as well, read the CPU time that the server took for a request.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { fileURLToPath } from "node:url";

const dist = process.env.WAYMARK_DIST ?? new URL("../packages/waymark/dist", import.meta.url).pathname;
const HELLO = '{"hello":"world"}';
const BODY = JSON.stringify({
  name: "A product",
  price: 12.5,
  tags: ["a", "b"],
  lines: Array.from({ length: 10 }, (_, i) => ({ sku: `sku-${i}`, quantity: i, note: "x".repeat(40) })),
});
const BROWSER = {
  "User-Agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Accept-Language": "en-GB,en;q=0.9,de;q=0.8",
  "Accept-Encoding": "gzip, deflate, br",
  "Cache-Control": "max-age=0",
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Upgrade-Insecure-Requests": "1",
  Cookie: "session=0123456789abcdef0123456789abcdef; theme=dark",
};

/** @type {Record<string, { path: string, script?: string }>} */
const workloads = {
  hello: { path: "/" },
  headers: {
    path: "/",
    script: Object.entries(BROWSER)
      .map(([name, value]) => `wrk.headers["${name}"] = [[${value}]]`)
      .join("\n"),
  },
  echo: {
    path: "/echo",
    script: `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [[${BODY}]]`,
  },
  stream: { path: "/stream" },
};

async function* pieces() {
  for (let i = 0; i < 1000; i++) yield "0123456789abcdef\n";
}

function raw() {
  return http.createServer((request, response) => {
    const reply = (text) => {
      response.writeHead(200, {
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(text),
      });
      response.end(text);
    };
    if (request.url === "/echo") {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => reply(JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()))));
    } else if (request.url === "/stream") {
      response.writeHead(200, { "Content-Type": "text/plain" });
      for (let i = 0; i < 1000; i++) response.write("0123456789abcdef\n");
      response.end();
    } else reply(HELLO);
  });
}

async function wire() {
  const { putLane } = await import(`${dist}/wire/server.js`);
  const { DEFAULT_LIMITS } = await import(`${dist}/http/limits.js`);
  const answer = (exchange, text) => {
    exchange.status = 200;
    exchange.contentType = "application/json";
    exchange.payload = text;
    return exchange.end();
  };
  const echo = (exchange, bytes) =>
    answer(
      exchange,
      JSON.stringify(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())),
    );
  const application = {
    handle(exchange) {
      if (exchange.path === "/echo") {
        const bytes = exchange.bytes(1 << 20);
        return bytes instanceof Promise ? bytes.then((all) => echo(exchange, all)) : echo(exchange, bytes);
      }
      if (exchange.path === "/stream") {
        exchange.status = 200;
        exchange.contentType = "text/plain";
        exchange.payload = pieces();
        return exchange.end();
      }
      return answer(exchange, HELLO);
    },
  };
  const server = http.createServer(() => {});
  putLane(server, application, DEFAULT_LIMITS);
  return server;
}

/** Seconds of CPU that a process has used. */
function cpuTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

if (process.argv[2] === "serve") {
  const server = process.argv[3] === "raw" ? raw() : await wire();
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
} else {
  const rounds = Number(process.argv[2] ?? 7);
  const seconds = Number(process.argv[3] ?? 1);
  const only = process.argv[4]?.split(",");
  const servers = {};
  for (const kind of ["raw", "wire"]) {
    const child = spawn("taskset", [
      "-c",
      "0",
      process.execPath,
      fileURLToPath(import.meta.url),
      "serve",
      kind,
    ]);
    child.stderr.pipe(process.stderr);
    const port = await new Promise((resolve) =>
      child.stdout.once("data", (data) => resolve(Number(String(data)))),
    );
    servers[kind] = { child, port };
  }
  const folder = mkdtempSync("/tmp/wire-");
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  for (const [name, { path, script }] of Object.entries(workloads)) {
    if (only && !only.includes(name)) continue;
    const scriptArguments = [];
    if (script !== undefined) {
      writeFileSync(`${folder}/${name}.lua`, script);
      scriptArguments.push("-s", `${folder}/${name}.lua`);
    }
    const texts = await Promise.all(
      Object.values(servers).map(async ({ port }) => {
        const post = {
          headers: { connection: "close" },
          ...(name === "echo" ? { method: "POST", body: BODY } : {}),
        };
        return (await fetch(`http://127.0.0.1:${port}${path}`, post)).text();
      }),
    );
    if (new Set(texts).size !== 1) throw new Error(`${name}: the answers differ`);
    const run = ({ port, child }, time) => {
      const before = cpuTime(child.pid);
      const output = execFileSync(
        "taskset",
        ["-c", "1", "wrk", "-t1", "-c64", `-d${time}`, ...scriptArguments, `http://127.0.0.1:${port}${path}`],
        { encoding: "utf8" },
      );
      if (/Non-2xx|Socket errors/.test(output)) throw new Error(output);
      const requests = Number(/(\d+) requests in/.exec(output)[1]);
      return {
        rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]),
        cost: ((cpuTime(child.pid) - before) / requests) * 1e6,
      };
    };
    for (const server of Object.values(servers)) run(server, 3);
    const raws = [];
    const wires = [];
    const faster = [];
    const cheaper = [];
    for (let round = 0; round < rounds; round++) {
      const before = run(servers.raw, seconds);
      const between = run(servers.wire, seconds);
      const after = run(servers.raw, seconds);
      raws.push(before, after);
      wires.push(between);
      faster.push((2 * between.rate) / (before.rate + after.rate));
      cheaper.push((before.cost + after.cost) / (2 * between.cost));
    }
    const spread = (values, digits = 2) =>
      `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;
    const of = (runs, key, digits) =>
      spread(
        runs.map((each) => each[key]),
        digits,
      );
    console.log(
      `${name.padEnd(8)} requests/s: raw ${of(raws, "rate", 0)}, wire ${of(wires, "rate", 0)}, ratio ${spread(faster)}; ` +
        `CPU µs/request: raw ${of(raws, "cost", 1)}, wire ${of(wires, "cost", 1)}, ratio ${spread(cheaper)}`,
    );
  }
  for (const { child } of Object.values(servers)) child.kill();
}
