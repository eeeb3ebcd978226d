// G27: mixed requests through the gateway for a long time, with reloads; memory, descriptors and connections stay what they were.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { table } from "../../lib/table.mjs";
import { megabytes, slope } from "../figures.mjs";
import { handleOf, sleep } from "../start.mjs";
import { startGateway } from "./gateway-process.mjs";
import { configuration, CONNECTIONS, DOCUMENTS, IDLE, issuer, MISTAKEN } from "./soak-gateway.mjs";
import { Traffic } from "./soak-traffic.mjs";

export const title = "G27: soak through the gateway";
export const options = {
  requests: { type: "string", default: "200000" },
  /** A second. */
  rate: { type: "string", default: "1500" },
  clients: { type: "string", default: "48" },
  /** Seconds from a reload to the next. */
  reload: { type: "string", default: "60" },
  /** At most, however many requests were made by then. */
  minutes: { type: "string", default: "600" },
};

/** Of the requests, those that warm it up: the heap finds its size. */
const WARM_UP = 0.3;
/** Seconds between two looks at the resident memory. */
const LOOK = 5;
/** Looks from one rest, with a collection of garbage, to the next. */
const LOOKS_PER_REST = 6;
const MEGABYTE = 1024 * 1024;
/** For a million requests. */
const MOST_RESIDENT = MEGABYTE;
const MOST_HEAP = 0.1 * MEGABYTE;

export async function run(values) {
  const [requests, rate, clients, seconds, minutes] = [
    "requests",
    "rate",
    "clients",
    "reload",
    "minutes",
  ].map((name) => Number(values[name]));
  const services = await startServices();
  const { keys, token } = issuer();
  const files = { ...DOCUMENTS, "keys.json": keys, "gateway.yaml": configuration(services.ports, 0) };
  const gateway = await startGateway(files, { args: ["--no-watch", "--admin", "0"] });
  const traffic = new Traffic(gateway.port, { rate, clients, token });
  const reloads = new Reloads(gateway, services.ports, seconds * 1000);
  try {
    const begun = performance.now();
    traffic.start();
    reloads.start();
    const looks = await watch({ gateway, services, traffic, requests, minutes });
    await reloads.stop();
    await traffic.end();
    // Nobody asks: connections to services go when their time is over.
    const atRest = await stateOf(gateway, services);
    await sleep(IDLE * 2 + 1000);
    const idle = await stateOf(gateway, services);
    return judge({ looks, atRest, idle, traffic, reloads, minutes: (performance.now() - begun) / 60_000 });
  } finally {
    await gateway.stop();
    await services.stop();
  }
}

async function startServices() {
  const file = fileURLToPath(new URL("soak-upstream.mjs", import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const handle = handleOf(child);
  const [{ ports }] = await once(child, "message");
  return { ...handle, ports };
}

/** Looks at the gateway until enough was asked. What is before the warm-up's end is left out. */
async function watch({ gateway, services, traffic, requests, minutes }) {
  const looks = { resident: [], heap: [], states: [] };
  const begun = performance.now();
  const done = () => Math.max(traffic.requests / requests, (performance.now() - begun) / (minutes * 60_000));
  for (let n = 1; done() < 1 || looks.heap.length < 5; n++) {
    await sleep(LOOK * 1000);
    if (gateway.hasExited()) throw new Error(`the gateway has ended:\n${gateway.complaints()}`);
    const isWarm = done() >= WARM_UP;
    const millions = traffic.requests / 1e6;
    if (isWarm) looks.resident.push([millions, gateway.rss()]);
    if (n % LOOKS_PER_REST !== 0) continue;
    await measures(gateway);
    await traffic.rest();
    const state = await stateOf(gateway, services);
    if (isWarm) {
      looks.heap.push([millions, state.heap]);
      looks.states.push(state);
    }
    console.log(
      `${traffic.requests} requests, ${traffic.failures} failures, RSS ${megabytes(gateway.rss())}, ` +
        `heap ${(state.heap / MEGABYTE).toFixed(2)} MB and ${(state.external / MEGABYTE).toFixed(2)} beside it, ${state.own} fds and ${state.connections.join(" + ")} connections`,
    );
    for (const words of traffic.words.splice(0)) console.log(`  ${words}`);
    traffic.start();
  }
  return looks;
}

/** As Prometheus and a browser do. */
async function measures({ adminUrl }) {
  for (const path of ["/metrics", "/status"]) await told(adminUrl + path);
}

/** What the admin port answers, on a connection that does not stay: it would be among the descriptors. */
async function told(url) {
  const [reply] = await once(get(url, { agent: false }), "response");
  if (reply.statusCode !== 200) throw new Error(`${url} answers ${reply.statusCode}`);
  return text(reply);
}

/**
 * When nothing is under way: the heap after collections, and descriptors besides the connections to services. Looks again
 * until what was closed is closed on both sides.
 */
async function stateOf(gateway, services) {
  let before;
  for (let looks = 1; ; looks++) {
    await sleep(300);
    const { memory, descriptors, resources } = await gateway.ask("state");
    const connections = await services.ask("connections");
    const own = descriptors - connections.reduce((sum, each) => sum + each, 0);
    const isSettled = looks > 3 && own === before;
    if (isSettled || looks === 30)
      return { heap: memory.heapUsed, external: memory.external, connections, own, resources };
    before = own;
  }
}

/** Another configuration now and then, one of four with a mistake. */
class Reloads {
  taken = 0;
  refused = 0;
  wrong = [];
  #gateway;
  #ports;
  #every;
  #revision = 0;
  #timer;
  #last = Promise.resolve();

  constructor(gateway, ports, every) {
    this.#gateway = gateway;
    this.#ports = ports;
    this.#every = every;
  }

  start() {
    this.#timer = setInterval(() => {
      this.#last = this.#last.then(() => this.#reload());
    }, this.#every);
  }
  async stop() {
    clearInterval(this.#timer);
    await this.#last;
  }

  async #reload() {
    const revision = ++this.#revision;
    const isMistaken = revision % 4 === 3;
    this.#gateway.write("gateway.yaml", isMistaken ? MISTAKEN : configuration(this.#ports, revision));
    const before = await this.#status();
    this.#gateway.signal("SIGHUP");
    for (let tries = 0; tries < 100; tries++) {
      await sleep(100);
      const status = await this.#status();
      if (isMistaken && status.refused !== null) return void this.refused++;
      if (!isMistaken && status.snapshot.hash !== before.snapshot.hash) return void this.taken++;
    }
    this.wrong.push(`revision ${revision}: ${this.#gateway.complaints().slice(-500)}`);
  }
  async #status() {
    return JSON.parse(await told(`${this.#gateway.adminUrl}/status`));
  }
}

function judge({ looks, atRest, idle, traffic, reloads, minutes }) {
  const resident = slope(looks.resident);
  const heap = slope(looks.heap);
  const [first] = looks.states;
  const rows = [
    row("failures", String(traffic.failures), "0", traffic.failures === 0),
    row(
      "RSS, slope for a million requests (95 %)",
      interval(resident),
      "< 1 MB, and the interval not above 0",
      resident.value < MOST_RESIDENT && resident.value - resident.half <= 0,
    ),
    row("heap after a collection, slope", interval(heap), "< 0.1 MB", heap.value < MOST_HEAP),
    row(
      "descriptors without connections to services, first rest and end",
      `${first.own}, ${atRest.own}`,
      "the same",
      first.own === atRest.own,
    ),
    row(
      "connections to services, at the end",
      atRest.connections.join(" + "),
      `at most ${CONNECTIONS} each`,
      atRest.connections.every((count) => count <= CONNECTIONS),
    ),
    row(
      "and when they were idle for long",
      idle.connections.join(" + "),
      "0",
      idle.connections.every((count) => count === 0),
    ),
    row(
      "reloads taken, refused with a mistake, gone wrong",
      `${reloads.taken}, ${reloads.refused}, ${reloads.wrong.length}`,
      "0 gone wrong",
      reloads.wrong.length === 0,
    ),
  ];
  console.log(
    `\n${traffic.requests} requests in ${minutes.toFixed(1)} min; RSS ${ends(looks.resident)}; heap ${ends(looks.heap)}`,
  );
  console.log([...traffic.byKind].map(([name, count]) => `${name} ${count}`).join("; "));
  console.log(`resources at the end: ${JSON.stringify(idle.resources)}`);
  for (const words of [...traffic.words, ...reloads.wrong]) console.log(`  ${words}`);
  console.log(`\n${table(["", "measured", "asked for", "held"], rows)}`);
  return { ok: rows.every((each) => each[3] === "yes") };
}

const row = (name, measured, asked, held) => [name, measured, asked, held ? "yes" : "NO"];
const ends = (points) => `${megabytes(points[0][1])} to ${megabytes(points.at(-1)[1])}`;
const interval = ({ value, half }) => `${(value / MEGABYTE).toFixed(3)} ± ${(half / MEGABYTE).toFixed(3)} MB`;
