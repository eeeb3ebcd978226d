import { WebSocket } from "ws";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import { endpoint } from "./endpoint.ts";
import { path } from "./inputs/path.ts";
import { request } from "./inputs/request.ts";
import { httpsRedirect } from "./middleware/https-redirect.ts";
import { socket } from "./realtime/socket.ts";
import { serve, type ServerName } from "./server/serve.ts";

const seen = endpoint(
  { name: "seen", input: { req: request() } },
  ({ req: { path: own, base, url, route } }) => ({
    own,
    base,
    url,
    template: route.template,
  }),
);

describe("an application below a root path", () => {
  const app = new App({ rootPath: "/shop/v1", trailingSlash: "redirect" });
  app.get("/seen", seen);
  app.get("/", seen);

  it.each(["/seen", "/shop/v1/seen"])("answers %s, as the same path", async (from) => {
    expect(await (await app.request(from)).json()).toEqual({
      own: "/seen",
      base: "/shop/v1",
      url: "http://localhost/shop/v1/seen",
      template: "/seen",
    });
  });

  it.each(["/shop/v1", "/shop/v1/"])("answers %s as its root", async (from) => {
    expect(await (await app.request(from)).json()).toMatchObject({ own: "/" });
  });

  it.each(["/shop/v1seen", "/shop/seen", "/shop/v1/shop/v1/seen", "/shop%2Fv1/seen"])(
    "does not know %s",
    async (from) => {
      expect((await app.request(from)).status).toBe(404);
    },
  );

  it("redirects relative to what was asked", async () => {
    const { headers } = await app.request("/shop/v1/seen/");
    expect(new URL(headers.get("location")!, "http://a.example/shop/v1/seen/").href).toBe(
      "http://a.example/shop/v1/seen",
    );
  });

  it("says so in its document, unless servers are named", () => {
    expect(app.openapi().servers).toEqual([{ url: "/shop/v1" }]);
    const servers = [{ url: "https://api.example" }];
    expect(new App({ rootPath: "/shop", servers }).openapi().servers).toEqual(servers);
  });

  it("shows its docs at both paths, with references that hold at both", async () => {
    for (const from of ["/docs", "/shop/v1/docs"]) {
      const page = await (await app.request(from)).text();
      expect(page).toMatch(/src="docs\/start\.js/);
      expect((await app.request(`${from.replace("docs", "")}openapi.json`)).status).toBe(200);
    }
  });

  it("keeps it on the way to https", async () => {
    const other = new App({ rootPath: "/shop" });
    other.use(httpsRedirect({ hosts: ["a.example"] }));
    other.get("/seen", seen);
    const { headers } = await other.request("/seen?x=1", { host: "a.example" });
    expect(headers.get("location")).toBe("https://a.example/shop/seen?x=1");
  });
});

describe("a mounted application", () => {
  it("is below the root path of the one around it", async () => {
    const inner = new App({ rootPath: "/ignored" });
    inner.get("/seen", seen);
    const outer = new App({ rootPath: "/shop" });
    outer.mount("/inner", inner);
    expect(await (await outer.request("/shop/inner/seen")).json()).toMatchObject({
      own: "/seen",
      base: "/shop/inner",
    });
  });
});

describe("a root path", () => {
  it.each(["shop", "/shop/", "//evil.example", "/a?b", "/../a"])("is not %s", async (rootPath) => {
    await expect(new App({ rootPath }).start()).rejects.toMatchObject({ mistakes: [{ code: "WM124" }] });
  });

  it("is not set once the application has started", async () => {
    const app = new App();
    await app.start();
    expect(() => (app.rootPath = "/late")).toThrow("set rootPath before");
    await app.stop();
    app.rootPath = "/shop";
    expect(app.rootPath).toBe("/shop");
  });
});

describe.each<ServerName>(["wire", "node-http"])("served by %s", (server) => {
  it("is what serve says, for sockets too", async () => {
    const app = new App({ rootPath: "/other" });
    app.get("/seen", seen);
    app.websocket(
      "/rooms/{room}",
      socket({ input: { room: path(z.string()) } }, ({ room, connection }) => connection.send(room)),
    );
    const running = await serve(app, { port: 0, signals: false, server, rootPath: "/shop" });
    try {
      expect(await (await fetch(`${running.url}/shop/seen`)).json()).toMatchObject({ base: "/shop" });
      const client = new WebSocket(`${running.url.replace("http", "ws")}/shop/rooms/7`);
      const message = await new Promise((resolve, reject) => {
        client.on("message", (data: Buffer) => resolve(data.toString()));
        client.on("error", reject);
      });
      expect(message).toBe("7");
      client.terminate();
    } finally {
      await running.close();
    }
  });
});
