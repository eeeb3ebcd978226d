// Sockets in several versions, by the drivers that have sockets.
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { App } from "./app.ts";
import { socket } from "./realtime/socket.ts";
import { serve, type Running } from "./server/serve.ts";
import type { Versions } from "./routing/versions.ts";

const says = (word: string) =>
  socket({ name: word }, async function say({ connection }) {
    await connection.send(word);
  });

function application(versions: Versions): App {
  const app = new App({ openapi: false, logger: { error() {}, warn() {} }, versions });
  app.websocket("/chat", says("one"), { version: "1" });
  app.websocket("/chat", says("two"), { version: "2" });
  app.get("/chat", () => "history", { version: "1" });
  app.websocket("/late", says("late"), { version: "2" });
  return app;
}

/** The first message, or the status that the handshake was answered with. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<string | number> {
  const client = new WebSocket(url, { headers });
  const refused = once(client, "unexpected-response").then(([, response]) => {
    client.terminate();
    return (response as { statusCode: number }).statusCode;
  });
  client.on("error", () => undefined);
  const said = once(client, "message").then(([data]) => String(data));
  said.catch(() => undefined);
  refused.catch(() => undefined);
  return Promise.race([said, refused]).finally(() => client.close());
}

describe.each(["wire", "node-http"] as const)("on %s", (server) => {
  const running: Running[] = [];
  let [header, path] = ["", ""];
  beforeAll(async () => {
    for (const versions of [
      { by: "header", list: ["1", "2"] },
      { by: "path", list: ["1", "2"] },
    ] as const)
      running.push(
        await serve(application(versions), { port: 0, host: "127.0.0.1", server, signals: false }),
      );
    [header = "", path = ""] = running.map(({ url }) => url.replace("http", "ws").replace(/\/$/, ""));
  });
  afterAll(() => Promise.all(running.map((each) => each.close())));

  it("a socket is chosen by a field of the request for it", async () => {
    expect(await ask(`${header}/chat`, { "api-version": "1" })).toBe("one");
    expect(await ask(`${header}/chat`, { "api-version": "2" })).toBe("two");
  });

  it("a socket is refused where the version is missing, unknown, or has none there", async () => {
    expect(await ask(`${header}/chat`)).toBe(400);
    expect(await ask(`${header}/chat`, { "api-version": "3" })).toBe(400);
    expect(await ask(`${header}/late`, { "api-version": "1" })).toBe(404);
    expect(await ask(`${header}/late`)).toBe(400);
  });

  it("a socket is chosen by its path", async () => {
    expect(await ask(`${path}/v1/chat`)).toBe("one");
    expect(await ask(`${path}/v2/chat`)).toBe("two");
    expect(await ask(`${path}/v1/late`)).toBe(404);
  });
});
