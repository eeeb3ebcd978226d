// The framework as an edge runtime has it: bundled for the web, where there is no process, no module of Node, and no
// code can be made from strings. Every command of the examples' README is answered there by `app.fetch`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import type { App, serve } from "waymark";
import { ask } from "../markdown/ask.ts";
import { blocks, questions } from "../markdown/blocks.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const fileOf = (of = ""): string => (of.endsWith(".ts") ? of : `${of}/app.ts`);
/** Express is written for Node, files of a disk are served where there is one, and `fetch` tells no client's address to count by. */
const NOT_HERE = ["with-express-and-hono/app.ts", "single-page-app/app.ts", "guarded-api/app.ts"];
const asked = blocks(readFileSync(`${examples}README.md`, "utf8"))
  .flatMap(({ text }) => questions(text))
  .filter(({ of }) => !NOT_HERE.includes(fileOf(of)));

/** What the web gives every runtime (WinterTC's minimum common API), as far as it is asked for. */
const WEB = {
  AbortController,
  AbortSignal,
  Blob,
  CompressionStream,
  DOMException,
  DecompressionStream,
  FormData,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  TransformStream,
  URL,
  URLSearchParams,
  atob,
  btoa,
  clearTimeout,
  console,
  clearInterval,
  crypto,
  performance,
  queueMicrotask,
  setInterval,
  setTimeout,
  structuredClone,
};

const bundled = await build({
  stdin: {
    contents: [
      ...[...new Set(asked.map(({ of }) => fileOf(of)))].map(
        (file) => `export { default as ${JSON.stringify(file)} } from "./${file}";`,
      ),
      'export { App, serve } from "waymark";',
    ].join("\n"),
    resolveDir: examples,
    loader: "ts",
  },
  bundle: true,
  write: false,
  metafile: true,
  platform: "browser",
  format: "iife",
  globalName: "bundle",
  conditions: ["@waymark/source"],
  define: { "import.meta.url": '"https://bundle.example/"' },
});
const context = createContext({ ...WEB }, { codeGeneration: { strings: false, wasm: false } });
runInContext(bundled.outputFiles[0]!.text, context);
const bundle = runInContext("bundle", context) as Record<string, App> & { serve: typeof serve };

describe("a bundle for the edge", () => {
  it("holds no module of Node and none of the drivers", () => {
    const inputs = Object.keys(bundled.metafile.inputs);
    expect(inputs.some((path) => path.endsWith("server/fetch-exchange.ts"))).toBe(true);
    expect(inputs.filter((path) => /^node:|\/wire\/|server\/(node|bun|deno)|\/cli\//.test(path))).toEqual([]);
  });

  it("runs where there is no process and no code from strings", () => {
    expect(runInContext("typeof process + typeof require + typeof Buffer", context)).toBe(
      "undefinedundefinedundefined",
    );
    expect(() => runInContext('new Function("return 1")', context)).toThrow(/Code generation/);
  });

  it.each(asked)("answers $command ($of)", async (question) => {
    const app = bundle[fileOf(question.of)]!;
    const request = (where: string, init: RequestInit = {}): Promise<Response> =>
      app.fetch(new Request(`http://localhost${where}`, init));
    expect(await ask({ request } as unknown as App, question)).toBe(question.answer);
  });

  it("says what serve cannot do there", async () => {
    await expect(bundle.serve({ handle: () => undefined })).rejects.toThrow(
      "This runtime has no sockets to listen on: export the application's fetch",
    );
  });
});
