// G2: an upstream is killed (SIGKILL) under load, again and again: first one of two, then the only one.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../lib/process.mjs";
import { table } from "../../lib/table.mjs";
import { Caller, get } from "../caller.mjs";
import { median, ms, percentile } from "../figures.mjs";
import { sleep } from "../start.mjs";
import { documentOf, startGateway } from "./gateway-process.mjs";
import { Clients } from "./load.mjs";
import { startUpstream } from "./upstream-process.mjs";

export const title = "G2: an upstream is killed under load";
export const options = {
  kills: { type: "string", default: "20" },
  connections: { type: "string", default: "64" },
  /** Milliseconds that it stays dead. */
  dead: { type: "string", default: "1500" },
};

/** Milliseconds of work of the upstream, and of a client's mean pause. */
const WORK = 8;
const PAUSE = 16;
/** Nobody waits longer for an answer of a service that is not there. */
const HANG = 1000;
/** Milliseconds from the first good answer to the last of the breaker's probes, which let everybody through. */
const PROBING = 300;
/** Milliseconds that a return may take at most before it counts as none. */
const LONGEST_RETURN = 60_000;

/** As a user would have it who looks at health every second; all else is the default. */
const upstreamOf = (ports) => ({
  targets: ports.map((port) => `http://127.0.0.1:${port}`),
  health: { path: "/health", interval: "1s" },
});

export async function run({ kills, connections, dead }) {
  const amounts = { kills: Number(kills), connections: Number(connections), dead: Number(dead) };
  const results = [await kill(["a", "b"], amounts), await kill(["a"], amounts)];
  const heads = Object.keys(results[0].row);
  console.log(
    table(
      ["", ...heads],
      results.map(({ name, row }) => [name, ...heads.map((head) => row[head])]),
    ),
  );
  for (const { name, faults } of results) for (const fault of faults) console.log(`${name}: ${fault}`);
  return { ok: results.every(({ faults }) => faults.length === 0) };
}

async function kill(names, { kills, connections, dead }) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-kill-"));
  const log = join(folder, "begun");
  const ports = {};
  const upstreams = {};
  const begin = async (name) =>
    (upstreams[name] = await startUpstream({ name, port: ports[name], work: WORK, log }));
  let gateway;
  let clients;
  try {
    for (const name of names) {
      ports[name] = await freePort();
      await begin(name);
    }
    const operation = { requestBody: { content: { "application/json": { schema: { type: "object" } } } } };
    gateway = await startGateway(
      {
        "orders.json": documentOf("Orders", { "GET /orders": {}, "POST /orders": operation }),
        "gateway.yaml": {
          services: { orders: { spec: "./orders.json", upstream: upstreamOf(Object.values(ports)) } },
        },
      },
      { args: ["--no-watch", "--admin", String(await freePort())] },
    );
    clients = new Clients(gateway.port, { connections, pause: PAUSE });
    await sleep(1500);
    const status = new Status(gateway.adminUrl);
    const kills_ = [];
    for (let i = 0; i < kills; i++) {
      const name = names[i % names.length];
      await sleep(Math.random() * 200);
      kills_.push(
        await once(name, { upstream: upstreams[name], clients, status, dead, port: ports[name], begin }),
      );
      // Both are well again before the next one goes.
      await sleep(300);
    }
    status.close();
    const records = await clients.stop();
    return judge(names, kills_, records, clients.strays, readFileSync(log, "utf8"));
  } finally {
    await clients?.stop();
    await gateway?.stop();
    for (const upstream of Object.values(upstreams)) await upstream.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Kills one, starts it again, and waits until it is back in service. */
async function once(name, { upstream, clients, status, dead, port, begin }) {
  const killedAt = performance.now();
  await upstream.stop();
  const goneAt = performance.now();
  const isOut = ({ targets, breaker }) =>
    breaker !== "closed" ||
    targets.some(({ origin, state }) => origin.endsWith(`:${port}`) && state !== "up");
  const outAt = await status.until(isOut, dead);
  await sleep(Math.max(0, killedAt + dead - performance.now()));
  await begin(name);
  const listensAt = performance.now();
  const from = clients.records.length;
  let backAt;
  while (backAt === undefined && performance.now() < listensAt + LONGEST_RETURN) {
    await sleep(5);
    const first = clients.records
      .slice(from)
      .find(({ kind, by, began, took }) => kind === "ok" && by === name && began + took > listensAt);
    if (first !== undefined) backAt = first.began + first.took;
  }
  return { name, killedAt, goneAt, outAt, listensAt, backAt };
}

/** What the gateway's own status page says, asked again and again. */
class Status {
  #caller;
  constructor(adminUrl) {
    this.#caller = new Caller(Number(new URL(adminUrl).port));
  }
  async until(holds, patience) {
    const began = performance.now();
    while (performance.now() - began < patience) {
      const answer = await this.#caller.ask(get("/status"));
      if (holds(JSON.parse(answer.text()).services[0])) return performance.now();
      await sleep(2);
    }
    return undefined;
  }
  close() {
    this.#caller.close();
  }
}

function judge(names, kills, records, strays, log) {
  const alone = names.length === 1;
  const begun = new Map();
  for (const line of log.split("\n").filter(Boolean)) {
    const [, , id] = line.split(" ");
    begun.set(id, (begun.get(id) ?? 0) + 1);
  }
  const gets = records.filter(({ method }) => method === "GET");
  const posts = records.filter(({ method }) => method === "POST");
  const failed = (list) => list.filter(({ kind }) => kind !== "ok");
  const doubled = posts.filter(({ id }) => (begun.get(id) ?? 0) > 1);
  // Answered well, and no upstream has ever begun it.
  const invented = records.filter(({ id, kind }) => kind === "ok" && !begun.has(id));
  const mixed = records.filter(({ kind }) => kind === "mixed");
  const hangs = records.filter(({ kind, took }) => kind === "hang" || (kind !== "ok" && took > HANG));
  const resets = records.filter(({ kind }) => kind === "reset");
  // A request was in flight when the upstream was killed, or on its way to it before the gateway could know.
  const near = ({ began, took }) =>
    kills.some(({ killedAt, goneAt }) => began <= goneAt + 50 && began + took >= killedAt);
  const outside = (list) => list.filter((record) => !near(record) && !(alone && whileDead(record)));
  const whileDead = ({ began, took }) =>
    kills.some(({ killedAt, backAt = Infinity }) => began + took >= killedAt && began <= backAt + PROBING);
  // At both of them, between the signal and the end of the process: its sockets live that long.
  const underWay = posts.filter(({ began, took }) =>
    kills.some(({ killedAt, goneAt }) => began <= goneAt && began + took >= killedAt),
  );
  const when = ({ method, status, began, took }) => {
    const { killedAt, goneAt, listensAt, backAt } = kills.findLast(
      ({ killedAt }) => killedAt <= began + took,
    );
    const [from, gone, listens, back] = [began, goneAt, listensAt, backAt ?? NaN].map((at) =>
      ms(at - killedAt, 0),
    );
    return `${method} ${status} sent ${from} after the signal, took ${ms(took, 0)} (gone ${gone}, listens ${listens}, back ${back})`;
  };
  const dead = records.filter(({ began }) =>
    kills.some(({ goneAt, listensAt }) => began > goneAt + 50 && began < listensAt),
  );
  const refusals = failed(dead);
  const statuses = new Map();
  for (const { status, kind } of failed(records)) {
    const name = status || kind;
    statuses.set(name, (statuses.get(name) ?? 0) + 1);
  }
  const first = records[0].began;
  const seconds = (records.at(-1).began - first) / 1000;
  const times = (pick) => kills.map(pick).filter((time) => !Number.isNaN(time));
  const spread = (list) => (list.length === 0 ? "–" : `${ms(median(list), 0)}, ${ms(Math.max(...list), 0)}`);

  const faults = [];
  const expect = (holds, text) => holds || faults.push(text);
  if (!alone) expect(failed(gets).length === 0, `${failed(gets).length} GET failed`);
  if (!alone) expect(failed(posts).length <= underWay.length, `more POST failed than were in flight`);
  expect(
    outside(failed(posts)).length === 0,
    `${outside(failed(posts)).length} POST failed that no kill can have met`,
  );
  expect(
    outside(failed(gets)).length === 0,
    `${outside(failed(gets)).length} GET failed that no kill can have met`,
  );
  expect(doubled.length === 0, `${doubled.length} POST began twice`);
  expect(invented.length === 0, `${invented.length} answers without a request`);
  expect(
    mixed.length + strays === 0,
    `${mixed.length} answers to another request, ${strays} bytes that nobody asked for`,
  );
  expect(
    hangs.length === 0,
    `${hangs.length} waited longer than ${HANG} ms for a failure: ${hangs.slice(0, 8).map(when).join("; ")}`,
  );
  expect(resets.length === 0, `${resets.length} connections were cut`);
  expect(
    [...statuses.keys()].every((status) => status === 502 || status === 503),
    "failures by other statuses",
  );
  expect(
    kills.every(({ backAt }) => backAt !== undefined),
    "it did not come back",
  );
  if (alone)
    expect(
      dead.every(({ kind }) => kind === "refused"),
      "answers from the dead",
    );

  return {
    name: alone ? "the only one" : "one of two",
    faults,
    row: {
      kills: kills.length,
      "requests (a second)": `${records.length} (${(records.length / seconds).toFixed(0)})`,
      "GET failed": failed(gets).length,
      "POST failed, begun there, of under way": `${failed(posts).length}, ${failed(posts).filter(({ id }) => begun.has(id)).length}, ${underWay.length}`,
      "POST begun twice": doubled.length,
      "GET begun twice": gets.filter(({ id }) => (begun.get(id) ?? 0) > 1).length,
      "mixed, stray, cut, hung": `${mixed.length}, ${strays}, ${resets.length}, ${hangs.length}`,
      statuses: [...statuses].map(([status, count]) => `${status}: ${count}`).join(", ") || "–",
      "refused after (p50, p99, max)":
        refusals.length === 0
          ? "–"
          : [0.5, 0.99, 1]
              .map((share) =>
                ms(
                  percentile(
                    refusals.map(({ took }) => took),
                    share,
                  ),
                ),
              )
              .join(", "),
      "out after (median, max)": spread(times(({ outAt = NaN, killedAt }) => outAt - killedAt)),
      "back after (median, max)": spread(times(({ backAt = NaN, listensAt }) => backAt - listensAt)),
    },
  };
}
