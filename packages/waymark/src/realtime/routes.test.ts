// Routes of sockets as clients meet them, on every server of Node that gives them.
import { setTimeout as wait } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { constant } from "../inputs/constant.ts";
import { cookie } from "../inputs/cookie.ts";
import { given } from "../inputs/given.ts";
import { header } from "../inputs/header.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import { compression } from "../middleware/compression.ts";
import { etag } from "../middleware/etag.ts";
import { requestId } from "../middleware/request-id.ts";
import { securityHeaders } from "../middleware/security-headers.ts";
import { timeout } from "../middleware/timeout.ts";
import { Router } from "../routing/router.ts";
import { TEST_CERTIFICATE } from "../server/certificate.fixture.ts";
import { closeFrame, frame, handshake, RawWebSocket, TEXT } from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";
import { echo, log, newApp, SERVERS, until, up } from "./serving.fixture.ts";

describe.each(SERVERS)("on %s", (_, server) => {
  describe("a route of a socket", () => {
    it("gives a WebSocket, and what the client sends comes to the function", async () => {
      const app = newApp();
      app.websocket("/echo", echo);
      const client = await RawWebSocket.open((await up(app, server)).port, "/echo");
      expect(await client.head()).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
      client.write(frame(TEXT, "Grüße"), frame(2, Uint8Array.of(0, 255)));
      expect((await client.frame(0)).payload.toString()).toBe("Grüße");
      expect(await client.frame(1)).toEqual({ opcode: 2, reserved: 0, payload: Buffer.from([0, 255]) });
      client.write(closeFrame(1000, "bye"));
      expect(await client.closing()).toEqual({ code: 1000, reason: "bye" });
      await until(() => log.includes("over"));
    });

    it("gets what the client sent before it knew of its connection", async () => {
      const app = newApp();
      app.websocket("/echo", echo);
      const client = new RawWebSocket((await up(app, server)).port).write(
        Buffer.concat([Buffer.from(handshake("/echo"), "latin1"), frame(TEXT, "early")]),
      );
      expect((await client.frame(0)).payload.toString()).toBe("early");
      client.destroy();
    });

    it("stands beside a GET of the same shape: which runs is the client's word", async () => {
      const app = newApp();
      const rooms = socket({ input: { room: path(z.string()) } }, ({ room, connection }) =>
        connection.send(`socket ${room}`),
      );
      app.get(
        "/rooms/{room}",
        endpoint({ input: { room: path(z.string()) } }, ({ room }) => `page ${room}`),
      );
      app.websocket("/rooms/{room}", rooms);
      const port = (await up(app, server)).port;
      expect(await (await fetch(`http://127.0.0.1:${port}/rooms/1`)).json()).toBe("page 1");
      const client = await RawWebSocket.open(port, "/rooms/1");
      expect((await client.frame(0)).payload.toString()).toBe("socket 1");
      expect(await client.closing()).toEqual({ code: 1000, reason: "" });
    });

    it("serves several routes: leftover names, bind, constants, rename, prefixes", async () => {
      const tenant = dependency({ input: { tenantId: path(z.string()) } }, ({ tenantId }) => tenantId);
      const talk = socket(
        {
          input: { room: path(z.string()), kind: given<string>(), tenant, limit: query(z.int().default(5)) },
        },
        ({ room, kind, tenant: of, limit, connection }) => connection.send([of, kind, room, limit].join(" ")),
      );
      const tenants = new Router({ prefix: "/tenants/{tenantId}" });
      tenants.websocket("/rooms/{name}", talk, { bind: { kind: constant("room") } });
      const app = newApp();
      app.include(tenants);
      app.route(talk, {
        "WEBSOCKET /{tenantId}/lobby": {
          bind: { kind: constant("lobby"), room: constant("all"), limit: "max" },
        },
        "WEBSOCKET /orgs/{org}/{room}": { bind: { kind: constant("org") }, rename: { tenantId: "org" } },
      });
      const port = (await up(app, server)).port;
      const said = async (where: string): Promise<string> =>
        (await (await RawWebSocket.open(port, where)).frame(0)).payload.toString();
      expect(await said("/tenants/a/rooms/b%2Fc")).toBe("a room b/c 5");
      expect(await said("/a/lobby?max=7")).toBe("a lobby all 7");
      expect(await said("/orgs/o/r")).toBe("o org r 5");
    });

    it("reads query, headers and cookies of the request, and shows the request", async () => {
      const app = newApp();
      const show = socket(
        {
          input: {
            n: query(z.int()),
            userAgent: header(z.string()),
            sid: cookie(z.string()),
            request: request(),
          },
        },
        ({ n, userAgent, sid, request: { method, route }, connection }) =>
          connection.send([n + 1, userAgent, sid, method, route.method, route.template].join(" ")),
      );
      app.websocket("/show", show);
      const fields = { "User-Agent": "test", Cookie: "sid=s1" };
      const client = await RawWebSocket.open((await up(app, server)).port, "/show?n=1", fields);
      expect((await client.frame(0)).payload.toString()).toBe("2 test s1 GET WEBSOCKET /show");
    });

    it("sends the fields and cookies that were set, but none of the handshake's own", async () => {
      const app = newApp();
      app.use(async ({ response: head }, next) => {
        await next();
        head.headers.set("x-status", String(head.status));
      });
      app.websocket(
        "/",
        socket(
          {
            input: {
              head: dependency({ input: { head: response() } }, ({ head }) => {
                head.headers.set("sec-websocket-accept", "forged");
                head.headers.set("connection", "close");
                head.headers.append("set-cookie", "a=1");
                head.headers.append("set-cookie", "b=2");
              }),
            },
          },
          () => undefined,
        ),
      );
      const head = await (await RawWebSocket.open((await up(app, server)).port, "/")).head();
      expect(head).toMatch(/^x-status: 101$/m);
      expect(head.match(/^set-cookie: .*$/gm)).toEqual(["set-cookie: a=1", "set-cookie: b=2"]);
      expect(head.match(/^connection: .*$/gim)).toEqual(["Connection: Upgrade"]);
      expect(head).not.toContain("forged");
    });

    it("agrees on the subprotocol that the server likes best", async () => {
      const app = newApp();
      app.websocket(
        "/",
        socket({ protocols: ["chat.v2", "chat.v1"] }, ({ connection }) =>
          connection.send(`'${connection.protocol}'`),
        ),
      );
      const port = (await up(app, server)).port;
      const offer = async (...offered: string[]): Promise<[string | undefined, string]> => {
        const fields = offered.length === 0 ? {} : { "Sec-WebSocket-Protocol": offered.join(", ") };
        const client = await RawWebSocket.open(port, "/", fields);
        const line = /^sec-websocket-protocol: (.*)$/im.exec(await client.head())?.[1];
        return [line, (await client.frame(0)).payload.toString()];
      };
      expect(await offer("chat.v1", "chat.v2")).toEqual(["chat.v2", "'chat.v2'"]);
      expect(await offer("soap", "chat.v1")).toEqual(["chat.v1", "'chat.v1'"]);
      expect(await offer("soap")).toEqual([undefined, "''"]);
      expect(await offer()).toEqual([undefined, "''"]);
    });

    it("goes well with middleware of all kinds, and outlasts their deadlines", async () => {
      const app = newApp();
      app.use(requestId());
      app.use(securityHeaders());
      app.use(compression());
      app.use(etag());
      app.use(timeout(50));
      app.websocket("/echo", echo);
      const client = await RawWebSocket.open((await up(app, server)).port, "/echo");
      expect(await client.head()).toMatch(/^x-request-id: \S+$/im);
      await wait(100);
      client.write(frame(TEXT, "still here"));
      expect((await client.frame(0)).payload.toString()).toBe("still here");
    });

    it("is not asked twice on one connection: what follows a refusal is not read", async () => {
      const app = newApp();
      app.websocket("/echo", echo);
      const client = new RawWebSocket((await up(app, server)).port).write(
        handshake("/nowhere") + handshake("/echo"),
      );
      expect(await client.head()).toMatch(/^HTTP\/1.1 404 /);
      await client.closing();
      expect(client.body).not.toContain("101");
    });
  });

  it("serves TLS", async () => {
    const app = newApp();
    app.websocket("/echo", echo);
    const port = (await up(app, { ...server, tls: TEST_CERTIFICATE })).port;
    const tls = connectTls({ host: "127.0.0.1", port, ca: TEST_CERTIFICATE.cert, servername: "localhost" });
    const client = new RawWebSocket(port, tls).write(handshake("/echo"), frame(TEXT, "secret"));
    expect((await client.frame(0)).payload.toString()).toBe("secret");
    client.destroy();
  });
});

test("beside HTTP/2, clients of HTTP/1.1 get their WebSocket", async () => {
  const app = newApp();
  app.websocket("/echo", echo);
  const port = (await up(app, { http2: true, tls: TEST_CERTIFICATE })).port;
  const tls = connectTls({
    host: "127.0.0.1",
    port,
    ca: TEST_CERTIFICATE.cert,
    servername: "localhost",
    ALPNProtocols: ["http/1.1"],
  });
  const client = new RawWebSocket(port, tls).write(handshake("/echo"), frame(TEXT, "secret"));
  expect((await client.frame(0)).payload.toString()).toBe("secret");
  client.destroy();
});
