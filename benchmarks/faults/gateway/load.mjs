// Requests with an id each, whose answers are checked: over kept connections, by many clients or at a rate.
import { Caller } from "../caller.mjs";
import { sleep } from "../start.mjs";

/** A request with an id, as text. POST carries the id in its body too. */
export function requestOf(method, path, id) {
  const body = method === "POST" ? JSON.stringify({ id }) : undefined;
  const lines = [`${method} ${path} HTTP/1.1`, "Host: gateway", `X-Id: ${id}`];
  if (body !== undefined) lines.push("Content-Type: application/json", `Content-Length: ${body.length}`);
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** Sends a request; gives what became of it. `late` is a promise's worth of patience in ms. */
export async function visit(caller, request, id, patience) {
  const began = performance.now();
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, patience, "hang");
  });
  const answer = await Promise.race([caller.ask(request).catch((error) => error), late]);
  clearTimeout(timer);
  const took = performance.now() - began;
  if (answer === "hang") return { kind: "hang", status: 0, began, took };
  if (answer instanceof Error) return { kind: "reset", status: 0, began, took };
  const { status, closes } = answer;
  if (status !== 200)
    return { kind: "refused", status, closes, began, took, retryAfter: answer.field("retry-after") };
  let body;
  try {
    body = JSON.parse(answer.text());
  } catch {
    return { kind: "mixed", status, closes, began, took };
  }
  // Somebody else's answer, or a second one to a request that had its own.
  return { kind: body.id === id ? "ok" : "mixed", status, closes, began, took, by: body.name };
}

/**
 * Clients that ask, look at the answer, pause, and ask again. `methods` is what they alternate between. What became of
 * each request is in `records`.
 */
export class Clients {
  records = [];
  #isOver = false;
  #all;
  #number = 0;
  #options;

  constructor(port, options) {
    this.#options = { pause: 20, patience: 10_000, path: "/orders", methods: ["GET", "POST"], ...options };
    this.#all = Array.from({ length: this.#options.connections }, (_, i) => this.#client(port, i));
  }

  async #client(port, index) {
    const { methods, path, pause, patience } = this.#options;
    let caller;
    for (let turn = index; !this.#isOver; turn++) {
      if (caller === undefined || caller.isOver) caller = new Caller(port);
      const id = `r${++this.#number}`;
      const method = methods[turn % methods.length];
      const record = await visit(caller, requestOf(method, path, id), id, patience);
      this.records.push({ id, method, ...record });
      if (record.closes || record.kind === "hang" || record.kind === "reset" || record.kind === "mixed") {
        caller.close();
        caller = undefined;
      }
      if (pause > 0) await sleep(Math.random() * 2 * pause);
    }
    // A second answer would be here by now.
    await sleep(50);
    this.strays += caller?.unasked ?? 0;
    caller?.close();
  }
  strays = 0;

  /** Lets what is under way end; gives every record. */
  async stop() {
    this.#isOver = true;
    await Promise.all(this.#all);
    return this.records;
  }
}
