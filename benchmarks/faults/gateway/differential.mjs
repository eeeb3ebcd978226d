// The hostile corpus through this gateway, nginx and HAProxy, to upstreams of three parsers: answers are counted, and what an
// upstream was asked for is compared with what the client sent. Each row goes over a connection that is kept, a clean request
// behind it; another client's clean request follows, which would meet what is left on the connection to the upstream.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { freePort } from "../../lib/process.mjs";
import { table } from "../../lib/table.mjs";
import { proxy as nginxProxy } from "../../gateway/nginx.mjs";
import { snapshot } from "../../gateway/snapshot.mjs";
import { fieldOf, readAnswers } from "./answers.mjs";
import { isRight, judgementOf } from "./differential-judgements.mjs";
import { nginxUpstream, nodeUpstream, recorder, started, uvicornUpstream } from "./recording.mjs";
import { startServed } from "./start-served.mjs";

export const title = "G6: the hostile corpus through this gateway and others, to three upstreams";
export const options = {
  corpora: { type: "string", default: fileURLToPath(new URL("../../../tests/hostile", import.meta.url)) },
  only: { type: "string" },
  repeat: { type: "string", default: "1" },
  json: { type: "string" },
};

const FILES = ["hostile_http.jsonl.gz", "llhttp_requests.jsonl.gz"];
/** Milliseconds for an answer; and for one more, that nobody asked for. */
const PATIENCE = 2500;
const QUIET = 30;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
const UPSTREAMS = { node: nodeUpstream, nginx: nginxUpstream, uvicorn: uvicornUpstream };
const PROXIES = {
  "waymark wire": (to) => waymark(to, "wire"),
  "waymark node-http": (to) => waymark(to, "node-http"),
  nginx,
  HAProxy: haproxy,
};

export async function run({ corpora, only, repeat, json }) {
  const wanted = FILES.flatMap((name) => rowsOf(join(corpora, name))).filter(
    ({ id }) => only === undefined || id.includes(only),
  );
  const rows = Array.from({ length: Number(repeat) }, () => wanted).flat();
  const running = [];
  const pairs = [];
  try {
    for (const [upstream, start] of Object.entries(UPSTREAMS)) {
      const { port, stop } = await start();
      running.push(stop);
      for (const [proxy, startProxy] of Object.entries(PROXIES)) {
        const between = await recorder(port);
        running.push(() => between.stop());
        const front = await startProxy(between.port);
        running.push(() => front.stop());
        pairs.push({ proxy, upstream, front, between, outcomes: [] });
      }
    }
    await Promise.all(
      pairs.map(async (pair) => {
        for (const row of rows) pair.outcomes.push(await outcomeOf(row, pair));
      }),
    );
  } finally {
    for (const stop of running.reverse()) await stop();
  }
  if (json !== undefined)
    writeFileSync(
      json,
      JSON.stringify(pairs.map(({ proxy, upstream, outcomes }) => ({ proxy, upstream, outcomes }))),
    );
  return report(rows, pairs);
}

function rowsOf(file) {
  return gunzipSync(readFileSync(file))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

// -- proxies ---------------------------------------------------------------------------------------------------------------

function waymark(to, server) {
  const plain = snapshot(`http://127.0.0.1:${to}`);
  const one = plain.operations.find(({ method }) => method === "GET");
  const operations = METHODS.map((method) => ({
    ...one,
    id: `items:${method}`,
    operationId: method,
    method,
    template: "/{rest:path}",
    target: "/{rest:path}",
    parameters: [],
    retry: { ...one.retry, attempts: 0 },
  }));
  return startServed({ "snapshot.json": { ...plain, operations } }, server);
}

async function nginx(to) {
  const port = await freePort();
  return started("nginx", nginxProxy(port, to), port);
}

async function haproxy(to) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "waymark-haproxy-"));
  writeFileSync(
    join(folder, "haproxy.cfg"),
    `global
  maxconn 1000
  nbthread 1
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  default_backend items
backend items
  server one 127.0.0.1:${to}
`,
  );
  return started("haproxy", ["haproxy", "-db", "-f", join(folder, "haproxy.cfg")], port, folder);
}

// -- one row ---------------------------------------------------------------------------------------------------------------

let marks = 0;

async function outcomeOf(row, { front, between }) {
  between.taken();
  const raw = Buffer.from(row.raw_b64, "base64");
  const first = new Client(front.port, methodsIn(raw));
  const most = mostOf(row, raw);
  first.write(raw, row.fin);
  await first.settle(most);
  const { isClosed } = first;
  const before = readAnswers(first.text, first.methods, isClosed).finals;
  const seen = seenIn(between.taken());
  const faults = [];
  // What follows a whole request may be refused: that is one answer more, and the last one.
  const answers = isClosed && before.length > 1 && isOwn(before.at(-1)) ? before.length - 1 : before.length;
  if (answers > most) faults.push(`${before.length} answers to ${most}`);
  if (seen.length > most) faults.push(`the upstream saw ${seen.length} requests of ${most}`);

  const mark = `/clean-${++marks}`;
  // What is half a request would take the clean one for its other half: that is what its sender asked for.
  if (!isClosed && !row.fin && before.length > 0 && before.every(({ isWhole }) => isWhole)) {
    first.methods.length = before.length;
    first.write(clean(mark, "keep-alive"));
    await first.settle(before.length + 1);
    const all = readAnswers(first.text, first.methods, first.isClosed).finals;
    const answer = all[before.length];
    if (all.length > before.length + 1) faults.push("more answers than requests");
    if (answer?.status === "200" && markOf(answer) !== mark)
      faults.push(`the clean request was answered by ${markOf(answer)}`);
    // A proxy that refused the row may be waiting for the rest of what it refused.
    if (answer === undefined && !first.isClosed && !isOwn(before.at(-1)))
      faults.push("the clean request was not answered");
  }
  first.destroy();

  const other = `/clean-${++marks}`;
  const second = new Client(front.port, ["GET"]);
  second.write(clean(other, "close"));
  await second.settle(1);
  second.destroy();
  const [answer, further] = readAnswers(second.text, ["GET"], true).finals;
  if (further !== undefined) faults.push("another client got two answers");
  if (answer?.status !== "200" || markOf(answer) !== other)
    faults.push(
      `another client's request was answered by ${answer === undefined ? "nothing" : `${answer.status} ${markOf(answer)}`}`,
    );
  // Of a row that had no answer in time it may come now.
  const after = seenIn(between.taken()).filter((each) => !/^GET \/clean-\d+$/.test(each));
  if (after.length + seen.length > most && after.length > 0)
    faults.push(`the upstream saw ${after.join(", ")} later`);
  return {
    id: row.id,
    verdict: verdictOf(before, seen, isClosed),
    status: before[0]?.status ?? (/^HTTP\/1\.1 100 /.test(first.text) ? "100" : isClosed ? "close" : "wait"),
    seen,
    faults,
  };
}

/** How many requests a row may be read as. */
function mostOf({ class: name, responses, max_responses: most }, raw) {
  // Rows of Node's parser say how many it reads before it stops.
  if (name === "llhttp-pipelining") return methodsIn(raw).length;
  return responses ?? most ?? 1;
}
/** The proxy's answer, not the upstream's. */
const isOwn = ({ head, status }) => fieldOf(head, "x-seen") === undefined && status >= "400";

const clean = (mark, connection) =>
  Buffer.from(`GET ${mark} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`);
const markOf = ({ head }) => fieldOf(head, "x-seen")?.replace("GET ", "");

/** What an upstream says that it was asked for; its refusals as "400". */
function seenIn(records) {
  return records.flatMap(({ sent, answered }) =>
    readAnswers(answered, methodsIn(Buffer.from(sent, "latin1")), true).finals.map(
      ({ status, head }) => fieldOf(head, "x-seen") ?? status,
    ),
  );
}

function verdictOf(answers, seen, isClosed) {
  if (seen.some((each) => /^[45]\d\d$/.test(each))) return "forwarded, refused there";
  if (seen.length > 0) return "forwarded";
  if (answers.length > 0) return "refused";
  return isClosed ? "closed" : "waits";
}

/** Methods of the requests that begin a line: who gets an answer without a body. */
function methodsIn(raw) {
  return [...raw.toString("latin1").matchAll(/(?:^|\n)([A-Z]+) \S+ HTTP\/1\.[01]\r?\n/g)].map(
    ([, method]) => method,
  );
}

class Client {
  text = "";
  isClosed = false;
  #socket;
  #wake = () => undefined;

  constructor(port, methods) {
    this.methods = methods;
    this.#socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const over = () => {
      this.isClosed = true;
      this.#wake();
    };
    this.#socket.on("data", (bytes) => {
      this.text += bytes.toString("latin1");
      this.#wake();
    });
    this.#socket.on("end", over).on("close", over).on("error", over);
  }
  write(bytes, fin = false) {
    this.#socket.write(bytes);
    if (fin) this.#socket.end();
  }
  /** Until so many whole answers have come and nothing more follows, or time is up. */
  async settle(wanted) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const { finals } = readAnswers(this.text, this.methods, this.isClosed);
      const isDone = finals.length >= wanted && finals.every(({ isWhole }) => isWhole);
      if (this.isClosed || Date.now() >= end) return;
      const had = this.text;
      await this.#change(isDone ? QUIET : end - Date.now());
      if (isDone && this.text === had) return;
    }
  }
  #change(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  destroy() {
    this.#socket.destroy();
  }
}

// -- the report ------------------------------------------------------------------------------------------------------------

function report(rows, pairs) {
  const count = (outcomes, verdict) => outcomes.filter((each) => each.verdict === verdict).length;
  const verdicts = ["forwarded", "forwarded, refused there", "refused", "closed", "waits"];
  console.log(
    table(
      ["", ...verdicts, "desyncs"],
      pairs.map(({ proxy, upstream, outcomes }) => [
        `${proxy} to ${upstream}`,
        ...verdicts.map((verdict) => count(outcomes, verdict)),
        outcomes.filter(({ faults }) => faults.length > 0).length,
      ]),
    ),
  );
  let ok = true;
  for (const { proxy, upstream, outcomes } of pairs)
    for (const { id, faults } of outcomes)
      if (faults.length > 0) {
        if (proxy.startsWith("waymark")) ok = false;
        console.log(`  desync, ${proxy} to ${upstream}: ${id}: ${faults.join("; ")}`);
      }
  return { ok: judge(rows, pairs) && ok };
}

/** Where this gateway and others are of another mind about a request; each such difference has a judgement. */
function judge(rows, pairs) {
  // nginx as the upstream answers before it has read a body: what came to the others came to them whole.
  const outcome = (proxy, at) =>
    pairs.find((pair) => pair.proxy === proxy && pair.upstream === "node").outcomes[at];
  const differences = [];
  let hasWrong = false;
  for (const [at, row] of rows.entries()) {
    const outcomes = Object.keys(PROXIES).map((proxy) => outcome(proxy, at));
    const words = outcomes.map(({ verdict }) => (verdict.startsWith("forwarded") ? "forwards" : "refuses"));
    const wrong = outcomes.slice(0, 2).filter(({ status }) => !isRight(row, status));
    for (const { status } of wrong) console.log(`  wrong by the corpus: ${row.id}: ${status}`);
    if (wrong.length > 0) hasWrong = true;
    if (new Set(words).size > 1) differences.push({ row, words, sentence: judgementOf(row) });
  }
  const groups = grouped(differences);
  console.log(`\nOther verdicts than nginx's or HAProxy's: ${differences.length} rows of ${rows.length}`);
  console.log(
    table(
      ["wire", "node-http", "nginx", "HAProxy", "rows", "judged", "such as"],
      [...groups.values()].map((group) => [
        ...group[0].words,
        group.length,
        group[0].sentence,
        group
          .slice(0, 4)
          .map(({ row }) => row.id)
          .join(", "),
      ]),
    ),
  );
  return !hasWrong;
}
const keyOf = ({ words, sentence }) => `${words.join()} ${sentence}`;
function grouped(differences) {
  const groups = new Map();
  for (const each of differences) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}
