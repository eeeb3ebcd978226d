// Sockets of applications that are mounted in others.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { path } from "../inputs/path.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import { compression } from "../middleware/compression.ts";
import { middleware } from "../middleware/middleware.ts";
import { requestId } from "../middleware/request-id.ts";
import { timeout } from "../middleware/timeout.ts";
import { apiKey } from "../security/api-key.ts";
import { closeFrame, frame, handshake, RawWebSocket, TEXT } from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";
import { echo, errors, log, newApp, noted, SERVERS, until, up } from "./serving.fixture.ts";

describe.each(SERVERS)("on %s, a socket of a mounted application", (_, server) => {
  it("gives a WebSocket, also to what came before the handshake was over", async () => {
    const inner = newApp();
    inner.websocket("/echo", echo);
    const app = newApp();
    app.mount("/inner", inner);
    const client = new RawWebSocket((await up(app, server)).port).write(
      Buffer.concat([Buffer.from(handshake("/inner/echo"), "latin1"), frame(TEXT, "early")]),
    );
    expect(await client.head()).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=$/m);
    expect((await client.frame(0)).payload.toString()).toBe("early");
    client.write(frame(TEXT, "late"));
    expect((await client.frame(1)).payload.toString()).toBe("late");
    client.write(closeFrame(1000, "bye"));
    expect(await client.closing()).toEqual({ code: 1000, reason: "bye" });
    await until(() => log.includes("over"));
    expect(errors).toEqual([]);
  });

  it("sees the path below the mount, beside a GET of the same shape, and below mounts of mounts", async () => {
    const rooms = socket(
      { input: { room: path(z.string()), asked: request() }, protocols: ["v2"] },
      ({ room, asked, connection }) =>
        connection.send(`${room} ${asked.base} ${asked.path} ${connection.protocol}`),
    );
    const innermost = newApp();
    innermost.websocket("/rooms/{room}", rooms);
    innermost.get(
      "/rooms/{room}",
      endpoint({ input: { room: path(z.string()) } }, () => "a page"),
    );
    const inner = newApp();
    inner.mount("/b", innermost);
    const app = newApp();
    app.mount("/a", inner);
    const { url, port } = await up(app, server);
    const client = await RawWebSocket.open(port, "/a/b/rooms/1%2F2", { "Sec-WebSocket-Protocol": "v1, v2" });
    expect((await client.frame(0)).payload.toString()).toBe("1/2 /a/b /rooms/1%2F2 v2");
    expect(await client.closing()).toMatchObject({ code: 1000 });
    expect(await (await fetch(`${url}/a/b/rooms/1`)).json()).toBe("a page");
  });

  it("lies within the guards and the middleware around the mount", async () => {
    const inner = newApp();
    inner.use(({ response: head }, next) => {
      head.headers.set("x-inner", "1");
      return next();
    });
    inner.websocket("/echo", echo);
    const app = newApp();
    app.use(requestId({ generate: () => "r-1" }));
    app.use(compression());
    app.use(timeout(50));
    app.use(middleware({ after: ({ response: head }) => head.headers.set("x-status", String(head.status)) }));
    const key = apiKey({ in: "query", name: "key" });
    const member = dependency({ input: { key, head: response() } }, ({ key: given, head }) => {
      if (given !== "ada") throw new HttpError(403, "Not a member");
      head.headers.append("set-cookie", "seen=1");
    });
    app.mount("/inner", inner, { dependencies: [member] });
    const { port } = await up(app, server);

    const client = await RawWebSocket.open(port, "/inner/echo?key=ada");
    const fields = (await client.head()).split("\r\n");
    expect(fields).toEqual(
      expect.arrayContaining(["x-inner: 1", "x-request-id: r-1", "x-status: 101", "set-cookie: seen=1"]),
    );
    // longer than the time-out, which is over with the handshake
    await new Promise((resolve) => setTimeout(resolve, 120));
    client.write(frame(TEXT, "still here"));
    expect((await client.frame(0)).payload.toString()).toBe("still here");
    client.destroy();

    const refused = new RawWebSocket(port).write(handshake("/inner/echo?key=bob"));
    expect(await refused.head()).toMatch(/^HTTP\/1.1 403 /);
    await until(() => log.includes("over"));
    expect(errors).toEqual([]);
  });

  it.each([
    ["/inner/nowhere", {}, 404],
    ["/inner/posts", {}, 405],
    ["/inner/rooms/x", {}, 422],
    ["/inner/rooms/1", { "Sec-WebSocket-Version": "8" }, 426],
    ["/inner/rooms/1", { Origin: "https://elsewhere.example" }, 403],
    ["/inner/page", {}, 200],
  ])("%s with %j is an ordinary %i where it is refused", async (where, fields, status) => {
    const inner = newApp();
    inner.websocket(
      "/rooms/{room}",
      socket({ input: { room: path(z.int()) } }, () => void log.push("function")),
    );
    inner.post("/posts", () => 1);
    inner.get("/page", () => "page");
    const app = newApp();
    app.mount("/inner", inner);
    const client = new RawWebSocket((await up(app, server)).port).write(handshake(where, fields as {}));
    expect(await client.head()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await client.closing();
    expect(log).toEqual([]);
  });

  it("is over before what lies around the mount is cleaned up", async () => {
    const inner = newApp();
    inner.websocket(
      "/talk",
      socket({ input: { inside: noted("inside") } }, async ({ connection }) => {
        for await (const message of connection) log.push(String(message));
      }),
    );
    const app = newApp();
    const task = dependency({ input: { head: response() } }, ({ head }) =>
      head.after(() => void log.push("task")),
    );
    app.mount("/inner", inner, { dependencies: [noted("guard"), task] });
    const client = await RawWebSocket.open((await up(app, server)).port, "/inner/talk");
    client.write(frame(TEXT, "message"), closeFrame(1000));
    await client.closing();
    await until(() => log.includes("guard down"));
    expect(log).toEqual(["guard up", "inside up", "message", "inside down", "task", "guard down"]);
  });

  it("is not made where something around the mount answers otherwise; everything is cleaned up", async () => {
    const inner = newApp();
    inner.websocket(
      "/talk",
      socket({ input: { inside: noted("inside") } }, () => void log.push("function")),
    );
    const app = newApp();
    app.mount("/inner", inner, {
      dependencies: [noted("guard")],
      middleware: [middleware({ after: () => reply(503, "not now") })],
    });
    const client = new RawWebSocket((await up(app, server)).port).write(handshake("/inner/talk"));
    expect(await client.head()).toMatch(/^HTTP\/1.1 503 /);
    await client.closing();
    expect(client.body).toBe('"not now"');
    await until(() => log.includes("guard down"));
    expect(log).toEqual([
      "guard up",
      "inside up",
      "inside sees Error: another reply was sent in the place of the handshake",
      "guard down",
    ]);
  });

  it("of a client that leaves at once leaves nothing behind", async () => {
    const inner = newApp();
    inner.websocket(
      "/talk",
      socket({ input: { inside: noted("inside") } }, async ({ connection }) => {
        for await (const message of connection) log.push(String(message));
      }),
    );
    const app = newApp();
    app.mount("/inner", inner, { dependencies: [noted("guard")] });
    const { port } = await up(app, server);
    for (let i = 0; i < 20; i++) {
      const client = new RawWebSocket(port).write(handshake("/inner/talk"));
      if (i % 2 === 0) await client.head();
      client.reset();
      await client.closed;
    }
    const count = (what: string): number => log.filter((each) => each.startsWith(what)).length;
    await until(() => count("guard down") + count("guard sees") === count("guard up"));
    expect(count("inside down") + count("inside sees")).toBe(count("inside up"));
    expect(count("guard up")).toBeGreaterThanOrEqual(10);
  });

  it("is closed with 1001 when the server stops, and waited for", async () => {
    const inner = newApp();
    inner.websocket("/echo", echo);
    const app = newApp();
    app.mount("/inner", inner);
    const running = await up(app, server);
    const client = await RawWebSocket.open(running.port, "/inner/echo");
    const stopped = running.close();
    expect(await client.closing()).toEqual({ code: 1001, reason: "The server is going away" });
    await stopped;
    expect(log).toEqual(["over"]);
  });

  it("is had from no handler that speaks fetch alone: its own answer counts", async () => {
    const inner = newApp();
    inner.websocket("/echo", echo);
    const app = newApp();
    app.websocket("/echo", echo);
    app.mount("/fetched", (asked) => inner.fetch(asked));
    app.mount("/plain", () => new Response("plain"));
    const { port } = await up(app, server);
    const answer = async (where: string): Promise<string> => {
      const client = new RawWebSocket(port).write(handshake(where));
      return (await client.head()).slice(0, 12);
    };
    expect([await answer("/fetched/echo"), await answer("/plain/echo"), await answer("/echo")]).toEqual([
      "HTTP/1.1 501",
      "HTTP/1.1 200",
      "HTTP/1.1 101",
    ]);
  });
});
