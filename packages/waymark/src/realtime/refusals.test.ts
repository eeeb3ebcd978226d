// Requests that become no connection: each has an ordinary answer.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { apiKey } from "../security/api-key.ts";
import { handshake, RawWebSocket } from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";
import { echo, log, newApp, SERVERS, until, up } from "./serving.fixture.ts";

describe.each(SERVERS)("on %s", (_, server) => {
  describe("a request that becomes no connection", () => {
    const guarded = (app: App): void => {
      const key = apiKey({ in: "query", name: "key" });
      const member = dependency({ input: { key } }, ({ key: given }) => {
        log.push("guard");
        if (given !== "ada") throw new HttpError(403, "Not a member");
      });
      const rooms = socket(
        { input: { room: path(z.int()) }, dependencies: [member] },
        ({ room, connection }) => {
          log.push("function");
          return connection.send(String(room));
        },
      );
      app.websocket("/rooms/{room}", rooms);
    };
    const refused = async (port: number, where: string, fields?: object): Promise<[string, unknown]> => {
      const client = new RawWebSocket(port).write(handshake(where, { ...fields }));
      const head = await client.head();
      await client.closing();
      return [head, client.body === "" ? undefined : JSON.parse(client.body)];
    };

    it.each([
      ["/rooms/1", 401, { detail: "Not authenticated" }],
      ["/rooms/1?key=bob", 403, { detail: "Not a member" }],
      ["/rooms/x?key=ada", 422, { errors: [{ in: "path", name: "room" }] }],
      ["/rooms/%ff?key=ada", 400, {}],
      ["/nowhere", 404, {}],
      ["/posts", 405, {}],
    ])("%s is an ordinary %i", async (where, status, problem) => {
      const app = newApp();
      guarded(app);
      app.post("/posts", () => "posted");
      const [head, body] = await refused((await up(app, server)).port, where);
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toMatch(/^connection: close$/im);
      expect(body).toMatchObject({ status, ...problem });
      expect(log).not.toContain("function");
    });

    it("runs the GET of a path without a WEBSOCKET, streams included", async () => {
      const app = newApp();
      const pieces = async function* (): AsyncGenerator<string> {
        for (let i = 0; i < 50; i++) yield "x".repeat(20_000);
      };
      app.websocket("/echo", echo);
      app.get("/page", () => reply.stream(pieces(), "text/plain"));
      const client = new RawWebSocket((await up(app, server)).port).write(handshake("/page"));
      expect(await client.head()).toMatch(/^HTTP\/1.1 200 /);
      await client.closing();
      expect(client.body).toBe("x".repeat(1_000_000));
    });

    it.each([
      ["another version", { "Sec-WebSocket-Version": "8" }, 426],
      ["no version", { "Sec-WebSocket-Version": undefined }, 426],
      ["no key", { "Sec-WebSocket-Key": undefined }, 400],
      ["a key of another size", { "Sec-WebSocket-Key": "AAAA" }, 400],
      ["malformed protocols", { "Sec-WebSocket-Protocol": "a b" }, 400],
      ["a protocol twice", { "Sec-WebSocket-Protocol": "a, a" }, 400],
      ["a page of another origin", { Origin: "https://evil.example" }, 403],
      ["a page of no origin", { Origin: "null" }, 403],
      ["a page of a host that only begins alike", { Origin: "http://127.0.0.1.evil.example" }, 403],
    ])("%s is refused before any guard", async (_what, fields, status) => {
      const app = newApp();
      guarded(app);
      const [head] = await refused((await up(app, server)).port, "/rooms/1?key=ada", fields);
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      if (status === 426) expect(head).toMatch(/^sec-websocket-version: 13$/im);
      expect(log).toEqual([]);
    });

    it("is refused by middleware before, and by what it returns after", async () => {
      const app = newApp();
      app.use(async ({ request: asked }, next) => {
        if (asked.query.get("block") === "before") throw new HttpError(429, "Too many");
        await next();
        if (asked.query.get("block") === "after") return Response.json({ no: true }, { status: 409 });
        return undefined;
      });
      app.websocket("/echo", echo);
      const port = (await up(app, server)).port;
      expect((await refused(port, "/echo?block=before"))[0]).toMatch(/^HTTP\/1.1 429 /);
      expect(await refused(port, "/echo?block=after")).toMatchObject(
        [/^HTTP\/1.1 409 /, { no: true }].map((each) =>
          each instanceof RegExp ? (expect.stringMatching(each) as unknown) : each,
        ),
      );
      expect((await RawWebSocket.open(port, "/echo")).isOver).toBe(false);
    });

    it("sees error handlers, and dependencies are cleaned up", async () => {
      const app = newApp();
      app.onError(RangeError, () => Response.json({ handled: true }, { status: 418 }));
      const held = dependency({}, function* () {
        log.push("up");
        try {
          yield 1;
        } catch (error) {
          log.push(String(error));
          throw error;
        }
      });
      const fails = dependency({ input: { held } }, () => {
        throw new RangeError("no");
      });
      app.websocket(
        "/",
        socket({ input: { fails } }, () => undefined),
      );
      const [head, body] = await refused((await up(app, server)).port, "/");
      expect([head, body]).toEqual([expect.stringMatching(/^HTTP\/1.1 418 /), { handled: true }]);
      expect(log).toEqual(["up", "RangeError: no"]);
    });

    it("pages of the own host, and of those that are listed, may connect", async () => {
      const app = newApp();
      app.websocket(
        "/own",
        socket({}, () => undefined),
      );
      app.websocket(
        "/listed",
        socket({ origins: ["https://app.example"] }, () => undefined),
      );
      app.websocket(
        "/open",
        socket({ origins: "*" }, () => undefined),
      );
      const port = (await up(app, server)).port;
      const status = async (where: string, Origin: string): Promise<string> => {
        const client = new RawWebSocket(port).write(handshake(where, { Host: `127.0.0.1:${port}`, Origin }));
        return (await client.head()).slice(9, 12);
      };
      expect(await status("/own", `http://127.0.0.1:${port}`)).toBe("101");
      expect(await status("/own", `https://127.0.0.1:${port}`)).toBe("101");
      expect(await status("/own", "http://127.0.0.1:1")).toBe("403");
      expect(await status("/listed", "https://app.example")).toBe("101");
      expect(await status("/listed", `http://127.0.0.1:${port}`)).toBe("403");
      expect(await status("/open", "https://anywhere.example")).toBe("101");
    });

    it("without the fields of an upgrade it is 426, on every method that GET stands for", async () => {
      const app = newApp();
      app.websocket("/echo", echo);
      const port = (await up(app, server)).port;
      const ask = (method: string): Promise<Response> => fetch(`http://127.0.0.1:${port}/echo`, { method });
      expect((await ask("GET")).status).toBe(426);
      expect((await ask("HEAD")).status).toBe(426);
      const post = await ask("POST");
      expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, OPTIONS"]);
      const options = await ask("OPTIONS");
      expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, OPTIONS"]);
      const plain = new RawWebSocket(port).write(
        "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      );
      const head = await plain.head();
      expect(head).toMatch(/^upgrade: websocket$/im);
      expect(head).toMatch(/^connection: upgrade$/im);
    });

    it.each([
      [
        "a POST that names another protocol",
        "POST /posts HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\nContent-Length: 3\r\n\r\n[1]",
        '"posted"',
      ],
      [
        "a POST that asks for a WebSocket",
        "POST /posts HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\n[1]",
        '"posted"',
      ],
      [
        "a GET with a body",
        "GET /page HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\n[1]",
        '"page"',
      ],
      [
        "a GET for h2c",
        "GET /page HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n\r\n",
        '"page"',
      ],
    ])("%s is a request like any other", async (_what, bytes, answer) => {
      const app = newApp();
      app.websocket("/echo", echo);
      app.post("/posts", () => "posted");
      app.get("/page", () => "page");
      const client = new RawWebSocket((await up(app, server)).port).write(bytes);
      expect(await client.head()).toMatch(/^HTTP\/1.1 200 /);
      await client.closing();
      expect(client.body).toBe(answer);
    });

    it.each(["Content-Length: 200000", "Transfer-Encoding: chunked"])(
      "that names another protocol may have a body of any size that comes later (%s)",
      async (framing) => {
        const app = newApp();
        app.websocket("/echo", echo);
        const size = endpoint({ input: { text: body(z.string()) } }, ({ text }) => text.length);
        app.post("/size", size);
        const port = (await up(app, server)).port;
        const head = `POST /size HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`;
        const client = new RawWebSocket(port).write(head);
        await wait(30);
        const chunk = (text: string): string =>
          framing.startsWith("Content") ? text : `${text.length.toString(16)}\r\n${text}\r\n`;
        client.write(chunk(`"${"x".repeat(99_999)}`));
        await wait(30);
        client.write(chunk(`${"x".repeat(99_999)}"`));
        if (!framing.startsWith("Content")) client.write("0\r\n\r\n");
        expect(await client.head()).toMatch(/^HTTP\/1.1 200 /);
        await until(() => client.body !== "");
        expect(client.body).toBe("199998");
        // The connection goes on.
        client.write("GET /size HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await client.closing();
        expect(client.body).toContain("405");
      },
    );

    it("whose head is too large is refused", async () => {
      const app = newApp({ limits: { url: 100 } });
      app.websocket("/echo", echo);
      const [head] = await refused((await up(app, server)).port, `/echo?${"x".repeat(200)}`);
      expect(head).toMatch(/^HTTP\/1.1 414 /);
    });
  });
});

describe("without a server that can give one", () => {
  const app = newApp();
  app.websocket("/echo", echo);

  it.each([
    ["in memory", (headers: Record<string, string>) => app.request("/echo", { headers })],
    [
      "by fetch",
      (headers: Record<string, string>) => app.fetch(new Request("http://localhost/echo", { headers })),
    ],
    ["by its name", (headers: Record<string, string>) => app.request("WEBSOCKET /echo", { headers })],
  ])("%s a request is told what to do", async (_, ask) => {
    expect((await ask({})).status).toBe(426);
    const asked = await ask({ connection: "upgrade", upgrade: "websocket" });
    expect([asked.status, await asked.json()]).toMatchObject([
      501,
      { detail: expect.stringContaining("node-http") as string },
    ]);
  });
});
