// The bytes of compressed replies, by the drivers that write bytes.
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { App } from "../app.ts";
import { reply } from "../http/reply.ts";
import { RawClient } from "../server/raw-client.fixture.ts";
import { serve, type Running } from "../server/serve.ts";
import { appWith } from "./app.fixture.ts";
import { compression } from "./compression.ts";
import { etag } from "./etag.ts";

const TEXT = "The same line, many times over.\n".repeat(2000);
let stopped = 0;

function target(): App {
  const app = appWith([compression(), etag()]);
  app.get("/whole", () => reply.text(TEXT));
  app.get("/tagged", () => reply.text(TEXT, { headers: { etag: '"v1"' } }));
  app.get("/pieces", () =>
    reply.stream(
      (async function* () {
        for (const each of TEXT.match(/[^]{1,5000}/g)!) yield each;
      })(),
      "text/plain",
    ),
  );
  app.get("/endless", () =>
    reply.stream(
      (async function* () {
        try {
          for (;;) yield `${Math.random()}`.repeat(1000);
        } finally {
          stopped++;
        }
      })(),
      "text/plain",
    ),
  );
  return app;
}

/** Head and body of the one reply on a connection, the chunks put together. */
async function ask(
  port: number,
  method: string,
  path: string,
  fields = "",
): Promise<{ head: string; body: Buffer }> {
  const client = new RawClient(port);
  client.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}Connection: close\r\n\r\n`);
  const text = await client.untilEnd();
  client.destroy();
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end).toLowerCase();
  const body = Buffer.from(text.slice(end + 4), "latin1");
  return { head, body: head.includes("transfer-encoding: chunked") ? unchunked(body) : body };
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16);
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

describe.each(["wire", "node-http"] as const)("%s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(target(), { port: 0, signals: false, server });
  });
  afterAll(() => running.close());
  const gzip = "Accept-Encoding: gzip\r\n";

  it("sends a whole body with its length", async () => {
    const { head, body } = await ask(running.port, "GET", "/whole", gzip);
    expect(head).toContain("content-encoding: gzip");
    expect(head).toContain(`content-length: ${body.length}`);
    expect(gunzipSync(body).toString()).toBe(TEXT);
  });

  it("sends a stream in chunks", async () => {
    const { head, body } = await ask(running.port, "GET", "/pieces", "Accept-Encoding: br\r\n");
    expect(head).toContain("content-encoding: br");
    expect(head).not.toContain("content-length");
    expect(brotliDecompressSync(body).toString()).toBe(TEXT);
  });

  it("sends HEAD the fields of GET and no byte of a body", async () => {
    const get = await ask(running.port, "GET", "/whole", gzip);
    const head = await ask(running.port, "HEAD", "/whole", gzip);
    const fields = (text: string): string => text.replace(/date: .*/, "");
    expect(fields(head.head)).toBe(fields(get.head));
    expect(head.body).toHaveLength(0);
    const stream = await ask(running.port, "HEAD", "/pieces", gzip);
    expect(stream.head).toContain("content-encoding: gzip");
    expect(stream.body).toHaveLength(0);
  });

  it("sends 304 without a body and without fields of one", async () => {
    const { head, body } = await ask(running.port, "GET", "/tagged", `If-None-Match: "v1"\r\n`);
    expect(head).toMatch(/^http\/1.1 304 /);
    expect(head).not.toMatch(/content-(?:type|length|encoding)/);
    expect(body).toHaveLength(0);
  });

  it("stops the source when the client leaves in the middle, and when it does not read", async () => {
    const before = stopped;
    const clients = Array.from({ length: 20 }, () => {
      const client = new RawClient(running.port);
      client.write(`GET /endless HTTP/1.1\r\nHost: localhost\r\n${gzip}\r\n`);
      return client;
    });
    await Promise.all(clients.map((client) => client.until(/\r\n\r\n[^]/)));
    for (const client of clients) client.pause();
    for (const client of clients) client.destroy();
    await expect.poll(() => stopped - before, { timeout: 5000 }).toBe(20);
  });
});
