// WebSockets through the gateway: the chat in the gateway's own process, and as a service of the network.
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type Running } from "waymark";
import { WebSocket } from "ws";
import chat from "../../examples/chat/app.ts";
import { Folder, GatewayProcess, root } from "./gateway-process.ts";

/** Everything about the chat but where it is. */
const SETTINGS = `
title: Talk
policies:
  - limit: { rate: 1000/min, by: ip }
`;

/** Somebody who talks: what they were told, in order. */
class Talker {
  readonly socket: WebSocket;
  readonly news: object[] = [];

  private constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (data: Buffer) => this.news.push(JSON.parse(String(data)) as object));
    this.socket.on("error", () => undefined);
  }

  static async join(url: string): Promise<Talker> {
    const talker = new Talker(url);
    await once(talker.socket, "open");
    return talker;
  }

  /** All that they were told, once there is as much. */
  async heard(count: number): Promise<object[]> {
    while (this.news.length < count)
      await once(this.socket, "message", { signal: AbortSignal.timeout(10_000) });
    return this.news;
  }

  say(text: string): void {
    this.socket.send(JSON.stringify({ text }));
  }

  async leave(): Promise<number> {
    const closed = once(this.socket, "close");
    this.socket.close(1000);
    const [code] = (await closed) as [number];
    return code;
  }
}

/** What a handshake that is refused is answered. */
async function refused(url: string): Promise<number> {
  const socket = new WebSocket(url);
  socket.on("error", () => undefined);
  const [request, response] = (await once(socket, "unexpected-response")) as [
    { destroy(): void },
    { statusCode: number },
  ];
  request.destroy();
  return response.statusCode;
}

describe.each(["in the gateway's process", "on the network"])("the chat %s", { timeout: 60_000 }, (where) => {
  let running: Running | undefined;
  let folder: Folder;
  let gateway: GatewayProcess;
  let url = "";
  beforeAll(async () => {
    if (where === "on the network") running = await serve(chat, { port: 0, signals: false });
    const spec = running === undefined ? `ts:${root}/examples/chat/app.ts` : `${running.url}/openapi.json`;
    folder = new Folder({
      "gateway.yaml": `${SETTINGS}services:\n  chat: { spec: "${spec}", mount: /talk }\n`,
    });
    gateway = await GatewayProcess.start(folder.path);
    url = gateway.url.replace("http", "ws");
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop("SIGKILL");
    await running?.close();
    folder?.remove();
  });

  it("passes on what is said, and who comes and goes", async () => {
    const ada = await Talker.join(`${url}/talk/rooms/lobby?name=Ada`);
    const bob = await Talker.join(`${url}/talk/rooms/lobby?name=Bob`);
    bob.say("Hello, Ada \u{1f44b}");
    expect(await ada.heard(3)).toEqual([
      { kind: "joined", name: "Ada" },
      { kind: "joined", name: "Bob" },
      { kind: "said", name: "Bob", text: "Hello, Ada \u{1f44b}" },
    ]);
    const members = await fetch(`${gateway.url}/talk/rooms/lobby`);
    expect(await members.json()).toEqual(["Ada", "Bob"]);
    expect(await bob.leave()).toBe(1000);
    expect((await ada.heard(4)).at(-1)).toEqual({ kind: "left", name: "Bob" });
    expect(await ada.leave()).toBe(1000);
  });

  it("passes on why the service closes", async () => {
    const ada = await Talker.join(`${url}/talk/rooms/shed?name=Ada`);
    const other = new WebSocket(`${url}/talk/rooms/shed?name=Ada`);
    const [code, reason] = (await once(other, "close")) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4409, "Somebody in shed is called Ada"]);
    ada.socket.send("no JSON");
    const [wrong] = (await once(ada.socket, "close")) as [number];
    expect(wrong).toBe(1007);
  });

  it("has the older path as well", async () => {
    const old = await Talker.join(`${url}/talk/channels/attic?nick=Eve`);
    expect(await old.heard(1)).toEqual([{ kind: "joined", name: "Eve" }]);
    await old.leave();
  });

  it("refuses handshakes by an ordinary reply", async () => {
    expect(await refused(`${url}/talk/nowhere`)).toBe(404);
    expect(await refused(`${url}/talk/rooms/lobby`)).toBe(422);
  });

  it("is in the log once it has ended", async () => {
    const ada = await Talker.join(`${url}/talk/rooms/log?name=Ada`);
    await ada.leave();
    await expect
      .poll(() => gateway.log(), { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ path: "/talk/rooms/log", status: 101, service: "chat" }));
  });

  it("keeps connections over a change of the configuration", async () => {
    const ada = await Talker.join(`${url}/talk/rooms/stay?name=Ada`);
    const spec = running === undefined ? `ts:${root}/examples/chat/app.ts` : `${running.url}/openapi.json`;
    folder.write(
      "gateway.yaml",
      `${SETTINGS}services:\n  chat: { spec: "${spec}", mount: { path: /talk, aliases: [/chat] } }\n`,
    );
    await gateway.tells(/taken: gateway\.yaml/);
    const bob = await Talker.join(`${url}/chat/rooms/stay?name=Bob`);
    bob.say("Still there?");
    expect((await ada.heard(3)).at(-1)).toEqual({ kind: "said", name: "Bob", text: "Still there?" });
    ada.say("Of course");
    expect((await bob.heard(3)).at(-1)).toEqual({ kind: "said", name: "Ada", text: "Of course" });
  });

  // last: both talkers are told that it ends
  it("tells those who are connected when it stops", async () => {
    const ada = await Talker.join(`${url}/talk/rooms/end?name=Ada`);
    const closed = once(ada.socket, "close");
    expect(await gateway.stop("SIGTERM")).toBe(0);
    await closed;
  });
});
