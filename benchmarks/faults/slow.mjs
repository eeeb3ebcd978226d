// F3: thousands of connections that send half a head, a body, or read an answer, as slowly as they can.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { latencies } from "./caller.mjs";
import { kilobytes, median, ms, percentile, seconds } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

const attacker = fileURLToPath(new URL("slow-client.mjs", import.meta.url));
const LIMITS = {
  headersTimeout: 8_000,
  requestTimeout: 10_000,
  writeTimeout: 6_000,
  keepAliveTimeout: 60_000,
};
/** Milliseconds after which a connection that is still open counts as left. */
const PATIENCE = 40_000;
const KINDS = {
  heads: { limit: LIMITS.headersTimeout, share: 1 },
  bodies: { limit: LIMITS.requestTimeout, share: 1 },
  // What nobody reads fills the buffers of the kernel, a few megabytes each.
  readers: { limit: LIMITS.writeTimeout, share: 0.1 },
  "readers that send": { limit: LIMITS.writeTimeout, share: 0.1 },
};

export const title = "F3: slow heads, slow bodies, slow readers";
export const head = [
  "",
  "held",
  "p99 idle",
  "p99 attacked",
  "RSS each",
  "time-out",
  "cut after (median, last)",
  "left",
  "answered",
];

export async function run(server, { connections }) {
  const rows = [];
  for (const [kind, { limit, share }] of Object.entries(KINDS)) {
    const target = await start({ server, limits: LIMITS });
    try {
      rows.push(await attack(target, kind, limit, Math.round(connections * share)));
    } finally {
      await target.stop();
    }
  }
  return rows;
}

async function attack(target, kind, limit, count) {
  await warmUp(target.port, kind);
  await latencies(target.port, 2000);
  const idle = await latencies(target.port, 4000);
  const before = (await target.ask("state")).memory.rss;
  const began = performance.now();
  const child = fork(attacker, [kind, target.port, count, PATIENCE / 1000].map(String));
  const [{ opened }] = await once(child, "message");
  const reported = once(child, "message");
  const isReader = kind.startsWith("readers");
  // The buffers of the kernel fill first.
  await sleep(isReader ? 2000 : 500);
  const during = (await target.ask("state")).memory.rss;
  const attacked = await latencies(target.port, Math.min(limit - 3000, 4000));
  const cut = isReader ? watchSockets(target, began, count) : reported.then(([report]) => report);
  const { times, left, answers = {} } = await cut;
  child.kill();
  return [
    kind,
    opened,
    ms(percentile(idle, 0.99)),
    ms(percentile(attacked, 0.99)),
    kilobytes((during - before) / count),
    seconds(limit),
    times.length === 0 ? "never" : `${seconds(median(times))}, ${seconds(Math.max(...times))}`,
    left,
    Object.entries(answers)
      .map(([status, number]) => `${number} × ${status}`)
      .join(", ") || "–",
  ];
}

/** A few of them, so that code and heap are there before memory is looked at. */
async function warmUp(port, kind) {
  const child = fork(attacker, [kind, port, 40, 10].map(String));
  await once(child, "message");
  await sleep(500);
  child.kill();
  await once(child, "exit");
}

/** When the server's connections are gone, as it says itself. */
async function watchSockets(target, began, count) {
  const times = [];
  while (times.length < count && performance.now() < began + PATIENCE) {
    await sleep(250);
    const { TCPSocketWrap: open = 0 } = (await target.ask("state")).resources;
    while (times.length < count - open) times.push(performance.now() - began);
  }
  return { times, left: count - times.length };
}
