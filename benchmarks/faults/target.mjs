// What the faults are injected into: node target.mjs '{"server":"wire","limits":{},…}', started with an IPC channel, over
// which it says where it listens and how it is.
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import {
  App,
  body,
  dependency,
  endpoint,
  event,
  events,
  file,
  form,
  parts,
  path,
  query,
  reply,
  request,
  serve,
  socket,
} from "waymark";
import { z } from "zod";
import { answering, leaveWithParent, loopDelay, processState } from "./inspection.mjs";
import { naughtyEvents } from "./naughty-events.mjs";

const { limits, ...options } = JSON.parse(process.argv[2]);
const counts = { setups: 0, teardowns: 0, doubled: 0, aborts: 0, uncaught: 0, unhandled: 0 };
/** When a function began, and when its signal told it that the client had gone: nanoseconds of the machine's monotonic clock. */
const waits = {};

process.on("unhandledRejection", () => counts.unhandled++);
process.on("uncaughtExceptionMonitor", () => counts.uncaught++);

const lease = dependency({}, async function* lease() {
  counts.setups++;
  let isReturned = false;
  try {
    yield counts.setups;
  } finally {
    if (isReturned) counts.doubled++;
    isReturned = true;
    counts.teardowns++;
  }
});
const slowLease = dependency({ input: { lease } }, async function* slowLease({ lease }) {
  await wait(5);
  yield lease;
});

const Item = z.object({ id: z.int(), q: z.string(), tags: z.array(z.string()) });
const Order = z.object({ sku: z.string(), quantity: z.int().min(1), note: z.string().optional() });

const readItem = endpoint(
  { input: { id: path(z.int()), q: query(z.string().default("")) }, output: Item },
  function readItem({ id, q }) {
    return { id, q, tags: ["a", "b"], secret: "left out" };
  },
);
const createOrder = endpoint(
  { input: { order: body(Order) }, output: Order },
  function createOrder({ order }) {
    return order;
  },
);
const sleep = endpoint({ input: { ms: query(z.int().default(0)) } }, async function sleep({ ms }) {
  await wait(ms);
  return { slept: ms };
});
const upload = endpoint({ input: { request: request() } }, async function upload({ request }) {
  let bytes = 0;
  for await (const piece of request.stream()) bytes += piece.byteLength;
  return { bytes };
});
const readForm = endpoint({ input: { all: form.all(z.looseObject({})) } }, function readForm({ all }) {
  return { fields: Object.keys(all).length };
});
const readFile = endpoint(
  { input: { file: file(), request: request() } },
  async function readFile({ file, request }) {
    // Time for a client to leave while the file lies there.
    const ms = Number(request.query.get("ms") ?? 0);
    if (ms > 0) await wait(ms, undefined, { signal: request.signal }).catch(() => undefined);
    return { bytes: file.size };
  },
);
const readParts = endpoint({ input: { parts: parts() } }, async function readParts({ parts }) {
  let bytes = 0;
  for await (const part of parts)
    if (part.kind === "file") for await (const piece of part.stream()) bytes += piece.length;
  return { bytes };
});
const readBody = endpoint({ input: { request: request() } }, async function readBody({ request }) {
  return { bytes: (await request.bytes()).length };
});
const waitForSignal = endpoint(
  { input: { id: query(z.string()), request: request() } },
  async function waitForSignal({ id, request }) {
    const { signal } = request;
    const began = String(process.hrtime.bigint());
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    counts.aborts++;
    waits[id] = [began, String(process.hrtime.bigint())];
  },
);
const echo = socket({}, async function echo({ connection }) {
  for await (const message of connection) await connection.send(message);
});
const echoCompressed = socket({ compress: true }, async function echoCompressed({ connection }) {
  for await (const message of connection) await connection.send(message);
});
const silent = socket({}, async function silent({ connection: { signal } }) {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
});
const pour = socket({}, async function pour({ connection }) {
  const text = "x".repeat(16_384);
  while (!connection.signal.aborted) await connection.send(text);
});
const waitOnSocket = socket(
  { input: { id: query(z.string()) } },
  async function waitOnSocket({ id, connection }) {
    const began = String(process.hrtime.bigint());
    for await (const message of connection) await connection.send(message);
    if (!connection.signal.aborted) throw new Error("over, and no signal");
    counts.aborts++;
    waits[id] = [began, String(process.hrtime.bigint())];
  },
);
const drip = endpoint({ input: { request: request() } }, function drip({ request }) {
  return reply.stream(drops(request.signal), "text/plain");
});

async function* drops(signal) {
  counts.setups++;
  try {
    while (!signal.aborted) {
      yield "drop\n";
      await wait(1);
    }
  } finally {
    counts.teardowns++;
  }
}

/** Every piece is made afresh: what is not taken would pile up. */
async function* gigabyte() {
  for (let i = 0; i < 16_384; i++) yield Buffer.alloc(65_536, i);
}
const SHARED = Buffer.alloc(65_536, "x");
async function* endless() {
  for (;;) yield SHARED;
}
async function* few() {
  for (let i = 0; i < 10; i++) yield `${i}\n`;
}

/** 4 KB each, made afresh and numbered. */
const flooded = { made: 0, open: 0 };
const flood = endpoint({ output: events(z.string(), { heartbeat: 100 }) }, async function* flood() {
  flooded.open++;
  try {
    for (let n = 0; ; n++) {
      flooded.made += 4096;
      yield event({ data: String(n).padEnd(4096 - 12, "x"), id: String(n) });
    }
  } finally {
    flooded.open--;
  }
});
const naughty = endpoint(
  { input: { count: query(z.int()) }, output: events(z.string()) },
  async function* naughty({ count }) {
    for (const fields of naughtyEvents(count)) yield event(fields);
  },
);

/** About 50 MB of JSON. */
const rows = () =>
  Array.from({ length: 500_000 }, (_, id) => ({
    id,
    name: `product ${id}`,
    price: id / 4,
    tags: ["red", "blue"],
    note: "n".repeat(24),
  }));
let made;
const manyRows = () => (made ??= rows());
async function* eachRow() {
  for (const row of manyRows()) yield row;
}

const app = new App({ limits, docs: false, redoc: false, logger: { error() {}, warn() {} } });
app.get("/", () => ({ hello: "world" }));
app.get("/items/{id}", readItem);
app.post("/orders", createOrder, { status: 200 });
app.get("/sleep", sleep);
app.post("/upload", upload, { status: 200 });
app.post("/form", readForm, { status: 200 });
app.post("/file", readFile, { status: 200 });
app.post("/parts", readParts, { status: 200 });
app.post("/leased/file", readFile, { status: 200, dependencies: [lease] });
app.post("/leased/parts", readParts, { status: 200, dependencies: [lease] });
app.get("/few", () => reply.stream(few(), "text/plain"));
app.get("/flood", flood);
app.get("/naughty", naughty);
app.get("/gigabyte", () => reply.stream(gigabyte()));
app.get("/endless", () => reply.stream(endless()));
app.get("/json", () => manyRows());
app.get("/json-lines", () => reply.jsonLines(eachRow()));
app.post("/leased/body", readBody, { dependencies: [lease] });
app.get("/leased/wait", waitForSignal, { dependencies: [lease] });
app.get("/leased/slow", () => "late", { dependencies: [slowLease] });
app.get("/leased/drip", drip, { dependencies: [lease] });
app.websocket("/echo", echo);
app.websocket("/echo/compressed", echoCompressed);
app.websocket("/silent", silent);
app.websocket("/pour", pour);
app.websocket("/leased/socket", waitOnSocket, { dependencies: [lease] });
app.websocket("/leased/slow-socket", waitOnSocket, { dependencies: [slowLease] });

answering({
  state: () => ({
    ...processState(),
    temporaryFiles: readdirSync(tmpdir()).filter((name) => name.startsWith("waymark-form-")).length,
    counts,
  }),
  waits: () => waits,
  flooded: () => flooded,
  forget: () => void (flooded.made = 0),
  prepare: () => void manyRows(),
  ...loopDelay(1),
});

const { port } = await serve(app, { port: 0, ...options });
process.send({ port });
leaveWithParent();
