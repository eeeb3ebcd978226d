// The order of windows, and what they say.
import { median, summary } from "./statistics.mjs";
import { check } from "./workloads.mjs";
import { startServer } from "./process.mjs";
import { BASELINE } from "./servers.mjs";
import { load, scriptOf } from "./wrk.mjs";

/** A window of the baseline stands after every so many of others: noise of seconds meets both sides of a ratio. */
const BASELINE_EVERY = 3;

/** Measures one workload over running servers. Windows are interleaved; the order turns with every round. */
export async function measure(workload, running, { rounds, seconds, warmUp, say }) {
  const script = scriptOf(workload);
  for (const one of running) {
    say(`${workload.name}: warming ${one.server.name}`);
    await loadAlive(one, workload, script, warmUp);
  }
  const baseline = running.find(({ server }) => server.name === BASELINE);
  const others = running.filter((one) => one !== baseline);
  const windows = [];
  const window = async (one) => {
    say(`${workload.name}: window ${windows.length + 1}, ${one.server.name}`);
    const before = one.cpuTime();
    const loaded = await loadAlive(one, workload, script, seconds);
    const cpu = ((one.cpuTime() - before) / loaded.requests) * 1e6;
    windows.push({ name: one.server.name, ...loaded, cpu, rss: one.rss() });
  };
  for (let round = 0; round < rounds; round++) {
    const turned = others.map((_, at) => others[(at + round * 3) % others.length]);
    for (const [at, one] of turned.entries()) {
      if (at % BASELINE_EVERY === 0) await window(baseline);
      await window(one);
    }
  }
  await window(baseline);
  return results(windows, running);
}

/** A window that fails because the server died says how it died: a crash and a kill look alike to the client. */
async function loadAlive(one, workload, script, seconds) {
  const loaded = await load(one.port, workload, script, seconds).catch((error) => {
    throw new Error(one.death() ?? error.message, { cause: error });
  });
  if (!one.alive()) throw new Error(one.death());
  return loaded;
}

function results(windows, running) {
  const relative = windows.map((one, at) => one.rate / neighbours(windows, at));
  return running.map(({ server: { name } }) => {
    const own = windows.flatMap((one, at) => (one.name === name ? [{ ...one, relative: relative[at] }] : []));
    return {
      name,
      rate: summary(own.map(({ rate }) => rate)),
      /** To the baseline's neighbouring windows. */
      ratio: name === BASELINE ? { median: 1, min: 1, max: 1 } : summary(own.map((one) => one.relative)),
      relative: own.map((one) => one.relative),
      /** Microseconds of CPU for a request: other work on the machine moves it least. */
      cpu: summary(own.map(({ cpu }) => cpu)),
      p99: median(own.map(({ p99 }) => p99)),
      rss: own.at(-1).rss,
    };
  });
}

/** The mean of the baseline's nearest windows before and after. */
function neighbours(windows, at) {
  const isBaseline = ({ name }) => name === BASELINE;
  const near = [windows.slice(0, at).findLast(isBaseline), windows.slice(at + 1).find(isBaseline)];
  const rates = near.filter((one) => one !== undefined).map(({ rate }) => rate);
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

/** How often one is faster than another: round by round, each as its ratio to the baseline beside it. */
export function between(results, name, other) {
  const relative = (wanted) => results.find((result) => result.name === wanted)?.relative;
  const [ours, theirs] = [
    relative(name),
    other === BASELINE ? relative(name)?.map(() => 1) : relative(other),
  ];
  if (ours === undefined || theirs === undefined) return undefined;
  return summary(ours.map((value, at) => value / theirs[at]));
}

/** Starts servers with a set of routes and checks what they answer for the workloads; stops them when the work is done. */
export async function withServers({ servers, set, workloads, takesPart, say }, work) {
  const running = [];
  try {
    for (const server of servers) {
      say(`starting ${server.name}`);
      const one = await startServer(server, set);
      running.push(one);
      for (const workload of workloads)
        if (takesPart(server, workload.name)) await check(workload, server.name, one.port);
    }
    return await work(running);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}
