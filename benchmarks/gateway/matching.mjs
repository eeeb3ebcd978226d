// Which operation a request is for, in a gateway of 10,000: node benchmarks/gateway/matching.mjs [--operations N] [--services N]
// Documents are compiled as the command does; then every operation is found by a path of its own, and by ones that nobody has.
import { parseArgs } from "node:util";
import { parseSource, tryCompile } from "../../packages/gateway/dist/index.js";
import { HostTable } from "../../packages/gateway/dist/plane/host-table.js";
import { Gateway } from "../../packages/gateway/dist/plane/gateway.js";
import { fixed, table } from "../lib/table.mjs";

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "1,100,1000,10000" },
    services: { type: "string", default: "50" },
  },
});
const METHODS = ["get", "post", "put", "patch", "delete"];
const REQUESTS = 1_000_000;
const rows = [];

for (const count of values.operations.split(",").map(Number)) {
  const services = Math.min(Number(values.services), count);
  const parameter = { name: "id", in: "path", required: true, schema: { type: "integer" } };
  const child = { ...parameter, name: "child" };
  const config = { services: {} };
  const documents = {};
  for (let s = 0; s < services; s++) {
    const paths = {};
    for (let i = s; i < count; i += services) {
      const resource = Math.floor(i / services / METHODS.length);
      const path = `/s${s}/collection-${resource}/{id}${resource % 2 === 0 ? "" : "/children/{child}"}`;
      paths[path] ??= { parameters: resource % 2 === 0 ? [parameter] : [parameter, child] };
      paths[path][METHODS[Math.floor(i / services) % METHODS.length]] = {
        responses: { 200: { description: "OK" } },
      };
    }
    const document = {
      openapi: "3.1.0",
      info: { title: `s${s}`, version: "1.0.0" },
      servers: [{ url: "http://127.0.0.1:9" }],
      paths,
    };
    const file = `s${s}.json`;
    config.services[`s${s}`] = { spec: file };
    documents[`s${s}`] = {
      main: parseSource(JSON.stringify(document), file),
      siblings: new Map(),
      overlays: [],
    };
  }
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  let begun = performance.now();
  const { snapshot, mistakes } = tryCompile(config, documents);
  if (snapshot === undefined) throw new Error(mistakes.map(({ message }) => message).join("\n"));
  const compiled = performance.now() - begun;
  begun = performance.now();
  const gateway = new Gateway(snapshot);
  await gateway.start();
  const ready = performance.now() - begun;
  global.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 1e6;
  const routes = snapshot.operations.map((operation) => ({ operation }));
  const hosts = new HostTable(routes);
  const hostOf = () => "localhost";
  const asked = snapshot.operations.map(({ method, template }) => [
    method,
    template.replace(/\{[^}]*\}/g, "42"),
  ]);
  for (const [at, [method, path]] of asked.entries())
    if (hosts.find(method, path, hostOf) !== routes[at]) throw new Error(`${method} ${path} is not found`);
  const hit = perRequest((i) => {
    const [method, path] = asked[(i * 7919) % asked.length];
    return hosts.find(method, path, hostOf);
  });
  const miss = perRequest((i) => hosts.find("GET", asked[(i * 7919) % asked.length][1] + "/nowhere", hostOf));
  rows.push([
    String(snapshot.operations.length),
    fixed(hit, 0),
    fixed(miss, 0),
    fixed(compiled, 0),
    fixed(ready, 0),
    fixed(heap, 0),
  ]);
  await gateway.stop();
}

console.log(
  table(["operations", "match ns", "no match ns", "compile ms", "into service ms", "heap MB"], rows),
);

function perRequest(find) {
  for (let i = 0; i < REQUESTS / 4; i++) find(i);
  const begun = performance.now();
  for (let i = 0; i < REQUESTS; i++) find(i);
  return ((performance.now() - begun) / REQUESTS) * 1e6;
}
