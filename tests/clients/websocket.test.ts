// WebSockets with clients that are not ours: the library `ws`, undici, and the WebSocket of Node.
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as Undici } from "undici";
import { App, path, serve, socket, type Running } from "waymark";
import { WebSocket as Ws } from "ws";
import { z } from "zod";

const echo = socket({}, async function echo({ connection }) {
  for await (const message of connection) await connection.send(message);
});
const echoCompressed = socket({ compress: true }, async function echoCompressed({ connection }) {
  for await (const message of connection) await connection.send(message);
});
const Message = z.object({ text: z.string() });
const shout = socket(
  { input: { room: path(z.string()) }, receive: Message, send: Message, protocols: ["v2", "v1"] },
  async function shout({ room, connection }) {
    for await (const { text } of connection) {
      if (text === "bye") return connection.close(4000, "as you like");
      await connection.send({ text: `${room} ${connection.protocol} ${text.toUpperCase()}` });
    }
  },
);

const app = new App({ openapi: false, logger: { error() {}, warn() {} } });
app.websocket("/echo", echo);
app.websocket("/compressed", echoCompressed);
app.websocket("/rooms/{room}", shout);

/** What all of these clients share: the interface of browsers. */
type Client = new (url: string, protocols?: string[]) => WebSocket;
const CLIENTS: [name: string, client: Client][] = [
  ["ws", Ws as unknown as Client],
  ["undici", Undici as unknown as Client],
];
if ("WebSocket" in globalThis) CLIENTS.push(["Node", globalThis.WebSocket]);

describe.each(["wire", "node-http"] as const)("on %s", (server) => {
  let running: Running;
  let url = "";
  beforeAll(async () => {
    running = await serve(app, { port: 0, signals: false, server });
    url = running.url.replace("http", "ws");
  });
  afterAll(() => running.close());

  describe.each(CLIENTS)("the client %s", (_, Client) => {
    const opened = (where: string, protocols?: string[]): Promise<WebSocket> =>
      new Promise((resolve, reject) => {
        const client = new Client(url + where, protocols);
        client.binaryType = "arraybuffer";
        client.onopen = () => resolve(client);
        client.onerror = () => reject(new Error("refused"));
      });
    const answer = (client: WebSocket, message: string | Uint8Array<ArrayBuffer>): Promise<unknown> =>
      new Promise((resolve, reject) => {
        client.onmessage = ({ data }) => resolve(data);
        client.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
        client.send(message);
      });
    const closed = (client: WebSocket): Promise<[number, string, boolean]> =>
      new Promise((resolve) => {
        client.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean]);
      });

    // The sizes at which the head of a frame changes, and where one read does not hold it any more.
    const SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000, 1_048_576];
    it.each(SIZES)("gets messages of %i bytes back as they were", async (size) => {
      // What cannot be compressed grows by it, and may then be more than is allowed.
      for (const where of size > 1_000_000 ? ["/echo"] : ["/echo", "/compressed"]) {
        const client = await opened(where);
        const bytes = new Uint8Array(randomBytes(size));
        const back = new Uint8Array((await answer(client, bytes)) as ArrayBuffer);
        expect(digest(back)).toBe(digest(bytes));
        const text = "aé€😀".repeat(size / 10);
        expect(await answer(client, text)).toBe(text);
        client.close();
      }
    });

    it("gets many messages back in their order", async () => {
      const client = await opened("/echo");
      const got: unknown[] = [];
      await new Promise<void>((resolve) => {
        client.onmessage = ({ data }) => got.push(data) === 500 && resolve();
        for (let i = 0; i < 500; i++) client.send(String(i));
      });
      expect(got).toEqual(Array.from({ length: 500 }, (__, i) => String(i)));
      const end = closed(client);
      client.close(1000, "done");
      expect(await end).toEqual([1000, "done", true]);
    });

    it("speaks JSON under a subprotocol, and hears how it ends", async () => {
      const client = await opened("/rooms/a%20b", ["v1", "v2"]);
      expect(client.protocol).toBe("v2");
      expect(await answer(client, '{"text":"grüße"}')).toBe('{"text":"a b v2 GRÜSSE"}');
      const end = closed(client);
      client.send('{"text":"bye"}');
      expect(await end).toEqual([4000, "as you like", true]);
    });

    it("hears what is wrong with its message", async () => {
      const client = await opened("/rooms/1");
      const end = closed(client);
      client.send('{"text":1}');
      expect(await end).toEqual([1008, "text: Invalid input: expected string, received number", true]);
    });

    it("is refused where there is nothing", async () => {
      await expect(opened("/nowhere")).rejects.toThrow("refused");
    });
  });

  it("is 426 to clients that ask for something else", async () => {
    const response = await fetch(`${running.url}/echo`);
    expect(response.status).toBe(426);
  });
});

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
