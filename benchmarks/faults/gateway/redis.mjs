// G12: Redis is killed, frozen, five seconds late, comes and goes, and holds other things by the gateway's keys.
// 1,000 requests a second the whole time: some without a limit, some with a limit that is never spent (`open`), some with a
// quota (`closed`), and some of one caller with a limit that is spent soon: what passes of these is counted.
import { Redis } from "ioredis";
import { table } from "../../lib/table.mjs";
import { ms } from "../figures.mjs";
import { sleep } from "../start.mjs";
import { documentOf, startGateway } from "./gateway-process.mjs";
import { startQuick } from "./quick-process.mjs";
import { RedisProcess } from "./redis-process.mjs";
import { startRelay } from "./relay.mjs";
import { Client, longest, p99, statuses, Steady } from "./steady.mjs";

export const title = "G12: Redis killed, frozen, late, flapping, with other things by its keys";
export const options = {
  rate: { type: "string", default: "1000" },
  /** Of each of the three parts: well, broken, well again. */
  seconds: { type: "string", default: "8" },
  only: { type: "string" },
};

const LIMIT = 300;
const PREFIX = "waymark{";
/** The breaker is open by then: three requests have waited for 100 ms. */
const OPENED = 400;
const BACK = 2000;
const ADDED = 5;

const API = documentOf(
  "items",
  {
    "GET /plain": {},
    "GET /limited": { "x-waymark": { limit: { rate: "600k/min", by: "all" } } },
    "GET /quota": { "x-waymark": { quota: { requests: 1_000_000, per: "year", by: "all" } } },
    "GET /counted": { "x-waymark": { limit: { rate: `${LIMIT}/h`, by: "header:x-caller" } } },
    "GET /held": { "x-waymark": { concurrency: { requests: 4, by: "all" } } },
  },
  { security: [] },
);

/** Of ten requests. */
const MIX = [
  "/plain", "/limited", "/quota", "/limited", "/plain", "/limited", "/quota", "/limited", "/counted", "/limited",
]; // prettier-ignore

async function setUp(values, isRelayed = false) {
  const redis = await RedisProcess.start();
  const upstream = await startQuick();
  const relay = isRelayed ? await startRelay(redis.port) : undefined;
  const files = {
    "items.json": API,
    "gateway.yaml": {
      services: {
        items: { spec: "./items.json", upstream: { targets: [`http://127.0.0.1:${upstream.port}`] } },
      },
      redis: relay === undefined ? redis.url : `redis://127.0.0.1:${relay.port}`,
    },
  };
  const gateways = [await startGateway(files), await startGateway(files)];
  const client = new Client(gateways[0].port);
  const other = new Client(gateways[1].port);
  const pulse = new Pulse(redis.url);
  const caller = "X-Caller: one\r\n";
  await Promise.all(["/limited", "/quota"].flatMap((path) => [client.ask(path), other.ask(path)]));
  const steady = new Steady(client, Number(values.rate), (i) => {
    const path = MIX[i % MIX.length];
    return [path, path === "/counted" ? caller : ""];
  });
  const others = new Steady(other, Number(values.rate) / 20, () => ["/counted", caller]);
  return {
    redis,
    relay,
    gateways,
    client,
    pulse,
    steady,
    others,
    /** Of the caller with few, at both gateways. */
    counted: () => [...steady.answers, ...others.answers].filter(({ path }) => path === "/counted"),
    async end() {
      await Promise.all([steady.stop(), others.stop()]);
      client.close();
      other.close();
      pulse.close();
      redis.thaw();
      await redis.kill();
      await relay?.close();
      await upstream.stop();
    },
    stop: () => Promise.all(gateways.map((gateway) => gateway.stop())),
  };
}

/** Whether Redis answers in time, as somebody else sees it: on a busy machine it may not, and is not to blame the gateway for. */
class Pulse {
  #client;
  #timer;
  #beats = [];

  constructor(url) {
    this.#client = new Redis(url, {
      retryStrategy: () => 50,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
    });
    this.#client.on("error", () => undefined);
    this.#timer = setInterval(() => {
      const beat = { at: performance.now(), ms: Number.POSITIVE_INFINITY };
      this.#beats.push(beat);
      this.#client.ping().then(
        () => (beat.ms = performance.now() - beat.at),
        () => undefined,
      );
    }, 10);
  }

  /** Whether it was late, or nobody looked, shortly before: the breaker stays open for half a second. */
  wasLate(at) {
    const near = this.#beats.filter((beat) => beat.at > at - 1200 && beat.at < at + 150);
    const times = [at - 1200, ...near.map((beat) => beat.at), at + 150];
    return (
      near.some(({ ms: took }) => took > 30) || times.some((each, i) => i > 0 && each - times[i - 1] > 60)
    );
  }
  close() {
    clearInterval(this.#timer);
    this.#client.disconnect();
  }
}

/** What the gateway has told its operator of Redis. */
function told(gateway) {
  const lines = gateway
    .complaints()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line).msg).filter((text) => text.includes("Redis"));
}

/** Asks for what needs Redis until it is had; milliseconds since `from`. */
async function back(client, from) {
  for (;;) {
    const { status } = await client.ask("/quota");
    if (status === 200) return performance.now() - from;
    if (performance.now() - from > 20_000) return Number.POSITIVE_INFINITY;
    await sleep(10);
  }
}

/**
 * @param begin breaks it; @param heal makes it well: resolves when Redis takes connections.
 * @param lost how often the counts are gone with it.
 */
async function outage(name, values, { begin, heal, lost, isRelayed = false, isSteady = true }) {
  const length = Number(values.seconds) * 1000;
  const at = await setUp(values, isRelayed);
  try {
    await at.steady.untilWarm();
    const well = performance.now();
    await sleep(length);
    const broken = performance.now();
    const ended = begin(at, broken + length);
    await sleep(length);
    await ended;
    await heal(at);
    const healed = performance.now();
    const took = await back(at.client, healed);
    const again = performance.now();
    await sleep(length / 2);
    await at.end();

    const { steady } = at;
    const opened = broken + OPENED;
    const part = (path, from, to) => steady.within(from, to, path);
    const expected = (from, to, path, allowed) =>
      part(path, from, to).filter(({ status }) => !allowed.includes(status)).length;
    const isClosed = isSteady ? [503] : [200, 503];
    /** Refused although Redis is well; and those of them for which it was late by itself. */
    const refused = [...part("/quota", well, broken - 200), ...part("/quota", again + 10)].filter(
      ({ status }) => status === 503,
    );
    const late = refused.filter(({ at: when }) => at.pulse.wasLate(when)).length;
    const wrong =
      expected(0, undefined, "/plain", [200]) +
      expected(0, undefined, "/limited", [200]) +
      refused.length -
      late +
      expected(well, broken - 200, "/quota", [200, 503]) +
      expected(broken, opened, "/quota", [200, 503]) +
      expected(opened, broken + length - 100, "/quota", isClosed) +
      expected(again + 10, undefined, "/quota", [200, 503]) +
      at.counted().filter(({ status }) => status !== 200 && status !== 429).length +
      part("/quota", 0).filter(({ status, head }) => status === 503 && !head.includes("retry-after: 1\r\n"))
        .length;
    const passed = at.counted().filter(({ status }) => status === 200).length;
    const bound = LIMIT * (1 + at.gateways.length + lost(at));
    const added = p99(part("/limited", opened, broken + length)) - p99(part("/limited", well, broken));
    // Beside requests without a limit at the same time: what else the machine does is in both.
    const beside =
      p99(part("/limited", opened, broken + length)) - p99(part("/plain", opened, broken + length));
    const lines = told(at.gateways[0]);
    const ok =
      wrong === 0 && passed <= bound && took <= BACK && (!isSteady || Math.max(added, beside) < ADDED);
    return {
      ok,
      lines,
      row: [
        name,
        steady.answers.length,
        wrong,
        late,
        `${ms(p99(part("/limited", well, broken)))} / ${ms(p99(part("/plain", well, broken)))}`,
        ms(longest(part("/limited", broken, opened))),
        `${ms(p99(part("/limited", opened, broken + length)))} / ${ms(p99(part("/plain", opened, broken + length)))}`,
        `${ms(added)}, ${ms(beside)}`,
        ms(took, 0),
        `${passed} of ${bound}`,
        statuses(part("/quota", opened, broken + length)),
        lines.length,
      ],
    };
  } finally {
    await at.end();
    await at.stop();
  }
}

const SCENARIOS = {
  killed: (values) =>
    outage("killed (-9), begun anew", values, {
      begin: ({ redis }) => redis.kill(),
      heal: ({ redis }) => redis.begin(),
      lost: () => 1,
    }),
  frozen: (values) =>
    outage("frozen (SIGSTOP)", values, {
      begin: ({ redis }) => redis.freeze(),
      heal: ({ redis }) => redis.thaw(),
      lost: () => 0,
    }),
  late: (values) =>
    outage("each answer 5 s late", values, {
      begin: ({ relay }) => void (relay.delay = 5000),
      heal: ({ relay }) => void (relay.delay = 0),
      lost: () => 0,
      isRelayed: true,
    }),
  "flapping-frozen": (values) =>
    outage("frozen and thawed, 400 ms each", values, {
      async begin({ redis }, until) {
        while (performance.now() < until - 800) {
          redis.freeze();
          await sleep(400);
          redis.thaw();
          await sleep(400);
        }
      },
      heal: ({ redis }) => redis.thaw(),
      lost: () => 0,
      isSteady: false,
    }),
  "flapping-killed": (values) => {
    let times = 0;
    return outage("killed and begun, 700 ms each", values, {
      async begin({ redis }, until) {
        while (performance.now() < until - 1600) {
          await redis.kill();
          times++;
          await sleep(700);
          await redis.begin();
          await sleep(700);
        }
        await redis.kill();
        times++;
      },
      heal: ({ redis }) => redis.begin(),
      lost: () => times,
      isSteady: false,
    });
  },
};

/** What others have put where the counters were: it stays, and is a matter of that caller alone. */
async function wrongTypes(values) {
  const length = Number(values.seconds) * 1000;
  const at = await setUp(values);
  const redis = new Redis(at.redis.url);
  try {
    await at.steady.untilWarm();
    const well = performance.now();
    await sleep(length);
    await at.client.ask("/counted", "X-Caller: two\r\n");
    const keys = await redis.keys(`${PREFIX}header:x-caller:one}*`);
    const broken = performance.now();
    for (const key of keys) await redis.multi().del(key).rpush(key, "mine").exec();
    await sleep(length);
    const kept = await Promise.all(keys.map((key) => redis.lrange(key, 0, -1)));
    await at.end();
    const { steady } = at;
    const part = (path, from, to) => steady.within(from, to, path);
    const counted = at.counted().filter(({ at: when }) => when >= broken);
    const others = [...part("/plain", 0), ...part("/limited", 0), ...part("/quota", well)];
    const late = part("/quota", well).filter(
      ({ status, at: when }) => status === 503 && at.pulse.wasLate(when),
    ).length;
    const wrong =
      -late +
      others.filter(({ status }) => status !== 200).length +
      counted.filter(({ status }) => status !== 200 && status !== 429).length;
    const passed = counted.filter(({ status }) => status === 200).length;
    const added = p99(part("/limited", broken, broken + length)) - p99(part("/limited", well, broken));
    const beside =
      p99(part("/limited", broken, broken + length)) - p99(part("/plain", broken, broken + length));
    const isKept = keys.length > 0 && kept.every(([first, ...rest]) => first === "mine" && rest.length === 0);
    const lines = told(at.gateways[0]);
    return {
      ok: wrong === 0 && passed <= LIMIT * 2 && Math.max(added, beside) < ADDED && isKept,
      lines,
      row: [
        `a list by ${keys.length} key of one caller`,
        steady.answers.length,
        wrong,
        late,
        `${ms(p99(part("/limited", well, broken)))} / ${ms(p99(part("/plain", well, broken)))}`,
        "",
        `${ms(p99(part("/limited", broken, broken + length)))} / ${ms(p99(part("/plain", broken, broken + length)))}`,
        `${ms(added)}, ${ms(beside)}`,
        isKept ? "list untouched" : "list GONE",
        `${passed} of ${LIMIT * 2}`,
        statuses(part("/quota", broken, broken + length)),
        lines.length,
      ],
    };
  } finally {
    redis.disconnect();
    await at.end();
    await at.stop();
  }
}

export async function run(values) {
  const scenarios = { ...SCENARIOS, types: wrongTypes };
  const wanted = values.only === undefined ? Object.keys(scenarios) : values.only.split(",");
  const results = [];
  for (const name of wanted) results.push(await scenarios[name](values));
  console.log(
    table(
      [
        "Redis is", "requests", "wrong", "refused: Redis late by itself", "p99 well: limited / plain", "longest before open", "p99 broken: limited / plain",
        "added: to when it was well, to no limit", "back", "passed of the bound", "quota while broken", "log lines",
      ], // prettier-ignore
      results.map(({ row }) => row),
    ),
  );
  for (const { row, lines } of results)
    console.log(`\n${row[0]}: ${[...new Set(lines)].slice(0, 6).join("\n  ")}`);
  return { ok: results.every(({ ok }) => ok) };
}
