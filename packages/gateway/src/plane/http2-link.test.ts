import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createSecureServer, createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import type { Upstream } from "../snapshot.ts";
import { ask, closing, eventually, gatewayFor, get, listening, RawClient } from "./plane.fixture.ts";
import {
  type Loose,
  NO_RETRY,
  operationOf,
  serviceOf,
  snapshotOf,
  TIMEOUTS,
  upstreamOf,
} from "./snapshot.fixture.ts";

const everything = [operationOf("GET /{rest:path}"), operationOf("POST /{rest:path}")].map((operation) => ({
  ...operation,
  retry: NO_RETRY,
}));

function through(origin: string, timeouts: Upstream["timeouts"], changes: Loose<Upstream> = {}) {
  const operations = everything.map((operation) => ({ ...operation, timeouts }));
  const upstream = upstreamOf([origin], { protocol: "http2", timeouts, breaker: null, ...changes });
  return gatewayFor(snapshotOf(serviceOf(upstream), operations));
}

/** A service behind a wire that can lose everything on the connections that it has, without a word to anybody. */
async function behindWire(): Promise<{ port: number; lose(): void }> {
  const service = createHttp2Server((request, response) =>
    request.on("end", () => response.writeHead(200, { "content-length": 4 }).end("here")).resume(),
  );
  const to = await listening(service as unknown as Server);
  const pairs = new Set<[Socket, Socket]>();
  const wire = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    pairs.add([client, upstream]);
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
    client.on("close", () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  return {
    port: await listening(wire, () => {
      wire.close();
      for (const [client] of pairs) client.destroy();
    }),
    lose() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause();
        upstream.unpipe(client).pause();
      }
    },
  };
}

test("a connection that was lost without a word is given up after one request, not when the network says so", async () => {
  const { port: behind, lose } = await behindWire();
  const { port } = await through(`http://127.0.0.1:${behind}`, {
    ...TIMEOUTS,
    connect: 200,
    firstByte: 300,
  });
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/here$/);
  lose();
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/^HTTP\/1\.1 504 /);
  await expect.poll(() => ask(port, get("/"), /here|\}$/), { timeout: 10_000 }).toMatch(/here$/);
});

test("also where the whole time of the request was over first", async () => {
  const { port: behind, lose } = await behindWire();
  const { port } = await through(`http://127.0.0.1:${behind}`, {
    ...TIMEOUTS,
    connect: 200,
    total: 300,
  });
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/here$/);
  lose();
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/^HTTP\/1\.1 504 /);
  await expect.poll(() => ask(port, get("/"), /here|\}$/), { timeout: 10_000 }).toMatch(/here$/);
});

test("a body that nobody takes any more is not sent for ever", async () => {
  const { port: behind, lose } = await behindWire();
  const { port } = await through(`http://127.0.0.1:${behind}`, {
    ...TIMEOUTS,
    connect: 200,
    idle: 300,
  });
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/here$/);
  lose();
  const size = 900_000;
  const head = `POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${size}\r\n\r\n`;
  expect(await ask(port, head + "x".repeat(size), /\}$/)).toMatch(/^HTTP\/1\.1 504 /);
});

test("an attempt to connect that takes too long leaves no socket behind", async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined).resume()));
  const { port } = await through(`https://127.0.0.1:${await listening(silent)}`, {
    ...TIMEOUTS,
    connect: 200,
  });
  expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 504 /);
  await expect
    .poll(() => sockets.length > 0 && sockets.every(({ closed }) => closed), { timeout: 5000 })
    .toBe(true);
});

test("who waits is refused where a connection cannot be made, for a file of its TLS is being replaced", async () => {
  const folder = closing(mkdtempSync(join(tmpdir(), "waymark-h2-")), (each) =>
    rmSync(each, { recursive: true }),
  );
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, TEST_CERTIFICATE.cert);
  const sessions = new Set<ServerHttp2Session>();
  const asked: string[] = [];
  const server = createSecureServer({ ...TEST_CERTIFICATE, settings: { maxConcurrentStreams: 1 } });
  server.on("session", (session) => sessions.add(session.on("error", () => undefined)));
  server.on("stream", (stream, { ":path": path = "" }) => {
    asked.push(path);
    stream.on("error", () => undefined);
    if (path === "/") {
      stream.respond({ ":status": 200, "content-length": 4 });
      stream.end("here");
    }
  });
  const origin = `https://127.0.0.1:${await listening(server as unknown as Server)}`;
  const { port, gateway } = await through(origin, TIMEOUTS, {
    pool: { ...upstreamOf([]).pool, connections: 1 },
    tls: { verify: true, serverName: "localhost", ca, cert: null, key: null },
  });
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/here$/);
  const first = new RawClient(port).write(get("/hangs"));
  await eventually(() => asked.includes("/hangs"));
  const waiting = new RawClient(port).write(get("/waits"));
  await eventually(() => gateway.active === 2);
  rmSync(ca);
  for (const session of sessions) session.destroy();
  for (const client of [first, waiting]) expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 502 /);
  expect(asked).not.toContain("/waits");
  writeFileSync(ca, TEST_CERTIFICATE.cert);
  expect(await ask(port, get("/"), /here|\}$/)).toMatch(/here$/);
});
