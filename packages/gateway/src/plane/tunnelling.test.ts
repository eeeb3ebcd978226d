import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { describe, expect, test } from "vitest";
import { HttpError } from "waymark/internal";
import {
  answering,
  ask,
  closing,
  DRIVERS,
  eventually,
  gatewayFor,
  get,
  kindOf,
  listening,
  OK,
  RawClient,
  rawUpstream,
  stepsOfKinds,
} from "./plane.fixture.ts";
import { operationOf, policyOf, serviceOf, snapshotOf, TIMEOUTS, upstreamOf } from "./snapshot.fixture.ts";

const operations = [
  operationOf("GET /ws/{room}", { target: "/sockets/{room}" }),
  operationOf("POST /ws/{room}"),
];

const IN_PROCESS = serviceOf(
  upstreamOf([], {
    discovery: {
      kind: "module",
      path: new URL("./module.fixture.ts", import.meta.url).pathname,
      export: "default",
    },
  }),
);

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
  const port = await listening(server, () => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  return { origin: `http://127.0.0.1:${port}`, sockets, asked };
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

  test("has an operation of its own beside a GET, and policies of its own", async () => {
    const { origin } = await echoing();
    const plain = await rawUpstream(answering(OK));
    const refusing = kindOf("closed", "authn", {
      run({ exchange }) {
        if (exchange.header("x-key") === undefined) throw new HttpError(401);
      },
    });
    const policies = [policyOf("authn", "closed")];
    const shop = serviceOf(upstreamOf([plain.origin]));
    const talk = serviceOf(upstreamOf([origin]), { name: "talk" });
    const snapshot = snapshotOf(shop, [
      operationOf("GET /both/{id}"),
      operationOf("WEBSOCKET /both/{room}", { service: "talk", target: "/sockets/{room}", policies }),
      operationOf("WEBSOCKET /alone", { service: "talk", target: "/sockets/b" }),
    ]);
    const { port, url } = await gatewayFor({ ...snapshot, services: { shop, talk } }, driver, {
      stepsOf: stepsOfKinds([refusing]),
    });
    expect(await ask(port, get("/both/a"), /ok$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await new RawClient(port).write(handshake("/both/a")).until(/\}$/)).toMatch(/^HTTP\/1\.1 401 /);
    const withKey = handshake("/both/a").replace("Host: a", "Host: a\r\nX-Key: 1");
    expect(await new RawClient(port).write(withKey).until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
    expect(await echo(await opened(`${url}/alone`), "hello")).toBe("hello");
    expect(plain.peers).toHaveLength(1);
  });

  test("that is all there is at a path is told of to who asks for a page", async () => {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("WEBSOCKET /alone")]),
      driver,
    );
    const told = await ask(port, get("/alone"), /\}$/);
    expect(told).toMatch(/^HTTP\/1\.1 426 /);
    expect(told).toMatch(/^upgrade: websocket\r$/im);
    expect(await ask(port, get("/alone").replace("GET", "POST"), /\}$/)).toMatch(
      /^HTTP\/1\.1 405 [^]*allow: GET, OPTIONS\r/i,
    );
    expect(upstream.peers).toHaveLength(0);
  });

  test.each(["elsewhere", "in this process"])(
    "does not begin with fields that a policy has spoilt: %s",
    async (where) => {
      const { origin, sockets } = await echoing();
      const policies = [policyOf("authz", "spoil")];
      const spoiling = kindOf("spoil", "authz", {
        run: ({ replyHeaders }) => void replyHeaders.set("x-note", "€"),
      });
      const { port, gateway } = await gatewayFor(
        where === "elsewhere"
          ? snapshotOf(serviceOf(upstreamOf([origin])), [operationOf("GET /sockets/a", { policies })])
          : snapshotOf(IN_PROCESS, [operationOf("GET /sockets/a", { target: "/echo", policies })]),
        driver,
        { stepsOf: stepsOfKinds([spoiling]) },
      );
      const client = new RawClient(port).write(handshake("/sockets/a"));
      expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 500 /);
      await eventually(() => gateway.active === 0 && sockets.size === 0);
    },
  );

  test("that an application in this process agrees to when its time is over is not one any more", async () => {
    const timeouts = { ...TIMEOUTS, total: 20 };
    const { port, gateway } = await gatewayFor(
      snapshotOf(IN_PROCESS, [operationOf("GET /slow", { timeouts }), operationOf("GET /hello/{name}")]),
      driver,
    );
    expect(await new RawClient(port).write(handshake("/slow")).until(/\}$/)).toMatch(/^HTTP\/1\.1 504 /);
    const { slowSocket } = await import("./module.fixture.ts");
    await slowSocket.over;
    expect(await ask(port, get("/hello/ada"), /\}$/)).toMatch(/^HTTP\/1\.1 200 /);
    expect(gateway.active).toBe(0);
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
