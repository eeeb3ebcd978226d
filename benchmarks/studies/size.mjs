// Size: of the package as it is published, and of a one-route application bundled with its framework.
//   node benchmarks/studies/size.mjs
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { BENCHMARKS } from "../lib/servers.mjs";
import { fixed, table } from "../lib/table.mjs";

const kilobytes = (bytes) => fixed(bytes / 1000, 1);

const [{ size, unpackedSize, entryCount }] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json"], {
    cwd: `${BENCHMARKS}../packages/waymark`,
    encoding: "utf8",
  }),
);
console.log(
  `The package: ${kilobytes(size)} kB packed, ${kilobytes(unpackedSize)} kB unpacked, ${entryCount} files.\n`,
);

/** The least that says hello; the module's default export keeps the bundler from dropping it. */
const APPS = {
  "waymark, app.fetch":
    'import { App } from "waymark"; const app = new App(); app.get("/", () => ({ hello: "world" })); export default app.fetch;',
  "waymark, serve":
    'import { App, serve } from "waymark"; const app = new App(); app.get("/", () => ({ hello: "world" })); await serve(app);',
  "waymark and zod, validated":
    'import { App, endpoint, path } from "waymark"; import { z } from "zod"; const app = new App(); app.get("/{id}", endpoint({ input: { id: path(z.int()) }, output: z.object({ id: z.int() }) }, ({ id }) => ({ id }))); export default app.fetch;',
  fastify:
    'import Fastify from "fastify"; const app = Fastify(); app.get("/", () => ({ hello: "world" })); await app.listen();',
  hono: 'import { Hono } from "hono"; const app = new Hono(); app.get("/", (c) => c.json({ hello: "world" })); export default app.fetch;',
  elysia:
    'import { Elysia } from "elysia"; const app = new Elysia().get("/", () => ({ hello: "world" })); export default app.fetch;',
  express:
    'import express from "express"; const app = express(); app.get("/", (q, s) => s.json({ hello: "world" })); app.listen(1);',
  h3: 'import { H3 } from "h3"; const app = new H3(); app.get("/", () => ({ hello: "world" })); export default app.fetch;',
  "zod alone, z.object": 'import { z } from "zod"; export default z.object({ id: z.int() });',
};

const rows = [];
for (const [name, contents] of Object.entries(APPS)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: BENCHMARKS, loader: "js" },
    bundle: true,
    splitting: false,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  });
  const bytes = outputFiles[0].contents;
  rows.push([name, kilobytes(bytes.length), kilobytes(gzipSync(bytes, { level: 9 }).length)]);
}
console.log(table(["bundled by esbuild, minified", "kB", "kB gzip"], rows));
