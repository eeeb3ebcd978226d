// The typed client in a browser: a page imports client and contracts, bundled for the web, and talks to an application that
// is served. Their size is told, and bounded.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type BuildResult } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { App, endpoint, event, reply, serve, socket, type Running } from "waymark";
import type { Client } from "waymark/client";
import { hasBrowser, launchBrowser } from "../../packages/waymark/src/docs/browser.fixture.ts";
import * as contracts from "./client-contracts.ts";

const { chat, echo, follow, lines, upload } = contracts;

/** What the page has as a global. */
type Typed = Client<typeof contracts>;

const here = fileURLToPath(new URL(".", import.meta.url));

async function bundle(contents: string): Promise<BuildResult<{ metafile: true; write: false }>> {
  return build({
    stdin: { contents, resolveDir: here, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    conditions: ["@waymark/source"],
  });
}

const sized = async (contents: string): Promise<number> => {
  const { outputFiles, metafile } = await bundle(contents);
  const text = outputFiles[0]!.contents;
  const modules = Object.keys(metafile.inputs).map((path) => path.replace(/^.*waymark\/src\//, ""));
  expect(
    modules.filter((path) => /^(?:app|service|server\/|plan\/|wire\/|openapi\/|realtime\/|node:)/.test(path)),
  ).toEqual([]);
  const zipped = gzipSync(text, { level: 9 }).length;
  console.info(`${contents.slice(0, 60)}…: ${text.length} bytes, ${zipped} compressed`);
  return zipped;
};

describe("a bundle", () => {
  it("of the client is small, and has nothing of the server", async () => {
    expect(await sized('export { createClient } from "waymark/client";')).toBeLessThan(10_500);
  });

  it("of contracts as well", async () => {
    expect(
      await sized('export { contract, path, query, body, events } from "waymark/contract";'),
    ).toBeLessThan(3_200);
    expect(await sized('export * from "waymark/contract";')).toBeLessThan(4_200);
  });
});

const app = new App({ openapi: false });
app.route(
  endpoint(echo, (values) => values),
  echo.routes,
);
app.route(
  endpoint(upload, async ({ photo, note }) => ({ name: photo.name, size: photo.size, note })),
  upload.routes,
);
app.route(
  endpoint(lines, async function* ({ to }) {
    for (let n = 1; n <= to; n++) yield { n };
  }),
  lines.routes,
);
const asked: (string | undefined)[] = [];
app.route(
  endpoint(follow, async function* ({ since }) {
    asked.push(since);
    const from = Number(since ?? 0) + 1;
    for (let n = from; n < from + 2; n++) yield event({ data: { n }, id: String(n), retry: 1 });
  }),
  follow.routes,
);
app.route(
  socket(chat, async ({ room, connection }) => {
    for await (const { say } of connection) await connection.send({ say: `${room}: ${say}` });
  }),
  chat.routes,
);
app.get("/", () =>
  reply.html('<!doctype html><title>Client</title><script type="module" src="/page.js"></script>'),
);

describe.skipIf(!hasBrowser)("the client in a browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let running: Running;
  let page: Page;
  beforeAll(async () => {
    const { outputFiles } = await bundle(`
      import { createClient, ClientError } from "waymark/client";
      import * as contracts from "./client-contracts.ts";
      Object.assign(globalThis, { client: createClient(contracts), ClientError });`);
    const script = outputFiles[0]!.text;
    app.get("/page.js", () => new Response(script, { headers: { "content-type": "text/javascript" } }));
    running = await serve(app, { port: 0, signals: false });
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(running.url);
    await page.waitForFunction(() => "client" in globalThis);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await running?.close();
  });

  it("calls by main route and alias, and knows its errors", async () => {
    const said = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: Typed };
      return [
        await client.echo({ id: "a/b é", tags: ["x", "y"], filter: { low: 1 }, trace: "t" }),
        await client.echo.via("GET /alias/{other}")({ id: "1" }),
        await client.echo
          .safe({ id: "1", n: 0.5 })
          .then((result) => (result.ok ? 0 : [result.status, result.error.errors[0]!.name])),
      ];
    });
    expect(said).toEqual([
      { id: "a/b é", n: 1, tags: ["x", "y"], filter: { low: 1 }, trace: "t" },
      { id: "1", n: 7 },
      [422, "n"],
    ]);
  });

  it("sends files", async () => {
    const said = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: Typed };
      return client.upload({ photo: new File(["12345"], "me.png"), note: "n" });
    });
    expect(said).toEqual({ name: "me.png", size: 5, note: "n" });
  });

  it("reads lines, and events over several connections", async () => {
    const said = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: Typed };
      const got: number[] = [];
      for await (const { n } of await client.lines({ to: 3 })) got.push(n);
      for await (const { n } of await client.follow({}, { reconnect: true })) if (got.push(n) === 8) break;
      return got;
    });
    expect(said).toEqual([1, 2, 3, 1, 2, 3, 4, 5]);
    expect(asked.slice(0, 3)).toEqual([undefined, "2", "4"]);
  });

  it("talks over the platform's own WebSocket", async () => {
    const said = await page.evaluate(async () => {
      const { client } = globalThis as unknown as { client: Typed };
      const room = await client.chat.connect({ room: "r" });
      room.send({ say: "hello" });
      return [await room.receive(), await room.close()];
    });
    expect(said).toEqual([{ say: "r: hello" }, { code: 1000, reason: "" }]);
  });
});
