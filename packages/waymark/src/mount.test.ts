import { Hono } from "hono";
import { streamText } from "hono/streaming";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import { dependency } from "./dependency.ts";
import { endpoint } from "./endpoint.ts";
import { HttpError } from "./http/http-error.ts";
import { path } from "./inputs/path.ts";
import { query } from "./inputs/query.ts";
import { request } from "./inputs/request.ts";
import { response } from "./inputs/response.ts";
import { timeout } from "./middleware/timeout.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import { Router } from "./routing/router.ts";
import { serve, type Running } from "./server/serve.ts";
import { StartUpError } from "./start-up-error.ts";

const silent = { error() {}, warn() {} };
const appOf = (options = {}): App => new App({ logger: silent, docs: false, redoc: false, ...options });

/** Tells what it was asked. */
const echo = (incoming: Request): Response => {
  const { pathname, search } = new URL(incoming.url);
  return new Response(`${incoming.method} ${pathname}${search}`, { headers: { "x-url": incoming.url } });
};

async function mistakesOf(app: App): Promise<string[]> {
  const error: unknown = await app.start().catch((thrown: unknown) => thrown);
  if (!(error instanceof StartUpError)) throw new Error("it started");
  return error.mistakes.map(({ code, message, route }) => `${code} ${message} (${route})`);
}

describe("a mounted fetch function", () => {
  it("sees the path without what it is mounted at, and the whole query", async () => {
    const app = appOf();
    app.mount("/legacy", echo);
    const ask = async (path: string): Promise<string> => (await app.request(path)).text();
    expect(await ask("/legacy/a/b?x=1&x=2")).toBe("GET /a/b?x=1&x=2");
    expect(await ask("/legacy")).toBe("GET /");
    expect(await ask("/legacy/")).toBe("GET /");
    expect(await ask("/legacy?x")).toBe("GET /?x");
    expect((await app.request("/legacybus")).status).toBe(404);
    expect((await app.request("/Legacy/a")).status).toBe(404);
  });

  it("sees the rest exactly as it was sent: nothing is decoded or joined", async () => {
    const app = appOf();
    app.mount("/l", echo);
    for (const rest of [
      "/a%2Fb",
      "/%252e%252e/x",
      "/a//b",
      "//evil.example",
      "/caf%C3%A9",
      "/%41;v=1",
      "/a:b@c",
    ])
      expect(await (await app.request(`/l${rest}`)).text()).toBe(`GET ${rest}`);
    expect((await app.request("/l//evil.example/x")).headers.get("x-url")).toBe(
      "http://localhost//evil.example/x",
    );
  });

  it("does not see a path that a URL cannot say: it would be another one than the guards have judged", async () => {
    const app = appOf();
    app.mount("/l", echo);
    for (const rest of ["/a/../b", "/..", "/%2e%2E/b", "/a/./b", "/a/.%2e", "/."])
      expect((await app.request(`/l${rest}`)).status, rest).toBe(400);
    expect((await app.request("/l/a..b/...")).status).toBe(200);
  });

  it("finds its own path by segments, however it is spelled, and below parameters of a router", async () => {
    const tenants = new Router({ prefix: "/tenants/{tenantId}" });
    tenants.mount("/café", echo);
    tenants.mount("/", echo);
    const app = appOf();
    app.include(tenants);
    expect(await (await app.request("/tenants/7/caf%C3%A9/x")).text()).toBe("GET /x");
    expect(await (await app.request("/tenants/a%2Fb/y")).text()).toBe("GET /y");
    expect(await (await app.request("/tenants/7")).text()).toBe("GET /");
  });

  it("sees the whole path with strip: false", async () => {
    const app = appOf();
    app.mount("/l", echo, { strip: false });
    expect(await (await app.request("/l/a")).text()).toBe("GET /l/a");
    expect(await (await app.request("/l")).text()).toBe("GET /l");
  });

  it("answers every method that Waymark knows, OPTIONS and HEAD among them; others get 405", async () => {
    const app = appOf();
    app.mount("/l", echo);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
      expect(await (await app.request("/l/x", { method })).text()).toBe(`${method} /x`);
    const head = await app.request("/l/x", { method: "HEAD" });
    expect([head.status, head.headers.get("x-url"), await head.text()]).toEqual([
      200,
      "http://localhost/x",
      "",
    ]);
    const odd = await app.request("/l/x", { method: "PROPFIND" });
    expect(odd.status).toBe(405);
    expect(odd.headers.get("allow")).toContain("DELETE");
  });

  it("sees the host that was asked for, so that one function can serve several", async () => {
    const shop = new Hono().get("/who", (c) => c.text("shop"));
    const blog = new Hono().get("/who", (c) => c.text("blog"));
    const app = appOf();
    app.mount("/", (incoming) =>
      (new URL(incoming.url).host === "blog.example" ? blog : shop).fetch(incoming),
    );
    expect(await (await app.request("/who", { host: "blog.example" })).text()).toBe("blog");
    expect(await (await app.request("/who", { host: "shop.example" })).text()).toBe("shop");
  });

  it("keeps Set-Cookie lines apart, and fields that middleware has set", async () => {
    const app = appOf();
    app.use(async ({ response: head }, next) => {
      head.headers.set("x-before", "1");
      head.headers.append("set-cookie", "a=1");
      await next();
      head.headers.set("x-after", String(head.status));
    });
    app.mount("/l", () => {
      const headers = new Headers([["set-cookie", "b=2; Path=/"], ["set-cookie", "c=3"]]); // prettier-ignore
      return new Response(null, { status: 201, headers });
    });
    const reply = await app.request("/l");
    expect(reply.headers.getSetCookie()).toEqual(["a=1", "b=2; Path=/", "c=3"]);
    expect(reply.headers.get("x-before")).toBe("1");
    expect(reply.headers.get("x-after")).toBe("201");
  });

  it("reads the body as it comes, within the application's limit", async () => {
    const app = appOf({ limits: { body: 1000 } });
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled++;
        yield new Uint8Array(100);
      }
    }
    app.mount("/l", async (incoming) => {
      if (incoming.url.endsWith("/first")) {
        const reader = incoming.body!.getReader();
        const { value } = await reader.read();
        await reader.cancel();
        return Response.json({ length: value!.length, pulled });
      }
      return new Response(String((await incoming.arrayBuffer()).byteLength));
    });
    expect(await (await app.request("POST /l", { body: "x".repeat(1000) })).text()).toBe("1000");
    expect((await app.request("POST /l", { body: "x".repeat(1001) })).status).toBe(413);
    expect((await app.request("POST /l", { body: endless() })).status).toBe(413);
    pulled = 0;
    const first = await (await app.request("POST /l/first", { body: endless() })).json();
    expect(first).toEqual({ length: 100, pulled: 1 });
  });

  it("answers 413 where a handler makes a 500 of a body above the limit, and leaves its other answers alone", async () => {
    const app = appOf({ limits: { body: 10 } });
    app.mount("/l", async (incoming) => {
      const status = Number(new URL(incoming.url).searchParams.get("status"));
      const text = await incoming.text().catch(() => "refused");
      return new Response(text, { status });
    });
    const ask = async (status: number, body: string) => {
      const answer = await app.request(`POST /l?status=${status}`, { body });
      return [answer.status, await answer.text()];
    };
    expect((await ask(500, "x".repeat(11)))[0]).toBe(413);
    expect(await ask(422, "x".repeat(11))).toEqual([422, "refused"]);
    expect(await ask(500, "short")).toEqual([500, "short"]);
  });

  it("is a 500 when it throws or returns no Response, which error handlers may answer", async () => {
    const app = appOf();
    class Odd extends Error {}
    app.mount("/throws", () => {
      throw new Odd("x");
    });
    app.mount("/wrong", (() => "text") as never);
    expect((await app.request("/throws")).status).toBe(500);
    expect((await app.request("/wrong")).status).toBe(500);
    const handled = appOf();
    handled.onError(Odd, (error) => ({ said: error.message }));
    handled.mount("/throws", () => {
      throw new Odd("x");
    });
    expect(await (await handled.request("/throws")).json()).toEqual({ said: "x" });
  });
});

describe("a mount among routes", () => {
  it("leaves to the application's own routes what they answer", async () => {
    const app = appOf();
    app.get("/", () => "home");
    app.get(
      "/items/{id}",
      endpoint({ input: { id: path(z.string()) } }, ({ id }) => id),
    );
    app.mount("/", echo);
    app.mount("/items", echo);
    app.get("/items", () => "list");
    expect(await (await app.request("/")).json()).toBe("home");
    expect(await (await app.request("/items")).json()).toBe("list");
    expect(await (await app.request("/items/7")).json()).toBe("7");
    expect(await (await app.request("/items/7/more")).text()).toBe("GET /7/more");
    expect(await (await app.request("POST /items")).text()).toBe("POST /");
    expect(await (await app.request("/other")).text()).toBe("GET /other");
    expect((await app.request("/openapi.json")).headers.get("content-type")).toBe("application/json");
    const head = await app.request("/items", { method: "HEAD" });
    expect(head.headers.get("content-type")).toBe("application/json");
  });

  it("lies inside guards and middleware as any route, and is in no document", async () => {
    const nobody = dependency({ errors: { 403: "Nobody" } }, () => HttpError.throw(403));
    const app = appOf();
    app.mount("/open", echo, { middleware: [async ({ response: head }, next) => (await next(), head.headers.set("x-m", "1"))] }); // prettier-ignore
    app.mount("/closed", echo, { dependencies: [nobody] });
    expect((await app.request("/open/x")).headers.get("x-m")).toBe("1");
    for (const path of ["/closed", "/closed/", "/closed/x", "/closed/x/../y"])
      expect((await app.request(path)).status).toBe(403);
    expect(app.openapi().paths).toEqual({});
  });

  it("is told of once where another stands at the same path", async () => {
    const app = appOf();
    app.mount("/a", echo);
    app.mount("/a", echo);
    app.get(
      "/b/{any:path}",
      endpoint({ input: { any: path(z.string()) } }, ({ any }) => any),
    );
    app.mount("/b", echo);
    app.mount("/c/", echo);
    app.mount("/d/{more:path}", echo);
    app.mount("e", echo);
    app.mount("/f", echo, { depndencies: [] } as never);
    const found = await mistakesOf(app);
    expect(found.map((each) => each.split(" (")[0])).toEqual([
      expect.stringContaining("WM122 '/c/' must not end with"),
      expect.stringContaining("WM121 '/d/{more:path}' ends in a catch-all"),
      expect.stringContaining("WM103 'e' must start with"),
      expect.stringContaining("WM401 'depndencies' is not an option"),
      expect.stringContaining("WM601 'mount /a' is the same route as 'mount /a'"),
      expect.stringContaining("WM601 'mount /b' is the same route as 'GET /b/{any:path}'"),
    ]);
  });

  it("refuses what cannot be mounted, with what to do", () => {
    const app = appOf();
    const mount = (handler: unknown) => () => app.mount("/x", handler as never);
    expect(mount(undefined)).toThrow("mount takes a path and a handler");
    expect(mount({})).toThrow("mount takes a path and a handler");
    expect(mount(Object.assign(() => 1, { handle() {} }))).toThrow("nodeHandler(app)");
    expect(mount(app)).toThrow("cannot be mounted in itself");
    expect(() => app.mount(echo as never, "/x" as never)).toThrow("mount takes a path");
  });

  it("belongs to nothing that is declared after the start", async () => {
    const app = appOf();
    await app.start();
    expect(() => app.mount("/x", echo)).toThrow("mount /x was declared after the application started");
    await app.stop();
  });
});

describe("a Hono application", () => {
  const hono = new Hono()
    .get("/hello/:name", (c) => c.text(`hello ${c.req.param("name")} ${c.req.query("q") ?? ""}`.trim()))
    .post("/json", async (c) => c.json(await c.req.json(), 201, { "x-hono": "1" }))
    .get(
      "/cookies",
      (c) => (
        c.header("set-cookie", "a=1"),
        c.header("set-cookie", "b=2", { append: true }),
        c.body(null, 204)
      ),
    ) // prettier-ignore
    .post("/size", async (c) => c.text(String((await c.req.arrayBuffer()).byteLength)))
    .get("/large", (c) => c.body(new Uint8Array(1024 * 1024).fill(97)))
    .get("/stream", (c) =>
      streamText(c, async (stream) => {
        for (let i = 0; i < 3; i++) await stream.writeln(`line ${i}`);
      }),
    )
    .get("/away", (c) => c.redirect("/hello/x"))
    .get("/fails", () => {
      throw new Error("hono fails");
    });
  const app = appOf({ limits: { body: 2 * 1024 * 1024 } });
  app.mount("/hono", hono);

  let running: Running | undefined;
  afterEach(() => running?.close());

  describe.each(["memory", "fetch", "wire", "node-http"] as const)("by %s", (driver) => {
    const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
      if (driver === "memory") return app.request(path, init as object);
      if (driver === "fetch") return app.fetch(new Request(`http://localhost${path}`, init));
      running ??= await serve(app, { port: 0, signals: false, server: driver });
      return fetch(`${running.url}${path}`, { redirect: "manual", ...init });
    };
    afterEach(() => {
      running = undefined;
    });

    it("answers as it does by itself", async () => {
      expect(await (await ask("/hono/hello/a%2Fb?q=1")).text()).toBe("hello a/b 1");
      const body = JSON.stringify({ a: [1] });
      const posted = await ask("/hono/json", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      expect([posted.status, posted.headers.get("x-hono"), await posted.json()]).toEqual([
        201,
        "1",
        { a: [1] },
      ]);
      expect((await ask("/hono/cookies")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
      expect(await (await ask("/hono/stream")).text()).toBe("line 0\nline 1\nline 2\n");
      const away = await ask("/hono/away");
      expect([away.status, away.headers.get("location")]).toEqual([302, "/hello/x"]);
      expect((await ask("/hono/fails")).status).toBe(500);
      expect((await ask("/hono/none")).status).toBe(404);
    });

    it("takes and gives a megabyte", async () => {
      const body = new Uint8Array(1024 * 1024);
      expect(await (await ask("/hono/size", { method: "POST", body })).text()).toBe(String(body.length));
      expect((await (await ask("/hono/large")).arrayBuffer()).byteLength).toBe(1024 * 1024);
    });
  });
});

describe("a mounted App", () => {
  const where = endpoint({ input: { req: request() } }, ({ req }) => ({
    path: req.path,
    base: req.base,
    url: req.url,
    template: req.route.template,
  }));

  it("answers below its path, and knows where it stands", async () => {
    const inner = appOf();
    inner.get(
      "/items",
      endpoint({ input: { limit: query(z.int()) } }, ({ limit }) => limit),
    );
    const innermost = appOf();
    innermost.get("/where", where);
    const middle = appOf();
    middle.mount("/in", innermost);
    middle.get("/where", where);
    middle.mount("/items", inner);
    const app = appOf();
    app.mount("/m", middle);
    expect(await (await app.request("/m/items/items?limit=3")).json()).toBe(3);
    expect((await app.request("/m/items/items?limit=x")).status).toBe(422);
    expect(await (await app.request("/m/where")).json()).toEqual({
      path: "/where",
      base: "/m",
      url: "http://localhost/m/where",
      template: "/where",
    });
    expect(await (await app.request("/m/in/where?a=1")).json()).toEqual({
      path: "/where",
      base: "/m/in",
      url: "http://localhost/m/in/where?a=1",
      template: "/where",
    });
    expect((await app.request("/m/nothing")).status).toBe(404);
    const wrong = await app.request("POST /m/where");
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("keeps its own documents, whose addresses are right below its path", async () => {
    const inner = new App({ title: "Inner", logger: silent, trailingSlash: "redirect" });
    inner.get("/items", () => []);
    const app = new App({ title: "Outer", logger: silent });
    app.mount("/inner", inner);
    const document = (await (await app.request("/inner/openapi.json")).json()) as OpenApiDocument;
    expect(document.info.title).toBe("Inner");
    expect(Object.keys(document.paths)).toEqual(["/items"]);
    const at = "http://localhost/inner/openapi.json";
    expect(new URL(`${document.servers![0]!.url}/items`.replace("//", "/"), at).pathname).toBe(
      "/inner/items",
    );
    const page = await app.request("/inner/docs");
    expect(page.status).toBe(200);
    expect(await page.text()).not.toMatch(/(?:src|href)="\//);
    const slash = await app.request("/inner/items/");
    expect(slash.status).toBe(308);
    expect(new URL(slash.headers.get("location")!, "http://localhost/inner/items/").pathname).toBe(
      "/inner/items",
    );
  });

  it("starts and stops its app-scope dependencies with the outer one's, and drains with it", async () => {
    const log: string[] = [];
    const resource = (name: string) =>
      dependency({ scope: "app" }, function* () {
        log.push(`+${name}`);
        yield name;
        log.push(`-${name}`);
      });
    const inner = appOf();
    inner.get(
      "/name",
      endpoint({ input: { name: resource("inner") } }, ({ name }) => name),
    );
    inner.get("/ready", () => inner.draining);
    const app = appOf();
    app.get(
      "/name",
      endpoint({ input: { name: resource("outer") } }, ({ name }) => name),
    );
    app.mount("/inner", inner);
    await app.start();
    expect(log).toEqual(["+inner", "+outer"]);
    expect(await (await app.request("/inner/name")).json()).toBe("inner");
    app.draining = true;
    expect(await (await app.request("/inner/ready")).json()).toBe(true);
    await app.stop();
    expect(log).toEqual(["+inner", "+outer", "-outer", "-inner"]);
  });

  it("that cannot start keeps the outer one from starting, with nothing left open", async () => {
    const log: string[] = [];
    const resource = dependency({ scope: "app" }, function* () {
      log.push("+");
      yield 1;
      log.push("-");
    });
    const first = appOf();
    first.get(
      "/",
      endpoint({ input: { resource } }, () => 1),
    );
    const broken = appOf();
    broken.add({ method: "GET", path: "/x/{y}", endpoint: () => 1 });
    const app = appOf();
    app.mount("/first", first);
    app.mount("/broken", broken);
    await expect(app.start()).rejects.toThrow(StartUpError);
    expect(log).toEqual(["+", "-"]);
  });

  it("takes overrides of a test, whoever asks", async () => {
    const user = dependency({}, () => "nobody");
    const inner = appOf();
    inner.get(
      "/me",
      endpoint({ input: { user } }, ({ user: name }) => name),
    );
    const app = appOf();
    app.mount("/inner", inner);
    expect(await (await app.request("/inner/me")).json()).toBe("nobody");
    {
      using _ = inner.override(user, () => "ada");
      expect(await (await app.request("/inner/me")).json()).toBe("ada");
    }
    expect(await (await app.request("/inner/me")).json()).toBe("nobody");
  });

  it("cleans up when the outer one has sent the reply, and before that is over", async () => {
    const log: string[] = [];
    const traced = dependency({}, async function* () {
      log.push("set up");
      yield 1;
      log.push("clean-up");
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push("cleaned up");
    });
    const inner = appOf();
    inner.get("/x", endpoint({ input: { traced, res: response() } }, ({ res }) => (res.after(() => log.push("task")), 1))); // prettier-ignore
    inner.get(
      "/fails",
      endpoint({ input: { traced } }, () => HttpError.throw(418)),
    );
    const outermost = dependency({}, function* () {
      yield 1;
      log.push("outer clean-up");
    });
    const app = appOf();
    app.use(async (_, next) => {
      await next();
      log.push("outer middleware");
    });
    app.mount("/inner", inner, { dependencies: [outermost] });
    const done = app.handle.bind(app);
    await app.start();
    const exchanges: Promise<void>[] = [];
    app.handle = (exchange) => {
      const handled = done(exchange);
      exchanges.push(Promise.resolve(handled));
      return handled;
    };
    expect((await app.fetch(new Request("http://localhost/inner/x"))).status).toBe(200);
    await Promise.all(exchanges);
    expect(log).toEqual(["set up", "outer middleware", "task", "clean-up", "cleaned up", "outer clean-up"]);
    log.length = 0;
    expect((await app.fetch(new Request("http://localhost/inner/fails"))).status).toBe(418);
    await Promise.all(exchanges);
    expect(log).toEqual(["set up", "outer middleware", "outer clean-up"]);
    await app.stop();
  });

  it("is not waited for when the outer one's time is up", async () => {
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const inner = appOf();
    inner.get("/slow", async () => {
      await released;
      return "late";
    });
    const app = appOf();
    app.use(timeout(20));
    app.mount("/inner", inner);
    expect((await app.request("/inner/slow")).status).toBe(503);
    release();
    await app.stop();
  });

  it("streams, and learns that the client has gone", async () => {
    let returned!: () => void;
    const gone = new Promise<void>((resolve) => (returned = resolve));
    let cleaned!: () => void;
    const clean = new Promise<void>((resolve) => (cleaned = resolve));
    const open = dependency({}, function* () {
      yield 1;
      cleaned();
    });
    const inner = appOf();
    inner.get(
      "/stream",
      endpoint({ input: { open } }, () => {
        const body = new ReadableStream({
          async pull(controller) {
            controller.enqueue(new TextEncoder().encode("piece "));
            await new Promise((resolve) => setTimeout(resolve, 1));
          },
          cancel: () => returned(),
        });
        return new Response(body);
      }),
    );
    const app = appOf();
    app.mount("/inner", inner);
    const running = await serve(app, { port: 0, signals: false });
    const leaving = new AbortController();
    const reply = await fetch(`${running.url}/inner/stream`, { signal: leaving.signal });
    const { value } = await reply.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toContain("piece");
    leaving.abort();
    await gone;
    await clean;
    await running.close();
  });
});
