// An upstream that lies on connections that are kept: extra, late, early and split answers, lengths that are wrong, bodies
// where there are none. Every answer says whose it is; none may reach another request.
import { Agent, request } from "node:http";
import { table } from "../../lib/table.mjs";
import { documentOf } from "./gateway-process.mjs";
import { FIRST, LATE, lyingUpstream, TO_HEAD, TO_POST, TOLD } from "./lying-upstream.mjs";
import { startServed } from "./start-served.mjs";

export const title = "G9: answers of a lying upstream that reach another request";
export const options = {
  requests: { type: "string", default: "10000" },
  clients: { type: "string", default: "48" },
  server: { type: "string" },
};

const DOCUMENT = documentOf("Lies", {
  "GET /r/{id}": {},
  "HEAD /r/{id}": {},
  "POST /r/{id}": { requestBody: { content: { "application/octet-stream": {} } } },
});
const configuration = (port, pool) => ({
  services: {
    lies: {
      spec: "lies.json",
      upstream: {
        url: `http://127.0.0.1:${port}`,
        retry: false,
        breaker: false,
        health: { passive: false },
        pool,
      },
      timeout: { firstByte: "2s", idle: "2s" },
    },
  },
});

const pick = (kinds) => {
  const all = Object.values(kinds);
  return () => all[Math.floor(Math.random() * all.length)];
};
const toGet = pick(TOLD);
const toHead = pick(TO_HEAD);
const toPost = pick({ ...TOLD, ...TO_POST });
const CASES = [
  {
    name: "seen for what they are",
    methods: ["GET", "GET", "HEAD", "POST"],
    choose: (method) => (method === "HEAD" ? toHead() : method === "POST" ? toPost() : toGet()),
  },
  // Until one of them meets an idle connection, nothing tells them from the next request's own answers.
  { name: "later answers", methods: ["GET"], choose: pick(LATE), cannotBeTold: true },
  { name: "later answers, `requests: 1`", methods: ["GET"], choose: pick(LATE), pool: { requests: 1 } },
  { name: "before any request", methods: ["GET"], choose: () => TOLD.truth, greets: 0.2 },
  { name: "a lie before the truth", methods: ["GET"], choose: pick(FIRST) },
];
/** Without the pool's distrust: what each single answer is seen for. */
const TRUSTING = [
  { ...CASES[0], name: `${CASES[0].name}, connections kept all the same`, isTrusting: true },
  { ...CASES[1], name: `${CASES[1].name}, connections kept all the same`, isTrusting: true },
];

export async function run({ requests, clients, server }) {
  const rows = [];
  let ok = true;
  for (const driver of server === undefined ? ["wire", "node-http"] : [server])
    for (const each of [...CASES, ...TRUSTING]) {
      const { row, wrong } = await measured(each, driver, Number(requests), Number(clients));
      rows.push(row);
      if (wrong > 0 && !each.cannotBeTold) ok = false;
    }
  console.log(table(COLUMNS, rows));
  return { ok };
}
const COLUMNS = [
  "",
  "requests",
  "right",
  "another request's answer",
  "of them said before the next request came / after / the truth itself",
  "a lie about the request itself",
  "502 or cut",
  "connections of the gateway",
];

async function measured({ name, methods, choose, greets, pool, isTrusting }, driver, number, clients) {
  const upstream = await lyingUpstream((method) => choose(method), greets);
  const files = { "gateway.yaml": configuration(upstream.port, pool), "lies.json": DOCUMENT };
  const gateway = await startServed(files, driver, { isTrusting });
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const seen = { right: 0, failed: 0, before: 0, after: 0, truth: 0, own: 0 };
  try {
    let next = 0;
    const client = async () => {
      while (next < number) {
        const id = String(next++);
        const method = methods[Math.floor(Math.random() * methods.length)];
        seen[verdictOf(await exchange(gateway.port, agent, method, id), method, id)]++;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
    await gateway.stop();
    await upstream.close();
  }
  const wrong = seen.before + seen.after + seen.truth;
  const kinds = `${seen.before} / ${seen.after} / ${seen.truth}`;
  const { connections } = upstream.counts;
  return {
    wrong,
    row: [`${driver}: ${name}`, number, seen.right, wrong, kinds, seen.own, seen.failed, connections],
  };
}

/** Whose answer a client got that asked for `id`. */
function verdictOf({ status, fields, text, isCut }, method, id) {
  if (isCut || status === 502 || status === 504) return "failed";
  const named = fields["x-id"];
  // Nothing but a field can say whose an answer without a body is.
  if (method === "HEAD" || status === 204 || status === 304) return named === id ? "right" : "truth";
  const [, whose, lie] = /^\{"id":"(\w+)","lie":(null|".*")\}\s*$/.exec(text) ?? [];
  if (whose === id || whose === "nobody") return lie === "null" ? "right" : "own";
  return lie?.startsWith('"said before') ? "before" : lie?.startsWith('"said after') ? "after" : "truth";
}

function exchange(port, agent, method, id) {
  return new Promise((resolve) => {
    const sent = request({ port, host: "127.0.0.1", agent, method, path: `/r/${id}` }, (reply) => {
      let text = "";
      const done = () =>
        resolve({ status: reply.statusCode, fields: reply.headers, text, isCut: !reply.complete });
      reply.setEncoding("latin1").on("data", (piece) => (text += piece));
      reply.on("end", done).on("error", done);
    });
    sent.on("error", () => resolve({ isCut: true }));
    if (method !== "POST") return sent.end();
    sent.setHeader("content-type", "application/octet-stream");
    sent.setHeader("content-length", 20_000);
    sent.write(Buffer.alloc(10_000));
    setImmediate(() => sent.end(Buffer.alloc(10_000)));
  });
}
