import {
  App,
  dependency,
  endpoint,
  HttpError,
  path,
  query,
  reply,
  response,
  Router,
  serve,
  StartUpError,
} from "./index.ts";
import { bearer } from "./security/index.ts";
import { z } from "zod";
import { describe, expect, it, vi } from "vitest";

const silent = { error() {}, warn() {} };
const greet = endpoint({ input: { name: path(z.string()) } }, function greet({ name }) {
  return { hello: name };
});

describe("an application", () => {
  it("answers what no route answers with problems", async () => {
    const app = new App();
    app.get("/greet/{name}", greet);
    app.post("/greet/{name}", greet, { operationId: "greetByPost" });
    const missing = await app.request("/nothing");
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await missing.json()).toEqual({ type: "about:blank", title: "Not Found", status: 404 });
    const wrongMethod = await app.request("DELETE /greet/ada");
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET, POST, HEAD, OPTIONS"]);
    const options = await app.request("OPTIONS /greet/ada");
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, POST, HEAD, OPTIONS"]);
    expect((await app.request("/greet/%ff")).status).toBe(400);
  });

  it("answers HEAD as GET, without the body", async () => {
    const app = new App();
    app.get("/greet/{name}", greet);
    const head = await app.request("HEAD /greet/ada");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "15", ""]);
  });

  it("says everything that is wrong with it when it starts, and serves nothing", async () => {
    const app = new App();
    app.add({ method: "GET", path: "/greet", endpoint: greet });
    app.add({ method: "FETCH", path: "/greet/{name}", endpoint: greet });
    await expect(app.request("/greet/ada")).rejects.toThrow(StartUpError);
    await expect(app.start()).rejects.toThrow(/'\/greet' must contain \{name\}[^]*'FETCH' is not a method/);
    expect(() => app.routes()).toThrow(StartUpError);
  });

  it("answers 500 through fetch when it cannot start, and logs why", async () => {
    const error = vi.fn<() => void>();
    const app = new App({ logger: { ...silent, error } });
    app.add({ method: "GET", path: "/greet", endpoint: greet });
    expect((await app.fetch(new Request("http://localhost/greet"))).status).toBe(500);
    expect(error).toHaveBeenCalledWith("the application did not start", expect.any(StartUpError));
  });

  it("runs its middleware around everything, its guards around every route", async () => {
    const app = new App({ dependencies: [dependency({ input: { token: bearer() } }, ({ token }) => token)] });
    app.use(async ({ response }, next) => {
      await next();
      response.headers.set("x-status", String(response.status));
    });
    app.get("/greet/{name}", greet);
    const headers = { authorization: "Bearer ada" };
    expect((await app.request("/greet/ada", { headers })).headers.get("x-status")).toBe("200");
    expect((await app.request("/greet/ada")).headers.get("x-status")).toBe("401");
    expect((await app.request("/nothing")).headers.get("x-status")).toBe("404");
    expect((await app.request("/docs")).headers.get("x-status")).toBe("200");
  });

  it("asks the error handlers of a router before its own", async () => {
    class Gone extends Error {}
    const router = new Router({ prefix: "/inner" });
    const fail = endpoint({ input: { kind: path(z.string()) } }, ({ kind }) => {
      throw kind === "gone" ? new Gone() : new HttpError(418, "A teapot");
    });
    router.get("/{kind}", fail);
    router.onError(Gone, () => reply(410, { gone: "for good" }));
    const app = new App();
    app.include(router);
    app.onError(418, (error: HttpError) => reply(418, { short: error.detail }));
    app.onError(404, () => reply(404, { lost: true }));
    expect(await (await app.request("/inner/gone")).json()).toEqual({ gone: "for good" });
    expect(await (await app.request("/inner/tea")).json()).toEqual({ short: "A teapot" });
    expect(await (await app.request("/nowhere")).json()).toEqual({ lost: true });
  });

  it("redirects a slash too many, within the origin", async () => {
    const app = new App({ trailingSlash: "redirect" });
    app.get("/greet/{name}", greet);
    const redirected = await app.request("/greet/ada/?x=1");
    expect([redirected.status, redirected.headers.get("location")]).toEqual([308, "../ada?x=1"]);
    expect(new URL("../ada?x=1", "http://localhost/greet/ada/").href).toBe("http://localhost/greet/ada?x=1");
  });

  it("keeps what a route declared in the place of a docs page", async () => {
    const app = new App();
    app.get("/docs", () => "mine");
    expect(await (await app.request("/docs")).json()).toBe("mine");
  });

  it("has no docs where they are turned off", async () => {
    const app = new App({ openapi: false });
    expect(app.docs).toEqual({});
    for (const page of ["/openapi.json", "/docs", "/redoc"])
      expect((await app.request(page)).status).toBe(404);
  });

  it("documents itself", async () => {
    const app = new App({ title: "Greetings", version: "2.0.0", openapi: "/api/document.json" });
    app.get("/greet/{name}", greet);
    const document = await (await app.request("/api/document.json")).json();
    expect(document).toEqual(app.openapi());
    expect(document).toMatchObject({
      info: { title: "Greetings", version: "2.0.0" },
      paths: { "/greet/{name}": {} },
    });
  });

  it("refuses routes that are declared after the start", async () => {
    const inner = new Router({ prefix: "/inner" });
    const app = new App();
    app.include(inner);
    await app.start();
    const late = /declared after the application started/;
    expect(() => app.get("/greet/{name}", greet)).toThrow(late);
    expect(() => inner.get("/greet/{name}", greet)).toThrow(late);
    expect(() => inner.include(new Router())).toThrow(late);
    expect(() => app.use((_, next) => next())).toThrow(late);
    expect(() => app.onError(404, () => undefined)).toThrow(late);
    await app.stop();
    expect(() => app.get("/greet/{name}", greet)).not.toThrow();
  });
});

describe("app-scope dependencies", () => {
  const counted = (): { app: App; events: string[]; store: ReturnType<typeof makeStore> } => {
    const events: string[] = [];
    const store = makeStore(events);
    const app = new App();
    app.get(
      "/count",
      endpoint({ input: { store } }, ({ store }) => (store.count += 1)),
    );
    app.get(
      "/count/again",
      endpoint({ input: { store } }, ({ store }) => (store.count += 1)),
    );
    return { app, events, store };
  };
  const makeStore = (events: string[]) =>
    dependency({ scope: "app" }, async function* store() {
      events.push("open");
      yield { count: 0 };
      events.push("close");
    });

  it("live from start to stop, once for all routes", async () => {
    const { app, events } = counted();
    await app.start();
    expect(events).toEqual(["open"]);
    expect(await (await app.request("/count")).json()).toBe(1);
    expect(await (await app.request("/count/again")).json()).toBe(2);
    await app.stop();
    expect(events).toEqual(["open", "close"]);
  });

  it("start again after a stop", async () => {
    const { app, events } = counted();
    await app.request("/count");
    await app.stop();
    expect(await (await app.request("/count")).json()).toBe(1);
    await app.stop();
    expect(events).toEqual(["open", "close", "open", "close"]);
  });

  it("start again with another server, which finds the application ready", async () => {
    const { app, events } = counted();
    app.get("/ready", () => reply(app.draining ? 503 : 200));
    for (const _ of ["first", "second"]) {
      const server = await serve(app, { port: 0, signals: false });
      expect((await fetch(`${server.url}/ready`)).status).toBe(200);
      await server.close();
      expect(app.draining).toBe(true);
    }
    expect(events).toEqual(["open", "close", "open", "close"]);
  });

  it("are overridden for as long as the override lives, and keep what they hold", async () => {
    const { app, events, store } = counted();
    expect(await (await app.request("/count")).json()).toBe(1);
    {
      using _ = app.override(store, () => ({ count: 100 }));
      expect(await (await app.request("/count")).json()).toBe(101);
    }
    expect(await (await app.request("/count")).json()).toBe(2);
    await app.stop();
    expect(events).toEqual(["open", "close"]);
  });
});

describe("overrides", () => {
  const user = dependency({ input: { token: bearer() } }, function user({ token }) {
    return { name: token };
  });
  const make = (): App => {
    const app = new App();
    app.get(
      "/me",
      endpoint({ input: { user, loud: query(z.boolean().default(false)) } }, ({ user }) => user),
    );
    return app;
  };

  it("stand in for a dependency, its own inputs and all", async () => {
    const app = make();
    expect((await app.request("/me")).status).toBe(401);
    using _ = app.override(user, () => ({ name: "Ada" }));
    expect(await (await app.request("/me")).json()).toEqual({ name: "Ada" });
    expect(app.openapi().paths["/me"]?.get?.security).toEqual([{ bearer: [] }]);
  });

  it("may be dependencies with inputs of their own", async () => {
    const app = make();
    const fromQuery = dependency({ input: { as: query(z.string()) } }, ({ as }) => ({ name: as }));
    using _ = app.override(user, fromQuery);
    expect(await (await app.request("/me?as=Bob")).json()).toEqual({ name: "Bob" });
  });

  it("go in any order: what is left stands in, and in the end nothing does", async () => {
    const app = make();
    const name = async (): Promise<unknown> =>
      ((await (await app.request("/me")).json()) as { name: unknown }).name;
    const ada = app.override(user, () => ({ name: "Ada" }));
    const bob = app.override(user, () => ({ name: "Bob" }));
    ada[Symbol.dispose]();
    expect(await name()).toBe("Bob");
    bob[Symbol.dispose]();
    bob[Symbol.dispose]();
    expect((await app.request("/me")).status).toBe(401);
  });

  it("are refused once the application serves", async () => {
    const app = make();
    await app.start();
    expect(() => app.override(user, () => ({ name: "Ada" }))).toThrow(/override before it starts/);
    await app.stop();
  });
});

describe("the reply's head", () => {
  it("keeps what a dependency set, whatever becomes of the reply", async () => {
    const stamped = dependency({ input: { response: response() } }, ({ response }) => {
      response.headers.set("x-stamp", "1");
      response.cookies.set("seen", "yes");
    });
    const app = new App();
    const guarded = { dependencies: [stamped] };
    app.get("/value", () => "value", guarded);
    app.get("/error", () => HttpError.throw(409, "No"), guarded);
    app.get("/own", () => new Response("own", { status: 202 }), guarded);
    for (const [path, status] of [
      ["/value", 200],
      ["/error", 409],
      ["/own", 202],
    ] as const) {
      const { status: answered, headers } = await app.request(path);
      expect([answered, headers.get("x-stamp")]).toEqual([status, "1"]);
      expect(headers.get("set-cookie")).toBe("seen=yes; Path=/; HttpOnly; SameSite=Lax");
    }
  });
});
