import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { socket } from "../realtime/socket.ts";
import { contract, path, query } from "./index.ts";

const readItem = contract(
  {
    name: "readItem",
    input: { id: path(z.int()) },
    output: z.object({ id: z.int(), name: z.string() }),
    errors: { 404: "None" },
  },
  { "GET /items/{id}": { canonical: true }, "GET /things/{thing}": { summary: "Read a thing" } },
);

describe("a contract", () => {
  it("is what an endpoint takes, and its routes what app.route takes", async () => {
    const app = new App();
    app.route(
      endpoint(readItem, ({ id }) => ({ id, name: "Compass", cost: 1 })),
      readItem.routes,
    );
    expect(await (await app.request("/things/7")).json()).toEqual({ id: 7, name: "Compass" });
    expect(app.routes().map(({ operationId }) => operationId)).toEqual([
      "readItem",
      "readItem_get_things_by_thing",
    ]);
  });

  it("may be given what only the server has", async () => {
    const app = new App();
    const names = dependency({}, () => ["Map", "Compass"]);
    const made = endpoint(
      { ...readItem, name: "other", input: { ...readItem.input, names } },
      ({ id, names: all }) => ({
        id,
        name: all[id]!,
      }),
    );
    app.route(made, readItem.routes);
    expect(await (await app.request("/items/1")).json()).toEqual({ id: 1, name: "Compass" });
    expect(app.openapi().paths["/items/{id}"]?.get?.operationId).toBe("other");
  });

  it("may be that of a socket", () => {
    const chat = contract.socket(
      { input: { nick: query(z.string()) }, receive: z.string() },
      { "WEBSOCKET /chat": {} },
    );
    const app = new App();
    app.route(
      socket(chat, () => undefined),
      chat.routes,
    );
    expect(app.routes().map(({ method }) => method)).toEqual(["WEBSOCKET"]);
  });

  it("shows neither its routes nor what clients read of it", () => {
    expect(Object.keys(readItem)).toEqual(["input", "name", "output", "errors"]);
    expect(Object.keys(contract({}, {}))).toEqual(["input"]);
  });
});
