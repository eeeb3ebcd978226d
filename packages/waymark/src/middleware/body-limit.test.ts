import { request as send } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { body, request } from "../inputs/index.ts";
import { Router } from "../routing/router.ts";
import { serve, type Running, type ServerName } from "../server/serve.ts";
import { appWith } from "./app.fixture.ts";
import { bodyLimit } from "./body-limit.ts";

const json = endpoint({ input: { text: body(z.string()) } }, ({ text }) => ({ length: text.length }));
const raw = endpoint({ input: { request: request() } }, async ({ request }) => ({
  length: (await request.bytes()).length,
}));
const stream = endpoint({ input: { request: request() } }, async ({ request }) => {
  let length = 0;
  for await (const piece of request.stream()) length += piece.length;
  return { length };
});
const web = endpoint({ input: { request: request() } }, async ({ request }) => ({
  length: (await request.webRequest.arrayBuffer()).byteLength,
}));

/** What the application allows, and what its routers and routes say in its place. */
const LIMITS = { app: 3000, used: 2000, less: 100, more: 9000 };

function application(): ReturnType<typeof appWith> {
  const app = appWith([bodyLimit(LIMITS.used)], { limits: { body: LIMITS.app } });
  const kinds = { json, raw, stream, web };
  for (const [kind, fn] of Object.entries(kinds)) {
    app.post(`/used/${kind}`, fn as typeof raw);
    app.post(`/less/${kind}`, fn as typeof raw, { middleware: [bodyLimit(LIMITS.less)] });
    const more = new Router({ prefix: "/more", middleware: [bodyLimit(LIMITS.more)] });
    more.post(`/${kind}`, fn as typeof raw);
    app.include(more);
  }
  return app;
}

function status(port: number, path: string, size: number, chunked: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const payload = `"${"a".repeat(size - 2)}"`;
    const headers: Record<string, string> = { "content-type": "application/json" };
    headers[chunked ? "transfer-encoding" : "content-length"] = chunked ? "chunked" : String(size);
    const sent = send(
      { port, host: "127.0.0.1", path, method: "POST", headers, agent: false },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode!));
      },
    );
    sent.on("error", reject);
    sent.write(payload.slice(0, size / 2));
    sent.end(payload.slice(size / 2));
  });
}

const CELLS = (["used", "less", "more"] as const).flatMap((where) =>
  ["json", "raw", "stream", "web"].flatMap((kind) =>
    [false, true].flatMap((chunked) =>
      [-1, 0, 1].map((beyond) => ({
        path: `/${where}/${kind}`,
        size: LIMITS[where] + beyond,
        chunked,
        fits: beyond < 1,
      })),
    ),
  ),
);

describe.each<ServerName>(["wire", "node-http"])("body limits on %s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(application(), { port: 0, host: "127.0.0.1", signals: false, server });
  });
  afterAll(() => running.close());

  it("hold to the byte, by length and by chunks, whoever reads", async () => {
    const wrong: unknown[] = [];
    for (const cell of CELLS) {
      const found = await status(running.port, cell.path, cell.size, cell.chunked);
      if (found !== (cell.fits ? 200 : 413)) wrong.push({ ...cell, found });
    }
    expect(wrong).toEqual([]);
    expect(CELLS.length).toBe(72);
  });
});

describe("a body limit", () => {
  it("is in the document of routes that read a body", () => {
    const app = appWith([bodyLimit(2000)], { openapi: "/openapi.json" });
    app.post("/a", json);
    app.get("/a", () => 1);
    app.post("/b", json, { middleware: [bodyLimit(10)] });
    const { paths } = app.openapi();
    expect(Object.keys(paths["/a"]!.get!.responses)).toEqual(["200"]);
    expect(paths["/a"]!.post!.responses["413"]).toMatchObject({
      description: "The body is larger than 2000 bytes",
    });
    expect(paths["/b"]!.post!.responses["413"]).toMatchObject({
      description: "The body is larger than 10 bytes",
    });
  });

  it("may be none at all", async () => {
    const app = appWith([bodyLimit(Infinity)], { limits: { body: 10 } });
    app.post("/a", raw);
    expect(await (await app.request("POST /a", { body: "a".repeat(5000) })).json()).toEqual({ length: 5000 });
  });

  it.each([0, -1, Number.NaN, "1mb"])("cannot be %s", (bytes) => {
    expect(() => bodyLimit(bytes as number)).toThrow("bodyLimit takes a number of bytes from 1");
  });
});
