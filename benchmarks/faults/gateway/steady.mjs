// A client that asks at a fixed rate, whatever becomes of its requests: what is slow does not make it ask less.
import { connect } from "node:net";
import { percentile } from "../figures.mjs";

/** One connection, one request at a time; answers say their length. */
class Line {
  #socket;
  #text = "";
  #answered;

  constructor(port, host) {
    this.#socket = connect({ port, host, noDelay: true });
    this.#socket.setEncoding("latin1");
    this.#socket.on("data", (text) => {
      this.#text = this.#text === "" ? text : this.#text + text;
      this.#read();
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => this.#end({ status: 0, head: "", text: "" }, true));
  }

  ask(request, answered) {
    this.#answered = answered;
    this.#socket.write(request);
  }
  close() {
    this.#socket.destroy();
  }

  #read() {
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.#text.slice(0, end).toLowerCase();
    const size = end + 4 + Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    if (this.#text.length < size) return;
    const text = this.#text.slice(end + 4, size);
    this.#text = this.#text.slice(size);
    this.#end({ status: Number(head.slice(9, 12)), head, text }, head.includes("\r\nconnection: close"));
  }

  #end(answer, isLast) {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(answer, isLast || this.#socket.destroyed);
  }
}

/** Asks `host:port` over as many kept connections as it takes. Rejects for nothing: what got no answer has the status 0. */
export class Client {
  #idle = [];
  #lines = new Set();
  #port;
  #host;

  constructor(port, host = "127.0.0.1") {
    this.#port = port;
    this.#host = host;
  }

  /** Gives when it was asked, milliseconds that it took, status, head (in lower case) and text. */
  ask(path, fields = "", method = "GET") {
    const at = performance.now();
    let line = this.#idle.pop();
    if (line === undefined) this.#lines.add((line = new Line(this.#port, this.#host)));
    return new Promise((resolve) => {
      line.ask(`${method} ${path} HTTP/1.1\r\nHost: gateway\r\n${fields}\r\n`, (answer, isLast) => {
        if (isLast) {
          this.#lines.delete(line);
          line.close();
        } else this.#idle.push(line);
        resolve({ path, method, at, ms: performance.now() - at, ...answer });
      });
    });
  }

  close() {
    for (const line of this.#lines) line.close();
  }
}

/**
 * Asks `rate` times a second until `stop`; `next(i)` says what. Every answer is kept, in the order in which they came.
 */
export class Steady {
  answers = [];
  pending = 0;
  #timer;
  #sent = 0;

  constructor(client, rate, next) {
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) * rate) / 1000);
      while (this.#sent < due) {
        const [path, fields, method] = next(this.#sent++);
        this.pending++;
        void client.ask(path, fields, method).then((answer) => {
          this.pending--;
          this.answers.push(answer);
        });
      }
    }, 1);
  }

  /** Resolves when requests are answered as they come: a process that has just begun is slow, on a busy machine for long. */
  async untilWarm(most = 30_000) {
    const begun = performance.now();
    for (let quiet = 0; quiet < 40 && performance.now() < begun + most;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      quiet = this.pending < 10 ? quiet + 1 : 0;
    }
  }

  /** Resolves when all that was asked is answered. */
  async stop() {
    clearInterval(this.#timer);
    while (this.pending > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Answers to what was asked from `from` to `to`, by `performance.now`. */
  within(from, to = Number.POSITIVE_INFINITY, path) {
    return this.answers.filter(
      (each) => each.at >= from && each.at < to && (path === undefined || each.path === path),
    );
  }
}

export const p50 = (answers) =>
  percentile(
    answers.map(({ ms }) => ms),
    0.5,
  );
export const p99 = (answers) =>
  percentile(
    answers.map(({ ms }) => ms),
    0.99,
  );
export const longest = (answers) => answers.reduce((most, { ms }) => Math.max(most, ms), 0);

/** How often each status came: "200: 12, 503: 3". */
export function statuses(answers) {
  const counts = new Map();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
    .join(", ");
}
