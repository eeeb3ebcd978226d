import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Running } from "waymark";
import { corpus } from "./corpus.ts";
import { gatewayBefore } from "./gateway-before.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY"];
const PATIENCE = 400;

/** Everything that one connection of the gateway has sent. */
interface Recorded {
  bytes: Buffer[];
}
const recorded: Recorded[] = [];
const servers: { close(): unknown }[] = [];
const sockets = new Set<Socket>();
let gateway: Running;

/** An upstream that reads as little as it can: it answers every head, whatever stands in it. */
beforeAll(async () => {
  const upstream = createServer((socket) => {
    sockets.add(socket);
    const record: Recorded = { bytes: [] };
    recorded.push(record);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      record.bytes.push(bytes);
      clearTimeout(timer);
      timer = setTimeout(
        () => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
        15,
      );
    });
    let timer: NodeJS.Timeout | undefined;
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  servers.push(upstream);
  gateway = await gatewayBefore((upstream.address() as AddressInfo).port, METHODS);
});
afterAll(async () => {
  await gateway.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

async function send(raw: Buffer, fin: boolean): Promise<void> {
  const { connect } = await import("node:net");
  await new Promise<void>((resolve) => {
    const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
    const done = (): void => {
      clearTimeout(patience);
      clearTimeout(quiet);
      socket.destroy();
      resolve();
    };
    let quiet: NodeJS.Timeout | undefined;
    const patience = setTimeout(done, PATIENCE);
    socket
      .on("error", () => undefined)
      .on("end", done)
      .on("close", done);
    socket.on("data", () => {
      clearTimeout(quiet);
      quiet = setTimeout(done, 40);
    });
    socket.write(raw);
    if (fin) socket.end();
  });
}

/** What Node's strict parser reads in the bytes of one connection; the error where they are no requests of HTTP. */
async function reread(
  bytes: Buffer,
): Promise<{ requests: { method: string; url: string; fields: string[] }[]; error: string | undefined }> {
  const requests: { method: string; url: string; fields: string[] }[] = [];
  let error: string | undefined;
  const server = createHttpServer({ insecureHTTPParser: false }, (request, response) => {
    requests.push({ method: request.method ?? "", url: request.url ?? "", fields: request.rawHeaders });
    request.resume();
    request.on("error", () => undefined);
    response.end();
  });
  server.on("clientError", (failure: NodeJS.ErrnoException, socket) => {
    if (failure.code !== "ECONNRESET" && failure.code !== "HPE_INVALID_EOF_STATE")
      error ??= failure.code ?? failure.message;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { connect } = await import("node:net");
  await new Promise<void>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket
      .on("error", () => undefined)
      .on("close", () => resolve())
      .resume();
    socket.end(bytes);
  });
  server.closeAllConnections();
  server.close();
  return { requests, error };
}

/** What a request for a WebSocket has to have. */
const isHandshake = (line: string): boolean =>
  line === "connection: upgrade" || line === "upgrade: websocket";

describe.each(["hostile_http.jsonl.gz", "llhttp_requests.jsonl.gz"])("%s through the gateway", (file) => {
  test("reaches the upstream as clean requests, or not at all", async () => {
    recorded.length = 0;
    const rows = corpus(file);
    const queue = rows.values();
    const worker = async (): Promise<void> => {
      for (const { raw_b64, fin } of queue) await send(Buffer.from(raw_b64, "base64"), fin ?? false);
    };
    await Promise.all(Array.from({ length: 24 }, worker));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const wrong: unknown[] = [];
    let count = 0;
    for (const { bytes } of recorded) {
      const all = Buffer.concat(bytes);
      const { requests, error } = await reread(all);
      count += requests.length;
      const lines = all.toString("latin1").split("\r\n\r\n")[0]!.toLowerCase().split("\r\n");
      const faults = [
        ...(error === undefined ? [] : [error]),
        // One connection was answered by one reply, which closed it: a second request was smuggled.
        ...(requests.length > 1 ? [`${requests.length} requests`] : []),
        ...(lines.filter((line) => line.startsWith("host:")).length === 1 ? [] : ["not one Host"]),
        ...(lines.filter((line) => /^(content-length|transfer-encoding):/.test(line)).length <= 1
          ? []
          : ["framed twice"]),
        ...(lines.some(
          (line) =>
            !isHandshake(line) &&
            /^(connection|keep-alive|te|upgrade|trailer|proxy-connection|expect):/.test(line),
        )
          ? ["a field of another hop"]
          : []),
        ...(requests.some(({ url }) => /\/\.\.?(?:\/|$)|\/\/|%2f|%5c|%00|[\\#]/i.test(url.split("?")[0]!))
          ? ["a path of two readings"]
          : []),
      ];
      if (faults.length > 0) wrong.push({ faults, sent: all.toString("latin1").slice(0, 400) });
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(10);
  }, 120_000);
});
