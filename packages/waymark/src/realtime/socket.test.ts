import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { reportRoutes } from "../cli/route-report.ts";
import { bearer } from "../security/bearer.ts";
import type { StartUpError } from "../start-up-error.ts";
import type { Connection } from "./connection.ts";
import { socket } from "./socket.ts";

const Message = z.object({ text: z.string() }).meta({ id: "Message" });

/** A connection without a network. */
function fakeConnection<In, Out>(messages: readonly In[]): Connection<In, Out> & { sent: Out[] } {
  const left = [...messages];
  const sent: Out[] = [];
  const receive = async (): Promise<In | undefined> => left.shift();
  return {
    sent,
    receive,
    send: async (message) => void sent.push(message),
    close: () => void left.splice(0),
    signal: new AbortController().signal,
    ended: undefined,
    protocol: "",
    remoteAddress: undefined,
    async *[Symbol.asyncIterator]() {
      for (let next = await receive(); next !== undefined; next = await receive()) yield next;
    },
  };
}

describe("a socket", () => {
  const chat = socket(
    { input: { room: path(z.string()) }, receive: Message, send: Message, summary: "Talk" },
    async function chat({ room, connection }) {
      for await (const { text } of connection) await connection.send({ text: `${room}: ${text}` });
    },
  );

  it("is a function that can be called by hand", async () => {
    const connection = fakeConnection<{ text: string }, { text: string }>([{ text: "a" }, { text: "b" }]);
    await chat({ room: "1", connection });
    expect(connection.sent).toEqual([{ text: "1: a" }, { text: "1: b" }]);
  });

  it("rejects, called by hand, with what its function throws", async () => {
    const fails = socket({}, () => {
      throw new HttpError(404);
    });
    await expect(fails({ connection: fakeConnection<string, string>([]) })).rejects.toThrow(HttpError);
  });

  it("has the name of its contract, or of its function", () => {
    expect([chat.name, socket({ name: "talk" }, () => undefined).name]).toEqual(["chat", "talk"]);
  });
});

describe("an application with sockets", () => {
  it("shows them in its routes", () => {
    const app = new App();
    const talk = socket({ input: { room: path(z.string()) } }, function talk() {});
    app.route(talk, { "WEBSOCKET /rooms/{room}": {}, "WEBSOCKET /channels/{channel}": { deprecated: true } });
    expect(app.routes().map(({ operationId }) => operationId)).toEqual([
      "talk",
      "talk_websocket_channels_by_channel",
    ]);
    const [report] = reportRoutes(app.routes());
    expect(report).toMatchObject({
      function: "talk",
      routes: [
        { method: "WEBSOCKET", path: "/rooms/{room}", inputs: { room: { from: "path", name: "room" } } },
        {
          method: "WEBSOCKET",
          path: "/channels/{channel}",
          inputs: { room: { from: "path", name: "channel" } },
        },
      ],
    });
  });

  it("documents them beside the paths, which have no word for them", () => {
    const app = new App();
    const user = dependency({ input: { token: bearer() } }, ({ token }) => token);
    const rooms = socket(
      {
        input: { room: path(z.string()), limit: query(z.int().default(10)), user },
        receive: Message,
        send: z.object({ from: z.string(), message: Message }),
        protocols: ["chat.v1"],
        tags: ["Chat"],
        description: "Everybody in the room hears everybody.",
      },
      function talk() {},
    );
    app.get(
      "/rooms/{room}",
      endpoint({ input: { room: path(z.string()) } }, function readRoom() {}),
    );
    app.websocket("/rooms/{room}", rooms, { summary: "Talk in a room" });
    app.websocket(
      "/secret",
      socket({ hidden: true }, function secret() {}),
    );
    const document = app.openapi();
    expect(Object.keys(document.paths["/rooms/{room}"]!)).toEqual(["get"]);
    expect(document.paths["/secret"]).toBeUndefined();
    expect(document["x-waymark-sockets"]).toEqual([
      {
        path: "/rooms/{room}",
        tags: ["Chat"],
        summary: "Talk in a room",
        description: "Everybody in the room hears everybody.",
        operationId: "talk",
        parameters: [
          { name: "room", in: "path", required: true, schema: { type: "string" } },
          expect.objectContaining({ name: "limit", in: "query" }),
        ],
        security: [{ bearer: [] }],
        protocols: ["chat.v1"],
        receive: { $ref: "#/components/schemas/Message" },
        send: {
          type: "object",
          properties: { from: { type: "string" }, message: { $ref: "#/components/schemas/Message" } },
          required: ["from", "message"],
        },
      },
    ]);
    expect(document.components!.schemas).toHaveProperty("Message");
  });

  it("says nothing of sockets where there are none", () => {
    expect(new App().openapi()).not.toHaveProperty("x-waymark-sockets");
  });
});

describe("start-up refuses", () => {
  const plain = socket({}, () => undefined);
  const without = (contract: object): typeof plain =>
    socket(contract as object, () => undefined) as typeof plain;
  const refusal = (declare: (app: App) => void): string[] => {
    const app = new App();
    declare(app);
    try {
      app.routes();
      return [];
    } catch (error) {
      return (error as StartUpError).mistakes.map(({ code, message }) => `${code} ${message}`);
    }
  };

  it.each<[what: string, declare: (app: App) => void, mistakes: string[]]>([
    [
      "a socket at a method of HTTP",
      (app) => app.add({ method: "GET", path: "/", endpoint: plain }),
      ["WM107 'GET' does not take a socket: write 'WEBSOCKET'"],
    ],
    [
      "an endpoint at WEBSOCKET",
      (app) => app.add({ method: "WEBSOCKET", path: "/", endpoint: () => 1 }),
      ["WM108 'WEBSOCKET' takes a socket, and this is an endpoint"],
    ],
    [
      "a body",
      (app) =>
        app.websocket(
          "/",
          socket({ input: { text: body(z.string()) } }, () => undefined),
        ),
      ["WM231 'text' is read from the body, and the request for a WebSocket has none"],
    ],
    [
      "a body that a dependency reads",
      (app) => {
        const text = dependency({ name: "reading", input: { text: body(z.string()) } }, () => 1);
        app.websocket("/", plain, { dependencies: [text] });
      },
      [
        "WM231 'text' of the dependency reading is read from the body, and the request for a WebSocket has none",
      ],
    ],
    [
      "an input in the connection's place",
      (app) => {
        const misnamed = without({ input: { connection: path(z.string()) } });
        app.add({ method: "WEBSOCKET", path: "/{connection}", endpoint: misnamed });
      },
      ["WM232 'connection' is the connection itself: call the input otherwise"],
    ],
    [
      "what is about replies",
      (app) => app.add({ method: "WEBSOCKET", path: "/", endpoint: plain, status: 201, output: z.string() }),
      [
        "WM441 'status' is not an option of the route of a socket",
        "WM441 'output' is not an option of the route of a socket",
      ],
    ],
    [
      "a misspelt option",
      (app) => app.websocket("/", without({ recieve: z.string() })),
      ["WM402 'recieve' is not an option of a socket: did you mean 'receive'?"],
    ],
    [
      "an output",
      (app) => app.websocket("/", without({ output: z.string() })),
      ["WM402 'output' is not an option of a socket"],
    ],
    [
      "a limit that is no number",
      (app) => app.websocket("/", without({ maxMessage: "1mb", heartbeat: -1 })),
      [
        `WM442 maxMessage of a socket must be a number of 0 or more, not the text "1mb"`,
        "WM442 heartbeat of a socket must be a number of 0 or more, not the number -1",
      ],
    ],
    [
      "a subprotocol that is no token",
      (app) => app.websocket("/", without({ protocols: ["chat v1"] })),
      [`WM443 the text "chat v1" stands among the subprotocols of a socket`],
    ],
    [
      "subprotocols that are no list",
      (app) => app.websocket("/", without({ protocols: "chat" })),
      [`WM443 the text "chat" stands among the subprotocols of a socket`],
    ],
    [
      "an origin with a path",
      (app) => app.websocket("/", without({ origins: ["https://a.example/"] })),
      [`WM444 the text "https://a.example/" stands among the origins of a socket`],
    ],
    [
      "an origin that no browser would send",
      (app) => app.websocket("/", without({ origins: ["https://A.example"] })),
      [`WM444 the text "https://A.example" stands among the origins of a socket`],
    ],
    [
      "messages without JSON Schema",
      (app) => app.websocket("/", without({ receive: z.symbol() })),
      ["WM501 the messages of 'receive': "],
    ],
    [
      "the same twice",
      (app) =>
        app.websocket(
          ["/{a}", "/{b}"],
          socket({ input: { x: path(z.string()) } }, () => undefined),
        ),
      ["WM601 'WEBSOCKET /{b}' is the same route as 'WEBSOCKET /{a}'"],
    ],
  ])("%s", (_, declare, mistakes) => {
    expect(refusal(declare)).toEqual(mistakes.map((each) => expect.stringContaining(each) as unknown));
  });
});
