import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import type { AppOptions } from "./app-options.ts";
import { endpoint } from "./endpoint.ts";
import { reply } from "./http/reply.ts";
import type { Middleware } from "./http/handlers.ts";
import { path } from "./inputs/index.ts";
import { Router } from "./routing/router.ts";

const silent = { error: () => undefined, warn: () => undefined };
/** Notes in the reply that it ran. */
const mark =
  (word: string): Middleware =>
  async ({ response }, next) => {
    await next();
    response.headers.append("x-ran", word);
  };

const tenantName = endpoint({ input: { tenant: path(z.string()) } }, ({ tenant }) => tenant);

function application(options: AppOptions = {}): App {
  const app = new App({ docs: false, redoc: false, openapi: false, logger: silent, ...(options as object) });
  app.use(mark("app"));
  app.get("/", () => 1);
  app.get("/items", () => 1, { middleware: [mark("get items")] });
  app.post("/items", () => 1, { middleware: [mark("post items")] });
  app.get("/alone", () => 1, { middleware: [mark("alone")] });
  const api = new Router({ prefix: "/api" });
  api.use(mark("api"));
  api.get("/a", () => 1);
  const other = new Router({ prefix: "/twice" });
  other.use(mark("first"));
  other.get("/a", () => 1);
  const again = new Router({ prefix: "/twice" });
  again.use(mark("second"));
  again.get("/b", () => 1);
  const bare = new Router();
  bare.use(mark("bare"));
  bare.get("/bare", () => 1);
  const tenant = new Router({ prefix: "/tenants/{tenant}" });
  tenant.use(mark("tenant"));
  tenant.get("/a", tenantName);
  app.include(api, { middleware: [mark("include")] });
  app.include(other);
  app.include(again);
  app.include(bare);
  app.include(tenant);
  return app;
}

async function ran(app: App, where: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await app.request(where, { headers });
  return `${response.status} ${response.headers.get("x-ran") ?? "nothing"}`;
}

describe("an answer that no route gives", () => {
  const app = application();

  it.each([
    ["a path of nobody", "GET /nowhere", "404 app"],
    ["a method that is missing, where there is one route", "PUT /alone", "405 alone, app"],
    ["a method that is missing, where routes share only the app", "PUT /items", "405 app"],
    ["OPTIONS", "OPTIONS /alone", "204 alone, app"],
    ["a method that is missing in a router", "PUT /api/a", "405 api, include, app"],
    ["a path of nobody, below a router", "GET /api/x/y", "404 api, include, app"],
    ["the prefix itself", "GET /api", "404 api, include, app"],
    ["a path that only begins like a prefix", "GET /apiary", "404 app"],
    ["a prefix of two routers", "GET /twice/c", "404 app"],
    ["a path of one of two routers", "PUT /twice/b", "405 second, app"],
    ["a path in a router without a prefix", "PUT /bare", "405 bare, app"],
    ["a path of nobody, below a prefix with a parameter", "GET /tenants/a%20b/x", "404 tenant, app"],
    ["bad encoding", "GET /api/%ff", "400 app"],
    ["OPTIONS *", "OPTIONS *", "204 app"],
  ])("has around it what its path has: %s", async (_, where, expected) => {
    expect(await ran(app, where)).toBe(expected);
  });

  it("to a preflight is that of the route that it asks about", async () => {
    const ask = (method: string): Promise<string> =>
      ran(app, "OPTIONS /items", { "access-control-request-method": method });
    expect(await ask("GET")).toBe("204 get items, app");
    expect(await ask("HEAD")).toBe("204 get items, app");
    expect(await ask("POST")).toBe("204 post items, app");
    expect(await ask("PUT")).toBe("204 app");
    expect(await ask("constructor")).toBe("204 app");
  });

  it("that redirects has around it what it leads to", async () => {
    const redirecting = application({ trailingSlash: "redirect" });
    expect(await ran(redirecting, "GET /alone/")).toBe("308 alone, app");
    expect(await ran(redirecting, "POST /items/")).toBe("308 post items, app");
    expect(await ran(redirecting, "PUT /alone/")).toBe("405 alone, app");
  });
});

describe("the error handlers of a router", () => {
  it("answer below its prefix", async () => {
    const app = new App({ docs: false, redoc: false, openapi: false, logger: silent });
    const api = new Router({ prefix: "/api" });
    api.get("/a", () => 1);
    api.onError(404, () => reply(404, "no such thing in the API"));
    app.include(api);
    expect(await (await app.request("/api/b")).text()).toBe('"no such thing in the API"');
    expect((await app.request("/b")).headers.get("content-type")).toBe("application/problem+json");
  });
});
