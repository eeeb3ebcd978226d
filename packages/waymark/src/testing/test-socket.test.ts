import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { createClient } from "../client/index.ts";
import { dependency } from "../dependency.ts";
import { HttpError } from "../http/http-error.ts";
import { cookie, header, path, query, request, response } from "../inputs/index.ts";
import { socket } from "../realtime/socket.ts";
import { testClient } from "./test-client.ts";

const Message = z.object({ text: z.string() });
const log: string[] = [];
const logged: unknown[] = [];

function newApp(): App {
  const app = new App({
    logger: { error: (_, details) => void logged.push(details), warn: () => undefined },
  });
  const opened = dependency({}, function* opened() {
    yield 1;
    log.push("cleaned up");
  });
  app.add({
    method: "WEBSOCKET",
    path: "/rooms/{room}",
    endpoint: socket(
      {
        input: { room: path(z.string()), name: query(z.string().min(1)), opened },
        receive: Message,
        send: Message,
        protocols: ["chat.v2", "chat.v1"],
      },
      async function room({ room, name, connection }) {
        await connection.send({ text: `${name} in ${room}` });
        for await (const { text } of connection) await connection.send({ text: text.toUpperCase() });
        log.push(`${connection.ended!.by} ${connection.ended!.code} ${connection.ended!.reason}`);
      },
    ),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/echo",
    endpoint: socket({ maxMessage: 10 }, async function echo({ connection }) {
      for await (const message of connection) await connection.send(message);
    }),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/brief",
    endpoint: socket({}, ({ connection }) => {
      void connection.send("bye");
      connection.close(4001, "enough");
    }),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/broken",
    endpoint: socket({}, async ({ connection }) => {
      await connection.receive();
      throw new Error("the cause");
    }),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/guarded",
    endpoint: socket(
      {
        input: {
          user: dependency(
            { input: { token: header(z.string().optional(), { name: "authorization" }) } },
            ({ token }) => token ?? HttpError.throw(401),
          ),
        },
      },
      async ({ user, connection }) => {
        await connection.send(user);
      },
    ),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/cookies",
    endpoint: socket(
      { input: { seen: cookie(z.string().default("none")), request: request(), response: response() } },
      async ({ seen, response, request, connection }) => {
        await connection.send(`${seen} ${request.remoteAddress} ${connection.remoteAddress}`);
        void response;
      },
    ),
  });
  app.add({
    method: "WEBSOCKET",
    path: "/silent",
    endpoint: socket({ heartbeat: 5 }, async ({ connection }) => {
      await connection.receive();
    }),
  });
  app.get("/page", () => "a page");
  return app;
}

describe("a socket", () => {
  it("talks both ways, and tells its end", async () => {
    log.length = 0;
    await using client = await testClient(newApp());
    const room = await client.socket("/rooms/lobby?name=ada", { protocols: ["chat.v1", "chat.v0"] });
    expect(room.protocol).toBe("chat.v1");
    expect(await room.receiveJson()).toEqual({ text: "ada in lobby" });
    room.sendJson({ text: "hello" });
    expect(await room.receive()).toBe('{"text":"HELLO"}');
    expect(await room.close(3001, "done")).toEqual({ code: 3001, reason: "done" });
    await expect.poll(() => log).toEqual(["client 3001 done", "cleaned up"]);
    room.sendJson({ text: "nobody hears" });
    expect(await room.receive()).toBeUndefined();
    await expect(room.receiveJson()).rejects.toThrow(
      "no message came: the connection was closed with 3001 (done)",
    );
  });

  it("carries bytes as they are", async () => {
    await using client = await testClient(newApp());
    const echo = await client.socket("/echo");
    const bytes = Uint8Array.of(1, 2, 3);
    echo.send(bytes);
    bytes[0] = 9;
    expect(await echo.receive()).toEqual(Uint8Array.of(1, 2, 3));
    echo.send(bytes);
    await expect(echo.receiveJson()).rejects.toThrow("the message is bytes");
  });

  it("gives what comes until it ends, and what came before the end", async () => {
    await using client = await testClient(newApp());
    const brief = await client.socket("/brief");
    const seen: unknown[] = [];
    for await (const message of brief) seen.push(message);
    expect(seen).toEqual(["bye"]);
    expect(await brief.closed).toEqual({ code: 4001, reason: "enough" });
  });

  it("ends with 1009 for a message that is too large, and with 1008 for one that does not fit", async () => {
    await using client = await testClient(newApp());
    const echo = await client.socket("/echo");
    echo.send("ü".repeat(6));
    expect((await echo.closed).code).toBe(1009);
    const room = await client.socket("/rooms/lobby", { query: { name: "ada" } });
    await room.receive();
    room.sendJson({ text: 1 });
    expect(await room.closed).toMatchObject({
      code: 1008,
      reason: expect.stringContaining("text") as string,
    });
  });

  it("throws what its function threw, which the log has too", async () => {
    logged.length = 0;
    await using client = await testClient(newApp());
    const broken = await client.socket("/broken");
    broken.send("go");
    await expect(broken.receive()).rejects.toThrow("the cause");
    expect((await broken.closed).code).toBe(1011);
    expect(logged).toMatchObject([{ message: "the cause" }]);
    const quiet = await client.socket("/broken", { throwErrors: false });
    quiet.send("go");
    expect(await quiet.receive()).toBeUndefined();
  });

  it("is refused with the reply", async () => {
    await using client = await testClient(newApp());
    await expect(client.socket("/guarded")).rejects.toMatchObject({ name: "SocketRefused", status: 401 });
    await expect(client.socket("/rooms/lobby?name=")).rejects.toThrow(
      /^GET \/rooms\/lobby\?name= was answered 422: .*Too small/,
    );
    await expect(client.socket("/nowhere")).rejects.toMatchObject({ status: 404 });
    await expect(client.socket("/page")).rejects.toMatchObject({ status: 200 });
    const refused = (await client.socket("/guarded").catch((error: unknown) => error)) as {
      response: Response;
    };
    expect(await refused.response.json()).toMatchObject({ status: 401 });
    const guarded = await client.socket("/guarded", { headers: { authorization: "ada" } });
    expect(await guarded.receive()).toBe("ada");
  });

  it("has the client's cookies, header fields and address", async () => {
    await using client = await testClient(newApp(), { remoteAddress: "192.0.2.7" });
    client.cookies.set("seen", "yes");
    expect(await (await client.socket("/cookies")).receive()).toBe("yes 192.0.2.7 192.0.2.7");
    expect(
      await (await client.socket("ws://localhost/cookies", { cookies: { seen: "own" } })).receive(),
    ).toContain("own ");
  });

  it("is not waited for in vain, and answers pings meanwhile", async () => {
    await using client = await testClient(newApp());
    const silent = await client.socket("/silent", { timeout: 40 });
    await expect(silent.receive()).rejects.toThrow("no message came within 40 ms");
    await expect(silent.closed).rejects.toThrow("the connection did not end within 40 ms");
  });

  it("ends with its client, which is gone then", async () => {
    log.length = 0;
    {
      await using client = await testClient(newApp());
      await client.socket("/rooms/lobby?name=ada");
    }
    await expect.poll(() => log).toEqual(["client 1001 ", "cleaned up"]);
  });

  it("refuses codes that no client can send", async () => {
    await using client = await testClient(newApp());
    await using echo = await client.socket("/echo");
    await expect(echo.close(1006)).rejects.toThrow(RangeError);
  });

  it("holds back what a function does not take yet", async () => {
    const slow = new App();
    const taken: unknown[] = [];
    let go!: () => void;
    const gone = new Promise<void>((resolve) => (go = resolve));
    slow.add({
      method: "WEBSOCKET",
      path: "/",
      endpoint: socket({}, async ({ connection }) => {
        await gone;
        for await (const message of connection) taken.push(message);
      }),
    });
    await using client = await testClient(slow);
    const socketOf = await client.socket("/");
    for (let i = 0; i < 300; i++) socketOf.send(String(i));
    go();
    await expect.poll(() => taken.length).toBe(300);
    expect(taken).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  });

  it("is reached below a mount", async () => {
    const outer = new App();
    outer.mount("/inner", newApp());
    await using client = await testClient(outer);
    const room = await client.socket("/inner/rooms/lobby?name=ada");
    expect(await room.receiveJson()).toEqual({ text: "ada in lobby" });
  });
});

describe("the typed client", () => {
  it("opens sockets in this process", async () => {
    const app = new App();
    const talk = socket(
      { input: { room: path(z.string()) }, receive: Message, send: Message },
      async function talk({ room, connection }) {
        for await (const { text } of connection) await connection.send({ text: `${room}: ${text}` });
      },
    );
    const api = { talk: app.route(talk, { "WEBSOCKET /rooms/{room}": {} }) };
    await using client = await testClient(app);
    const typed = createClient(api, { app: client, webSocket: client.webSocket });
    const connection = await typed.talk.connect({ room: "lobby" });
    connection.send({ text: "hello" });
    expect(await connection.receive()).toEqual({ text: "lobby: hello" });
    expect(await connection.close()).toEqual({ code: 1000, reason: "" });
  });

  it("hears that none was made where the application cannot be asked", async () => {
    const app = new App({ logger: { error: () => undefined, warn: () => undefined } });
    const api = { talk: app.route(socket({}, () => undefined), { "WEBSOCKET /rooms": {} }) }; // prettier-ignore
    const client = await testClient(app);
    const typed = createClient(api, { app: client, webSocket: client.webSocket });
    await client[Symbol.asyncDispose]();
    await expect(typed.talk.connect()).rejects.toThrow("could not be reached");
    const events: string[] = [];
    const made = client.webSocket("ws://localhost/rooms", { protocols: [], headers: {} });
    made.addEventListener("error", () => events.push("error"));
    const closed = new Promise((resolve) => made.addEventListener("close", resolve));
    expect(await closed).toEqual({ code: 1006, reason: "" });
    expect(events).toEqual(["error"]);
  });
});
