// G28: all packets to and from one machine are lost, without a word to anybody (no RST, no ICMP), for some seconds, while
// requests come at a steady rate: Redis; the only target of a service; one of two; one whose server begins anew meanwhile, so that
// connections that are kept are dead afterwards; one that speaks HTTP/2; the issuer of tokens; the name server.
// The network is one of namespaces: needs Linux, `ip` and the right to make them (root).
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, SignJWT } from "jose";
import { table } from "../../lib/table.mjs";
import { ms } from "../figures.mjs";
import { sleep } from "../start.mjs";
import { documentOf, startGateway } from "./gateway-process.mjs";
import { againInside, isInside, makeNetwork } from "./network.mjs";
import { startQuick, startScript } from "./quick-process.mjs";
import { RedisProcess } from "./redis-process.mjs";
import { Client, longest, p99, statuses, Steady } from "./steady.mjs";

export const title = "G28: packets to and from one machine are lost";
export const options = {
  rate: { type: "string", default: "300" },
  /** For which nothing passes. */
  seconds: { type: "string", default: "8" },
  only: { type: "string" },
};

const TIMEOUT = { connect: "500ms", firstByte: "1s", total: "2s" };
/** Of `TIMEOUT.total`, and of what a limit waits for Redis. */
const TOTAL = 2000;
const REDIS = 100;
/** Timers are coarse by a tenth, and the machine has other things to do. */
const LATE = 250;
/** Milliseconds after which a connection that is kept is closed: nothing but the gateway's own is open then. */
const IDLE = 5500;
const ISSUER = "https://10.77.4.1:8443";

const service = (name, targets, more = {}) => ({
  spec: "./items.json",
  mount: `/${name}`,
  upstream: { targets, timeout: TIMEOUT, breaker: { openFor: "1s" }, ...more },
});

function configuration(network) {
  const [a, b] = ["a", "b"].map((name) => `http://${network.addressOf(name)}`);
  const names = { resolvers: [`${network.addressOf("names")}:53`], record: "A", port: 8080 };
  return {
    services: {
      a: service("a", [`${a}:8080`]),
      b: service("b", [`${b}:8080`]),
      both: service("both", [`${a}:8080`, `${b}:8080`]),
      second: service("second", [`${a}:8082`], { protocol: "http2" }),
      named: {
        spec: "./items.json",
        mount: "/named",
        upstream: { discover: { dns: "items.internal", ...names }, timeout: TIMEOUT },
      },
      tokens: {
        ...service("tokens", [`${b}:8080`]),
        spec: "./tokens.json",
        securitySchemes: {
          token: { issuer: ISSUER, jwks: `${ISSUER}/keys`, audiences: ["items"], algorithms: ["ES256"] },
        },
      },
    },
    redis: `redis://${network.addressOf("redis")}:6379`,
  };
}

const ITEMS = documentOf(
  "items",
  {
    "GET /plain": {},
    "POST /plain": {},
    "GET /limited": { "x-waymark": { limit: { rate: "600k/min", by: "all" } } },
    "GET /quota": { "x-waymark": { quota: { requests: 1_000_000, per: "year", by: "all" } } },
    "GET /held": { "x-waymark": { concurrency: { requests: 20, by: "all" } } },
  },
  { security: [] },
);
const TOKENS = documentOf(
  "tokens",
  { "GET /plain": {} },
  {
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  },
);

/** Keys, certificate and tokens of the issuer. */
async function credentials(folder) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const file = (name) => join(folder, name);
  writeFileSync(
    file("keys.json"),
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "ES256", use: "sig" }] }),
  );
  const subject = ["-subj", "/CN=issuer", "-addext", "subjectAltName=IP:10.77.4.1"];
  const made = ["-keyout", file("key.pem"), "-out", file("certificate.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...subject, ...made],
    { stdio: "ignore" },
  ); // prettier-ignore
  let number = 0;
  /** Each is another token: no verdict is remembered. */
  const token = (kid) =>
    new SignJWT({ sub: `somebody-${++number}`, aud: "items", iss: ISSUER })
      .setProtectedHeader({ alg: "ES256", kid })
      .setExpirationTime("1h")
      .sign(privateKey);
  return { file, token };
}

/** Every part of a case: what is asked, what of it may be wrong meanwhile, and how long it may take. */
const CASES = {
  redis: {
    name: "Redis",
    cut: "redis",
    affected: ["GET /b/limited", "GET /b/quota", "GET /b/held"],
    others: ["GET /b/plain"],
    most: REDIS,
    allowed: { "GET /b/quota": [503] },
    backBy: "GET /b/quota",
  },
  upstream: {
    name: "the only target of a service",
    cut: "a",
    affected: ["GET /a/plain", "POST /a/plain"],
    others: ["GET /b/plain"],
    most: TOTAL,
    allowed: { "GET /a/plain": [502, 503, 504], "POST /a/plain": [502, 503, 504] },
    backBy: "GET /a/plain",
  },
  "one-of-two": {
    name: "one of two targets",
    cut: "a",
    affected: ["GET /both/plain"],
    others: ["GET /b/plain"],
    most: TOTAL,
    allowed: { "GET /both/plain": [502, 503, 504] },
    backBy: "GET /both/plain",
  },
  restarted: {
    name: "a target that begins anew meanwhile",
    cut: "a",
    affected: ["GET /a/plain"],
    others: ["GET /b/plain"],
    most: TOTAL,
    allowed: { "GET /a/plain": [502, 503, 504] },
    backBy: "GET /a/plain",
    isRestarted: true,
  },
  http2: {
    name: "a target that speaks HTTP/2",
    cut: "a",
    affected: ["GET /second/plain"],
    others: ["GET /b/plain"],
    most: TOTAL,
    allowed: { "GET /second/plain": [502, 503, 504] },
    backBy: "GET /second/plain",
  },
  issuer: {
    name: "the issuer of tokens",
    cut: "issuer",
    affected: ["GET /tokens/plain"],
    others: ["GET /b/plain"],
    most: REDIS,
    allowed: {},
    backBy: "GET /tokens/plain",
  },
  names: {
    name: "the name server",
    cut: "names",
    affected: ["GET /named/plain"],
    others: ["GET /b/plain"],
    most: REDIS,
    allowed: {},
    backBy: "GET /named/plain",
  },
};

async function partition(each, at, values) {
  const { network, issuer } = at;
  const gateway = await startGateway(
    { "gateway.yaml": configuration(network), "items.json": ITEMS, "tokens.json": TOKENS },
    { environment: { NODE_EXTRA_CA_CERTS: issuer.file("certificate.pem") } },
  );
  let client = new Client(gateway.port);
  const tokens =
    each.cut === "issuer" ? await Promise.all(Array.from({ length: 8000 }, () => issuer.token("one"))) : [];
  const asked = [...each.affected, ...each.others];
  const fieldsOf = (path, i) =>
    path.startsWith("/tokens") ? `Authorization: Bearer ${tokens[i % tokens.length]}\r\n` : "";
  const load = () =>
    new Steady(client, Number(values.rate), (i) => {
      const [method, path] = asked[i % asked.length].split(" ");
      return [path, fieldsOf(path, i) + (method === "POST" ? "Content-Length: 0\r\n" : ""), method];
    });
  const isOne = (key) => {
    const [method, path] = key.split(" ");
    return (answer) => answer.path === path && answer.method === method;
  };
  const of = (answers, keys) => answers.filter((answer) => keys.some((key) => isOne(key)(answer)));
  try {
    const warm = load();
    await sleep(1500);
    await warm.stop();
    client.close();
    await sleep(IDLE);
    const before = await gateway.ask("state");
    client = new Client(gateway.port);

    const steady = load();
    await sleep(3000);
    const cut = performance.now();
    network.cut(each.cut);
    let unknown;
    if (each.cut === "issuer") {
      // A key that nobody knows: it would have to be asked for.
      const token = await issuer.token("two");
      unknown = client.ask("/tokens/plain", `Authorization: Bearer ${token}\r\n`);
    }
    await sleep(Number(values.seconds) * 500);
    if (each.isRestarted) await at.restart(each.cut);
    await sleep(Number(values.seconds) * 500);
    const healed = performance.now();
    network.heal(each.cut);
    let back = Number.POSITIVE_INFINITY;
    const [, backPath] = each.backBy.split(" ");
    for (let i = 0; back === Number.POSITIVE_INFINITY && performance.now() < healed + 60_000; i++) {
      const answer = await client.ask(backPath, fieldsOf(backPath, i));
      if (answer.status === 200 && answer.at >= healed) back = answer.at + answer.ms - healed;
      else await sleep(20);
    }
    const again = performance.now();
    await sleep(4000);
    await steady.stop();
    const late = await unknown;
    client.close();
    await sleep(IDLE);
    const after = await gateway.ask("state");

    const { answers } = steady;
    const well = steady.within(0, cut - TOTAL);
    const broken = steady.within(cut, healed);
    const affected = of(broken, each.affected);
    const others = of(steady.within(cut), each.others);
    const wrong =
      affected.filter((answer) => {
        const key = each.affected.find((one) => isOne(one)(answer));
        return answer.status !== 200 && !(each.allowed[key] ?? []).includes(answer.status);
      }).length + others.filter(({ status }) => status !== 200).length;
    const failed = of(steady.within(again + 50), each.affected).filter(({ status }) => status !== 200);
    const most = longest(of(steady.within(cut), each.affected));
    const leaked = after.descriptors - before.descriptors;
    return {
      ok: wrong === 0 && failed.length === 0 && most <= each.most + each.most / 10 + LATE && leaked <= 0 && Number.isFinite(back),
      row: [
        each.name,
        answers.length,
        wrong,
        `${ms(most, 0)} of ${each.most} ms`,
        statuses(affected),
        `${ms(p99(of(well, each.others)))}, ${ms(p99(others))}`,
        ms(back, 0),
        failed.length,
        `${before.descriptors}, ${after.descriptors}`,
        late === undefined ? "" : `unknown key: ${late.status} after ${ms(late.ms, 0)}`,
      ],
      lines: gateway.complaints().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line).msg),
    }; // prettier-ignore
  } finally {
    client.close();
    await gateway.stop();
  }
}

async function inside(values) {
  const network = makeNetwork(["redis", "a", "b", "issuer", "names"]);
  const folder = mkdtempSync(join(tmpdir(), "waymark-partition-"));
  const started = [];
  const keep = (thing) => (started.push(thing), thing);
  try {
    const on = (name, port) => ({ host: network.addressOf(name), port, prefix: network.on(name) });
    const redis = await RedisProcess.start(on("redis", 6379));
    keep({ stop: () => redis.kill() });
    let a = await startQuick(on("a", 8080));
    keep({ stop: () => a.stop() });
    keep(await startQuick(on("b", 8080)));
    keep(await startQuick({ ...on("a", 8082), protocol: "http2" }));
    const issuer = await credentials(folder);
    keep(
      await startScript(
        "issuer.mjs",
        [network.addressOf("issuer"), "8443", issuer.file("certificate.pem"), issuer.file("key.pem"), issuer.file("keys.json")],
        network.on("issuer"),
      ),
    ); // prettier-ignore
    keep(
      await startScript("name-server.mjs", [network.addressOf("names"), "53", network.addressOf("b")], network.on("names")),
    ); // prettier-ignore
    const restart = async () => {
      await a.stop();
      a = await startQuick(on("a", 8080));
    };
    const results = [];
    for (const name of values.only?.split(",") ?? Object.keys(CASES))
      results.push(await partition(CASES[name], { network, issuer, restart }, values));
    console.log(
      table(
        [
          "cut off", "requests", "wrong", "longest wait", "while it is", "p99 of others: before, then",
          "back after", "failed after that", "fds before, after", "",
        ],
        results.map(({ row }) => row),
      ),
    ); // prettier-ignore
    for (const { row, lines } of results)
      if (lines.length > 0) console.log(`\n${row[0]}:\n  ${[...new Set(lines)].slice(0, 5).join("\n  ")}`);
    return { ok: results.every(({ ok }) => ok) };
  } finally {
    for (const each of started.toReversed()) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function run(values) {
  return isInside ? await inside(values) : { ok: againInside() === 0 };
}
