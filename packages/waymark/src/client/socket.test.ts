import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { contract } from "../contract/index.ts";
import { header, path, query } from "../inputs/index.ts";
import { socket } from "../realtime/socket.ts";
import { bearer } from "../security/bearer.ts";
import { serve, type Running } from "../server/serve.ts";
import { createClient, type WebSocketFactory } from "./index.ts";

const Said = z.object({ say: z.string() });
const chat = contract.socket(
  { input: { room: path(z.string()), nick: query(z.string().default("nobody")) }, receive: Said, send: Said },
  { "WEBSOCKET /rooms/{room}": {}, "WEBSOCKET /channels/{channel}": { bind: { nick: "as" } } },
);
const raw = contract.socket({ protocols: ["echo"] }, { "WEBSOCKET /raw": {} });

const app = new App({ logger: { error: () => undefined, warn: () => undefined } });
app.route(
  socket(chat, async function chatting({ room, nick, connection }) {
    for await (const { say } of connection) {
      if (say === "bye") return connection.close(4000, "bye");
      await connection.send({ say: `${nick}@${room}: ${say}` });
    }
    return undefined;
  }),
  chat.routes,
);
app.route(
  socket(raw, async ({ connection }) => {
    for await (const message of connection) await connection.send(message);
  }),
  raw.routes,
);
const guarded = app.route(
  socket(
    { input: { token: bearer(), trace: header(z.string()) }, send: z.string() },
    async ({ token, trace, connection }) => {
      await connection.send(`${token} ${trace}`);
    },
  ),
  { "WEBSOCKET /guarded": {} },
);

const webSocket: WebSocketFactory = (url, { protocols, headers }) =>
  new WebSocket(url, protocols, { headers });

describe("a socket", () => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(app, { port: 0, signals: false });
  });
  afterAll(() => running.close());
  const clientOf = (options = {}) =>
    createClient({ chat, raw, guarded }, { baseUrl: running.url, webSocket, ...options });

  it("talks in messages, on any of its routes", async () => {
    const client = clientOf();
    const room = await client.chat.connect({ room: "a/b", nick: "ada" });
    room.send({ say: "1" });
    room.send({ say: "2" });
    expect([await room.receive(), await room.receive()]).toEqual([
      { say: "ada@a/b: 1" },
      { say: "ada@a/b: 2" },
    ]);
    expect(await room.close()).toEqual({ code: 1000, reason: "" });
    const channel = await client.chat
      .via("WEBSOCKET /channels/{channel}")
      .connect({ room: "x", nick: "bob" });
    channel.send({ say: "3" });
    channel.send({ say: "bye" });
    const got: unknown[] = [];
    for await (const message of channel) got.push(message);
    expect(got).toEqual([{ say: "bob@x: 3" }]);
    expect(await channel.closed).toEqual({ code: 4000, reason: "bye" });
    channel.send({ say: "goes nowhere" });
    expect(await channel.receive()).toBeUndefined();
  });

  it("talks in text and bytes without schemas", async () => {
    const echo = await clientOf().raw.connect();
    expect(echo.protocol).toBe("echo");
    echo.send("text");
    echo.send(Uint8Array.of(1, 2));
    expect([await echo.receive(), await echo.receive()]).toEqual(["text", Uint8Array.of(1, 2)]);
    await echo.close();
  });

  it("sends credentials and header fields where it can, and says where it cannot", async () => {
    const hidden = await clientOf({ auth: "ada" }).guarded.connect({ trace: "7" });
    expect(await hidden.receive()).toBe("ada 7");
    await hidden.closed;
    const original = globalThis.WebSocket as unknown;
    Object.assign(globalThis, { WebSocket: class {} });
    try {
      const platform = createClient({ guarded }, { baseUrl: running.url });
      await expect(platform.guarded.connect({ trace: "7" })).rejects.toThrow(
        "the platform's WebSocket sends no header fields (trace): give createClient 'webSocket'",
      );
    } finally {
      Object.assign(globalThis, { WebSocket: original });
    }
  });

  it("needs a network", async () => {
    await expect(createClient({ chat }, { app }).chat.connect({ room: "1" })).rejects.toThrow(
      "has no sockets: serve it",
    );
  });

  it("tells when it is refused, late or given up", async () => {
    const { hostname, port } = new URL(running.url);
    await expect(clientOf().guarded.connect({ trace: "7" })).rejects.toMatchObject({
      kind: "network",
      message: `GET http://${hostname}:${port}/guarded was refused, or could not be reached`,
    });
    const controller = new AbortController();
    const opening = clientOf().chat.connect({ room: "1" }, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });
});
