// F19: a thousand readers of events, each slower than what it is sent; and events made of what could break out of one.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { decodeEvents, naughtyEvents } from "./naughty-events.mjs";
import { megabytes, seconds } from "./figures.mjs";
import { sleep, start } from "./start.mjs";

const readers = fileURLToPath(new URL("event-readers.mjs", import.meta.url));
const GIGABYTE = 1024 ** 3;
const NAUGHTY = 10_000;

export const title = "F19: server-sent events, slow readers, injection";
export const head = [
  "",
  "readers",
  "made",
  "read",
  "took",
  "peak RSS over base",
  "faults",
  "left open after",
];

export async function run(server) {
  const limits = { writeTimeout: 120_000 };
  const rows = [];
  for (const attempt of [slow, silent, injection]) {
    const target = await start({ server, limits });
    try {
      rows.push(await attempt(target));
    } finally {
      await target.stop();
    }
  }
  return rows;
}

/** Read in sips until a gigabyte was made in all. */
async function slow(target) {
  return await watch(target, { name: "slow readers", count: 1000, pause: 20, until: GIGABYTE });
}

/** Never read: what the kernel holds for a connection is all that is made for it. */
async function silent(target) {
  return await watch(target, { name: "readers that do not read", count: 100, pause: 0, until: Infinity });
}

async function watch(target, { name, count, pause, until }) {
  await warmUp(target);
  const base = (await target.ask("state")).memory.rss;
  target.forgetPeak();
  const started = performance.now();
  const child = fork(readers, [target.port, count, pause].map(String));
  await once(child, "message");
  let made = 0;
  for (let before = -1; made < until && before !== made;) {
    before = made;
    await sleep(1000);
    ({ made } = await target.ask("flooded"));
  }
  const took = performance.now() - started;
  const peak = target.peak() - base;
  child.send("report");
  const [{ bytes, faults, over }] = await once(child, "message");
  child.kill();
  await once(child, "exit");
  for (let waited = 0; waited < 50 && (await target.ask("flooded")).open > 0; waited++) await sleep(100);
  const { open } = await target.ask("flooded");
  return [
    name,
    count,
    megabytes(made),
    megabytes(bytes),
    seconds(took),
    megabytes(peak),
    faults + over,
    open,
  ];
}

/** A few of them, so that code and heap are there before memory is looked at. */
async function warmUp(target) {
  const child = fork(readers, [target.port, 20, 5].map(String));
  await once(child, "message");
  await sleep(1000);
  child.kill();
  await once(child, "exit");
  await sleep(500);
  await target.ask("forget");
}

async function injection(target) {
  const started = performance.now();
  const answer = await fetch(`http://127.0.0.1:${target.port}/naughty?count=${NAUGHTY}`);
  const text = await answer.text();
  const read = decodeEvents(text);
  let faults = Math.abs(read.length - NAUGHTY);
  for (const [index, { data, event, id }] of naughtyEvents(NAUGHTY).entries()) {
    const got = read[index];
    const said = data.replace(/\r\n?/g, "\n").toWellFormed();
    if (
      got?.data !== said ||
      got.event !== (event.toWellFormed() || "message") ||
      got.id !== id.toWellFormed()
    )
      faults++;
  }
  const took = seconds(performance.now() - started);
  return [
    `injection: ${NAUGHTY - faults} of ${NAUGHTY} as they were`,
    1,
    "–",
    megabytes(text.length),
    took,
    "–",
    faults,
    0,
  ];
}
