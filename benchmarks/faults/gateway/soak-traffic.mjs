// The clients of the soak: what they ask, how often, and what has to come back.
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { Caller } from "../caller.mjs";
import { KEY } from "./soak-gateway.mjs";

/** Milliseconds after which an answer that has not come is a failure. */
const PATIENCE = 20_000;
/** Requests on one connection of a client; then it opens another. */
const PER_CONNECTION = 500;
/** Failures that are remembered in words. */
const REMEMBERED = 20;

const NOTE = "n".repeat(950);
const ORDER = JSON.stringify({ sku: "a-1", quantity: 2, note: NOTE });

function text(method, path, { fields = {}, body } = {}) {
  const lines = Object.entries({
    host: "localhost",
    ...(body !== undefined && {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    }),
    ...fields,
  });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body ?? ""}`;
}

const anId = () => 1 + Math.floor(Math.random() * 1e6);
const keyed = { "x-api-key": KEY };

/** By name: how often of a thousand, and what is done. `ask` fails unless the answer has that status. */
const KINDS = {
  GET: [280, (to) => to.item(`/items/${anId()}`)],
  "POST 1 KB": [150, (to) => to.echo("/echo")],
  "GET, key, limit": [150, (to) => to.item(`/secure/items/${anId()}`, keyed)],
  "POST 1 KB, key, limit": [80, (to) => to.echo("/secure/echo", keyed)],
  "GET, token": [50, (to) => to.item(`/token/items/${anId()}`, { authorization: `Bearer ${to.token()}` })],
  "no key": [10, (to) => to.ask(401, text("GET", `/secure/items/${anId()}`))],
  "wrong key": [
    10,
    (to) => to.ask(401, text("GET", "/secure/items/1", { fields: { "x-api-key": `key ${anId()}` } })),
  ],
  "wrong token": [
    5,
    (to) =>
      to.ask(401, text("GET", "/token/items/1", { fields: { authorization: `Bearer ${to.token()}x` } })),
  ],
  "limit by tenant": [
    20,
    (to) =>
      to.ask([200, 429], text("GET", `/limited/${anId()}`, { fields: { "x-tenant": `t${anId() % 2000}` } })),
  ],
  "path refused": [20, (to) => to.ask(422, text("GET", `/items/x${anId()}`))],
  "body refused": [20, (to) => to.ask(422, text("POST", "/echo", { body: '{"sku":1}' }))],
  "no JSON": [10, (to) => to.ask(400, text("POST", "/echo", { body: "{" }))],
  "type refused": [
    10,
    (to) => to.ask(415, text("POST", "/echo", { body: "a,b", fields: { "content-type": "text/csv" } })),
  ],
  404: [30, (to) => to.ask(404, text("GET", `/nowhere/${anId()}?q=${anId()}`))],
  405: [10, (to) => to.ask(405, text("DELETE", `/items/${anId()}`))],
  preflight: [
    10,
    (to) =>
      to.ask(
        204,
        text("OPTIONS", "/echo", {
          fields: { origin: "https://shop.example", "access-control-request-method": "POST" },
        }),
      ),
  ],
  docs: [2, (to) => to.ask(200, text("GET", "/openapi.json"))],
  "response filtered": [
    20,
    async (to) => {
      const answer = await to.ask(200, text("GET", `/filtered/${anId()}`));
      if (answer.text().includes("secret")) throw new Error("the filter let through what it should not");
    },
  ],
  "body rewritten": [
    15,
    async (to) => {
      const answer = await to.ask(200, text("POST", "/rewritten", { body: ORDER }));
      if (!answer.text().includes("127.0.0.1")) throw new Error("the body was not rewritten");
    },
  ],
  large: [3, (to) => to.large()],
  pieces: [10, async (to) => expectText(await to.ask(200, text("GET", "/pieces")), "piece 4")],
  "events to their end": [5, async (to) => expectText(await to.ask(200, text("GET", "/events")), "id: 5")],
  "events, reader leaves": [5, (to) => to.leaves("/events?endless=true", /id: 3\n/)],
  "slow, client leaves": [10, (to) => to.leaves("/slow", undefined, 10 + Math.random() * 60)],
  "large, client leaves": [3, (to) => to.leaves("/large", /x{1000}/)],
  "upload, client leaves": [4, (to) => to.uploads(64 * 1024, 8, 4)],
  "slow upload": [4, (to) => to.uploads(64 * 1024, 8)],
  "slow upload in chunks": [4, (to) => to.uploads(undefined, 8)],
  WebSocket: [5, (to) => to.socket("client")],
  "WebSocket, service closes": [3, (to) => to.socket("service")],
  "WebSocket, client cuts": [3, (to) => to.socket("cut")],
  "503, then well": [10, (to) => to.item(`/flaky/${to.number()}`)],
  "reset, then well": [8, (to) => to.item(`/flaky/${to.number()}`, {}, "?by=reset")],
  "POST 503": [4, (to) => to.ask(503, text("POST", "/refused", { fields: { "content-length": 0 } }))],
  "POST reset": [4, (to) => to.ask(502, text("POST", "/broken", { fields: { "content-length": 0 } }))],
  "cut in the middle": [4, (to) => to.isCut("/cut")],
  stalled: [2, (to) => to.ask(504, text("GET", "/stalled"))],
  "service closes": [7, (to) => to.ask(200, text("GET", "/closing"))],
};

function expectText(answer, part) {
  if (!answer.text().includes(part)) throw new Error(`no ${part} in the answer`);
}

/** What is asked next: each kind as often as it should be, in an order of its own. */
function* order() {
  const all = Object.entries(KINDS).flatMap(([name, [share]]) => Array.from({ length: share }, () => name));
  for (;;) {
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [all[i], all[j]] = [all[j], all[i]];
    }
    yield* all;
  }
}

/** Many clients at a fixed rate in all, who stop and go on together. */
export class Traffic {
  /** Requests that were made, those that clients broke off among them. */
  requests = 0;
  failures = 0;
  /** The first failures, in words. */
  words = [];
  byKind = new Map();
  #port;
  #rate;
  #token;
  #order = order();
  #next = 0;
  #busy = 0;
  #isOpen = false;
  #isOver = false;
  #open = deferred();
  #clients;

  constructor(port, { rate, clients, token }) {
    this.#port = port;
    this.#rate = rate;
    this.#token = token;
    this.#clients = Array.from({ length: clients }, (_, at) => this.#client(at));
  }

  start() {
    this.#isOpen = true;
    this.#next = performance.now();
    this.#open.resolve();
  }

  /** Resolves when all that was asked is over. */
  async rest() {
    this.#isOpen = false;
    this.#open = deferred();
    while (this.#busy > 0) await wait(10);
  }

  async end() {
    await this.rest();
    this.#isOver = true;
    this.#open.resolve();
    await Promise.all(this.#clients);
  }

  async #client(at) {
    const client = new Client(this.#port, this.#token, at);
    for (;;) {
      if (!this.#isOpen) {
        client.close();
        await this.#open.promise;
      }
      if (this.#isOver) break;
      await this.#turn();
      if (!this.#isOpen) continue;
      const name = String(this.#order.next().value);
      this.#busy++;
      try {
        await inTime(KINDS[name][1](client));
      } catch (error) {
        client.close();
        this.failures++;
        if (this.words.length < REMEMBERED) this.words.push(`${name}: ${error.message}`);
      }
      this.#busy--;
      this.requests++;
      this.byKind.set(name, (this.byKind.get(name) ?? 0) + 1);
    }
    client.close();
  }

  /** Waits until it is this one's turn. Who is late does not make up for it all at once. */
  async #turn() {
    const now = performance.now();
    const at = (this.#next = Math.max(this.#next + 1000 / this.#rate, now - 50));
    if (at > now + 1) await wait(at - now);
  }
}

/** One client with a connection that it keeps. */
class Client {
  #port;
  #makeToken;
  #token;
  #tokenUses = 0;
  #caller;
  #number;

  constructor(port, makeToken, at) {
    this.#port = port;
    this.#makeToken = makeToken;
    this.#number = (at + 1) * 1e9;
  }

  /** One that no client has had. */
  number() {
    return this.#number++;
  }

  token() {
    if (this.#tokenUses++ % 20 === 0) this.#token = this.#makeToken();
    return this.#token;
  }

  async ask(expected, request) {
    if (this.#caller === undefined || this.#caller.isOver || this.#caller.answered >= PER_CONNECTION) {
      this.close();
      this.#caller = new Caller(this.#port);
    }
    const answer = await this.#caller.ask(request);
    if (answer.closes) this.close();
    if (![expected].flat().includes(answer.status))
      throw new Error(`${answer.status} in the place of ${expected}: ${answer.text().slice(0, 300)}`);
    return answer;
  }

  async item(path, fields = {}, search = "") {
    const answer = await this.ask(200, text("GET", path + search, { fields }));
    const id = Number(path.split("/").at(-1));
    if (JSON.parse(answer.text()).id !== id) throw new Error(`another's answer: ${answer.text()}`);
  }

  async echo(path, fields = {}) {
    const answer = await this.ask(200, text("POST", path, { body: ORDER, fields }));
    if (answer.text() !== ORDER) throw new Error("the echo is another text");
  }

  async large() {
    const answer = await this.ask(200, text("GET", "/large"));
    if (answer.text().length !== 256 * 1024) throw new Error("the answer has another size");
  }

  /** Asks on a connection of its own, and cuts that: after a time, or when a text has come. */
  async leaves(path, pattern, milliseconds = 0) {
    const line = new Line(this.#port);
    line.write(text("GET", path));
    if (pattern === undefined) await wait(milliseconds);
    else await line.until(pattern);
    line.cut();
  }

  /** Sends a body piece by piece; leaves after some pieces. Without a size it is sent in chunks. */
  async uploads(size, pieces, most = pieces) {
    const line = new Line(this.#port);
    const length = 8192;
    const framing = size === undefined ? { "transfer-encoding": "chunked" } : { "content-length": size };
    line.write(
      text("POST", "/upload", { fields: { "content-type": "application/octet-stream", ...framing } }),
    );
    for (let i = 0; i < most; i++) {
      await wait(10);
      if (size === undefined) line.write(`${length.toString(16)}\r\n`);
      line.write(Buffer.alloc(length, "u"));
      if (size === undefined) line.write("\r\n");
    }
    if (most === pieces) {
      if (size === undefined) line.write("0\r\n\r\n");
      await line.until(new RegExp(`^HTTP/1.1 200 [^]*{"bytes":${length * pieces}}`));
    }
    line.cut();
  }

  /** The answer has to end without being complete. */
  async isCut(path) {
    const line = new Line(this.#port);
    line.write(text("GET", path));
    await line.end();
    if (!/^HTTP\/1.1 200 /.test(line.text) || line.text.length >= 256 * 1024)
      throw new Error("it was not cut");
  }

  async socket(closedBy) {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/socket`, { perMessageDeflate: false });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    try {
      await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
      for (let i = 0; i < 5; i++) {
        const sent = `${i} ${"w".repeat(200)}`;
        socket.send(sent);
        const got = await new Promise((resolve) => {
          socket.once("message", (data) => resolve(Buffer.from(data).toString("utf8")));
          socket.once("close", () => resolve("closed"));
        });
        if (got !== sent) throw new Error(`the echo is ${got.slice(0, 40)}`);
      }
      if (closedBy === "client") socket.close(1000);
      else if (closedBy === "service") socket.send("end");
      else socket.terminate();
      const code = await closed;
      const expected = { client: 1000, service: 4000, cut: 1006 }[closedBy];
      if (code !== expected) throw new Error(`closed with ${code} in the place of ${expected}`);
    } finally {
      socket.terminate();
    }
  }

  close() {
    this.#caller?.close();
    this.#caller = undefined;
  }
}

/** A connection of which the bytes are sent as they are. */
class Line {
  text = "";
  #socket;
  #isOver = false;
  #wake = () => undefined;

  constructor(port) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (data) => {
      this.text += data;
      this.#wake();
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  write(bytes) {
    this.#socket.write(bytes);
  }
  async until(pattern) {
    while (!pattern.test(this.text)) {
      if (this.#isOver) throw new Error(`it ended after ${JSON.stringify(this.text.slice(0, 200))}`);
      await new Promise((resolve) => (this.#wake = resolve));
    }
  }
  async end() {
    while (!this.#isOver) await new Promise((resolve) => (this.#wake = resolve));
  }
  cut() {
    this.#socket.destroy();
  }
}

async function inTime(doing) {
  const { promise, reject } = deferred();
  const timer = setTimeout(() => reject(new Error(`no end in ${PATIENCE} ms`)), PATIENCE);
  try {
    await Promise.race([doing, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
