import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { MOST_WRITTEN } from "../wire/outbox.ts";
import { NodeHttpConnection } from "./node-http-connection.ts";
import { PartsExchange } from "./parts-exchange.ts";

const HEAD = { path: "/", search: "", authority: undefined, bodyLength: 0 };
const BYTES = Buffer.from(Uint8Array.from({ length: 3 * MOST_WRITTEN + 5 }, (_, i) => i % 251));
const TEXT = "é".repeat(MOST_WRITTEN);

test.each([
  ["bytes", "GET", BYTES, BYTES],
  ["text", "GET", TEXT, Buffer.from(TEXT)],
  ["a small reply", "GET", "small", Buffer.from("small")],
  ["HEAD", "HEAD", BYTES, Buffer.alloc(0)],
])("a reply in parts is the same reply: %s", async (_what, method, payload, expected) => {
  const server = createServer((request, response) => {
    const connection = new NodeHttpConnection(request.socket, 0, undefined);
    const exchange = new PartsExchange(request, response, HEAD, connection, { draining: false }, false);
    exchange.status = 200;
    exchange.payload = payload;
    void exchange.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const reply = await fetch(`http://127.0.0.1:${port}/`, { method });
    expect(Number(reply.headers.get("content-length"))).toBe(Buffer.byteLength(payload));
    expect(Buffer.from(await reply.arrayBuffer()).equals(expected)).toBe(true);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
