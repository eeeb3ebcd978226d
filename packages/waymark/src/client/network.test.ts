// What only a real network shows: `fetch` of the platform, and the servers.
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { body, cookie, header, path, query } from "../inputs/index.ts";
import { events } from "../outputs/events.ts";
import { bearer } from "../security/bearer.ts";
import { serve, type Running } from "../server/serve.ts";
import { createClient } from "./index.ts";

const seen = { ended: 0 };
const app = new App({ logger: { error: () => undefined, warn: () => undefined } });
const api = {
  echo: app.route(
    endpoint(
      {
        input: {
          id: path(z.string()),
          text: query(z.string()),
          trace: header(z.string()),
          theme: cookie(z.string().optional()),
          token: bearer(),
        },
      },
      (values) => values,
    ),
    { "GET /echo/{id}": {} },
  ),
  upload: app.route(
    endpoint({ input: { bytes: body.stream() } }, async ({ bytes }) => {
      let size = 0;
      for await (const piece of bytes) size += piece.length;
      return size;
    }),
    { "PUT /bytes": {} },
  ),
  look: app.route(
    endpoint({ input: { filter: body(z.object({ n: z.int() })) } }, ({ filter }) => filter.n),
    {
      "QUERY /look": {},
    },
  ),
  follow: app.route(
    endpoint({ output: events(z.int()) }, async function* () {
      try {
        for (let n = 0; ; n++) {
          yield n;
          await wait(1);
        }
      } finally {
        seen.ended++;
      }
    }),
    { "GET /follow": {} },
  ),
};

describe.each(["wire", "node-http"] as const)("over %s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(app, { port: 0, server, signals: false });
  });
  afterAll(() => running.close());
  const client = (): ReturnType<typeof createClient<typeof api>> =>
    createClient(api, { baseUrl: running.url, auth: "ada" });

  it("values arrive as they were given", async () => {
    const values = { id: "a/b %2F é", text: "x&y=1 +#", trace: "t é", theme: "dark; é" };
    expect(await client().echo(values)).toEqual({ ...values, token: "ada" });
  });

  it("bodies are streamed, and sent by any method", async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 100; i++) yield new Uint8Array(1000);
    }
    expect(await client().upload({ bytes: pieces() })).toBe(100_000);
    expect(await client().look({ filter: { n: 7 } })).toBe(7);
  });

  it("a stream ends on the server when it is left, and when it is given up", async () => {
    seen.ended = 0;
    for await (const n of await client().follow()) if (n === 2) break;
    const controller = new AbortController();
    const reading = (async () => {
      for await (const n of await client().follow({}, { signal: controller.signal }))
        if (n === 2) controller.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
    while (seen.ended < 2) await wait(1);
    expect(seen.ended).toBe(2);
  });

  it("nobody there is a network error", async () => {
    const nobody = createClient(api, { baseUrl: "http://127.0.0.1:1", retry: { attempts: 1, delay: 0 } });
    await expect(nobody.look({ filter: { n: 1 } })).rejects.toMatchObject({
      kind: "network",
      message: expect.stringContaining("QUERY http://127.0.0.1:1/look could not be asked") as string,
    });
  });
});
