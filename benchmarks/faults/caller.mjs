// A plain HTTP/1.1 client that knows exactly what it has sent and got.
import { connect } from "node:net";

export const get = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
export const post = (path, body) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** One connection; one request at a time. */
export class Caller {
  /** Requests that were answered on it. */
  answered = 0;
  #socket;
  #bytes = Buffer.alloc(0);
  #settle;
  #failure;

  constructor(port) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("data", (chunk) => {
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
      this.#read();
    });
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("end", () => this.#fail(new Error("the server ended the connection")));
    this.#socket.on("close", () => this.#fail(new Error("the connection is closed")));
  }

  /** Whether the server has ended the connection. */
  get isOver() {
    return this.#failure !== undefined;
  }

  /** Bytes that came without having been asked for. */
  get unasked() {
    return this.#settle === undefined ? this.#bytes.length : 0;
  }

  /** Sends a request; resolves with its answer. Rejects when the connection ends before that is complete. */
  ask(request) {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #fail(error) {
    this.#failure ??= error;
    this.#settle?.reject(error);
    this.#settle = undefined;
  }

  #read() {
    const answer = readAnswer(this.#bytes);
    if (answer === undefined || this.#settle === undefined) return;
    this.#bytes = this.#bytes.subarray(answer.size);
    this.answered++;
    const { resolve } = this.#settle;
    this.#settle = undefined;
    resolve(answer);
  }
}

/** A whole answer at the beginning of some bytes; undefined while it is not complete. */
function readAnswer(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end).toLowerCase();
  const start = end + 4;
  const size = /\r\ntransfer-encoding: chunked/.test(head)
    ? endOfChunks(bytes, start)
    : start + Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  if (size === undefined || size > bytes.length) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    closes: /\r\nconnection: close/.test(head),
    size,
    /** Of the head in lower case. */
    field: (name) => new RegExp(`\\r\\n${name}: ?([^\\r]*)`).exec(head)?.[1],
    text: () => bytes.toString("utf8", start, size),
  };
}

function endOfChunks(bytes, start) {
  for (let at = start; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const length = Number.parseInt(bytes.toString("latin1", at, line), 16);
    at = line + 2 + length + 2;
    if (at > bytes.length) return undefined;
    if (length === 0) return at;
  }
}

/** Milliseconds that a new connection takes to get an answer; undefined where it gets none. */
export async function aliveIn(port, patience = 5000) {
  const started = performance.now();
  while (performance.now() - started < patience) {
    const caller = new Caller(port);
    const late = new Promise((resolve) => setTimeout(resolve, 250).unref());
    const answer = await Promise.race([caller.ask(get("/")).catch(() => undefined), late]);
    caller.close();
    if (answer?.status === 200) return performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}

/** Asks now and then over one connection, `milliseconds` long; gives how long each answer took. */
export async function latencies(port, milliseconds) {
  const times = [];
  const caller = new Caller(port);
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    const started = performance.now();
    const { status } = await caller.ask(get("/"));
    if (status !== 200) throw new Error(`the good client got ${status}`);
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  caller.close();
  return times;
}
