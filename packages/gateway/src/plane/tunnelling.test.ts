import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { describe, expect, test } from "vitest";
import {
  answering,
  closing,
  DRIVERS,
  eventually,
  gatewayFor,
  OK,
  RawClient,
  rawUpstream,
} from "./plane.fixture.ts";
import { operationOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

const operations = [
  operationOf("GET /ws/{room}", { target: "/sockets/{room}" }),
  operationOf("POST /ws/{room}"),
];

async function echoing(): Promise<{ origin: string; sockets: Set<WebSocket>; asked: string[] }> {
  const server = createServer();
  const sockets = new Set<WebSocket>();
  const asked: string[] = [];
  const webSockets = new WebSocketServer({ server, handleProtocols: () => "chat" });
  webSockets.on("connection", (socket, request) => {
    asked.push(`${request.url} ${String(request.headers["x-forwarded-for"])}`);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(server, () => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, asked };
}

async function opened(url: string): Promise<WebSocket> {
  const socket = closing(new WebSocket(url.replace("http", "ws"), ["chat"]), (each) => each.terminate());
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}
const echo = (socket: WebSocket, message: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    socket.once("message", (data: Buffer) => resolve(data.toString()));
    socket.send(message);
  });

describe.each(DRIVERS)("a WebSocket (%s)", (driver) => {
  test("is a tunnel, byte by byte, and closes as it was closed", async () => {
    const { origin, sockets, asked } = await echoing();
    const { url, gateway } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([origin])), operations),
      driver,
    );
    const socket = await opened(`${url}/ws/a?b=1`);
    expect(socket.protocol).toBe("chat");
    expect(asked).toEqual(["/sockets/a?b=1 127.0.0.1"]);
    expect(await echo(socket, "hello")).toBe("hello");
    const large = Buffer.alloc(3e6, "abcdefg");
    expect(await echo(socket, large)).toBe(large.toString());
    expect(gateway.active).toBe(1);
    socket.close(4001, "bye");
    const [code] = await new Promise<[number]>((resolve) =>
      socket.once("close", (given) => resolve([given])),
    );
    expect(code).toBe(4001);
    await eventually(() => gateway.active === 0 && sockets.size === 0);
  });

  test.each(["client", "upstream"])("whose %s is cut off is cut off at the other end too", async (who) => {
    const { origin, sockets } = await echoing();
    const { url, gateway } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([origin])), operations),
      driver,
    );
    const socket = await opened(`${url}/ws/a`);
    await echo(socket, "x");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    if (who === "client") socket.terminate();
    else for (const each of sockets) each.terminate();
    await closed;
    await eventually(() => gateway.active === 0 && sockets.size === 0);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  test("that the upstream refuses is answered as the upstream does", async () => {
    const upstream = await rawUpstream(answering("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
    const { port } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([upstream.origin])), operations),
      driver,
    );
    const client = new RawClient(port).write(handshake("/ws/a"));
    expect(await client.until(/no$/)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test("that no operation is for is not found, and one with a body is no WebSocket", async () => {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([upstream.origin])), operations),
      driver,
    );
    expect(await new RawClient(port).write(handshake("/nope")).until(/\}$/)).toMatch(/^HTTP\/1\.1 404 /);
    const posted = new RawClient(port).write(
      "POST /ws/a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n",
    );
    expect(await posted.until(/ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.peers[0]!.received).not.toMatch(/upgrade/i);
  });

  test("ends with the gateway", async () => {
    const { origin, sockets } = await echoing();
    const { url, close } = await gatewayFor(snapshotOf(serviceOf(upstreamOf([origin])), operations), driver);
    const socket = await opened(`${url}/ws/a`);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await close();
    await closed;
    await eventually(() => sockets.size === 0);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});

function handshake(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}
