// F9: SIGTERM under load.
import { Caller, get, post } from "./caller.mjs";
import { median, ms } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

const CONNECTIONS = 64;
const DRAIN_TIME = 300;
const DEADLINE = 3000;
const REQUESTS = [
  get("/"),
  get("/sleep?ms=40"),
  post("/orders", '{"sku":"a","quantity":1}'),
  get("/few"),
  get("/items/1?q=x"),
];

export const title = `F9: SIGTERM under load (${CONNECTIONS} connections)`;
export const head = [
  "",
  "cycles",
  "requests",
  "in flight at the signal",
  "of them failed",
  "reused connections reset in the drain",
  "new ones reset in the drain",
  "after the listener closed",
  "exit (median, last)",
  "exit codes",
];

export async function run(server, { cycles }) {
  const rows = [];
  for (const stops of [true, false]) {
    const sums = { requests: 0, inFlight: 0, failedInFlight: 0, reused: 0, fresh: 0, after: 0 };
    const exits = [];
    const codes = new Set();
    for (let i = 0; i < cycles; i++) {
      const { exit, code, ...counts } = await cycle(server, stops);
      for (const [name, count] of Object.entries(counts)) sums[name] += count;
      exits.push(exit);
      codes.add(code);
    }
    const { requests, inFlight, failedInFlight, reused, fresh, after } = sums;
    const name = stops ? "a balancer that looks at readiness" : "clients that never stop";
    rows.push([
      name,
      cycles,
      requests,
      inFlight,
      failedInFlight,
      reused,
      fresh,
      after,
      `${ms(median(exits), 0)}, ${ms(Math.max(...exits), 0)}`,
      [...codes].join(" "),
    ]);
  }
  return [...rows, ...(await forced(server))];
}

/** @param stops whether the clients stop to ask before the drain time is over, as behind a balancer. */
async function cycle(server, stops) {
  const target = await start({ server, drainTime: DRAIN_TIME, shutdownTimeout: DEADLINE });
  const counts = { requests: 0, inFlight: 0, failedInFlight: 0, reused: 0, fresh: 0, after: 0 };
  let signalled = Infinity;
  const isOver = () => performance.now() > signalled + (stops ? DRAIN_TIME * 0.6 : DRAIN_TIME + 200);

  const client = async (number) => {
    let caller;
    for (let i = number; !isOver(); i++) {
      if (caller === undefined || caller.isOver) caller = new Caller(target.port);
      const sent = performance.now();
      const wasUsed = caller.answered > 0;
      counts.requests++;
      try {
        const asked = caller.ask(REQUESTS[i % REQUESTS.length]);
        pending.add(asked);
        const { status, closes } = await asked.finally(() => pending.delete(asked));
        if (status !== 200) throw new Error(`got ${status}`);
        if (closes) {
          caller.close();
          caller = undefined;
        }
      } catch {
        if (sent < signalled && wasUsed) counts.failedInFlight++;
        else if (performance.now() > signalled + DRAIN_TIME - 10) {
          counts.after++;
          if (target.hasExited()) break;
          await sleep(5);
        } else if (wasUsed) counts.reused++;
        else counts.fresh++;
        caller?.close();
        caller = undefined;
      }
    }
    caller?.close();
  };
  const pending = new Set();
  const clients = Array.from({ length: CONNECTIONS }, (_, i) => client(i));
  await sleep(250 + Math.random() * 100);
  counts.inFlight = pending.size;
  signalled = performance.now();
  target.signal("SIGTERM");
  await Promise.all(clients);
  const { code, signal } = await target.exited;
  return { ...counts, exit: performance.now() - signalled, code: code ?? signal };
}

/** A function that hangs: the deadline ends it, and so does a second signal. */
async function forced(server) {
  const rows = [];
  for (const twice of [false, true]) {
    const target = await start({ server, shutdownTimeout: 2000 });
    const caller = new Caller(target.port);
    caller.ask(get("/sleep?ms=60000")).catch(() => undefined);
    await sleep(100);
    const began = performance.now();
    target.signal("SIGTERM");
    // Within half a second signals are one wish: a terminal and npm both pass on one Ctrl-C.
    await sleep(600);
    if (twice) target.signal("SIGTERM");
    const { code, signal } = await target.exited;
    caller.close();
    const name = twice ? "a function hangs; a second SIGTERM after 600 ms" : "a function hangs; deadline 2 s";
    rows.push([name, 1, 1, 1, "–", "–", "–", "–", ms(performance.now() - began, 0), code ?? signal]);
  }
  return rows;
}
