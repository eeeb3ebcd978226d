import { describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { Middleware } from "../http/handlers.ts";
import { middleware } from "../middleware/middleware.ts";
import type { StartUpError } from "../start-up-error.ts";
import { Router } from "./router.ts";

const log: string[] = [];
const note =
  (word: string): Middleware =>
  async (_, next) => {
    log.push(word);
    await next();
  };
const hello = endpoint({ name: "hello" }, () => "hello");
const quiet = { docs: false, redoc: false, openapi: false } as const;

async function ran(app: App, where: string): Promise<string[]> {
  log.length = 0;
  expect((await app.request(where)).status).toBe(200);
  return log.splice(0);
}

describe("middleware of a route", () => {
  it("runs inside of that of app, inclusion and router, in every form of declaring one", async () => {
    const app = new App(quiet);
    app.use(note("app"));
    const router = new Router({ prefix: "/r", middleware: [note("option of router")] });
    router.use(note("used by router"));
    router.get("/statement", hello, { middleware: [note("1"), note("2")] });
    router.route(hello, { "GET /table": { middleware: [note("table")] }, "GET /none": {} });
    router.add({ method: "GET", path: "/added", endpoint: hello, middleware: [note("added")] });
    app.include(router, { middleware: [note("inclusion")] });
    app.include(router, { prefix: "/again" });
    const around = ["option of router", "used by router"];
    expect(await ran(app, "/r/statement")).toEqual(["app", "inclusion", ...around, "1", "2"]);
    expect(await ran(app, "/r/table")).toEqual(["app", "inclusion", ...around, "table"]);
    expect(await ran(app, "/r/none")).toEqual(["app", "inclusion", ...around]);
    expect(await ran(app, "/r/added")).toEqual(["app", "inclusion", ...around, "added"]);
    expect(await ran(app, "/again/r/table")).toEqual(["app", ...around, "table"]);
  });

  it("answers for every path of a statement", async () => {
    const app = new App(quiet);
    app.get(["/a", "/b"], hello, { middleware: [note("both")] });
    expect(await ran(app, "/a")).toEqual(["both"]);
    expect(await ran(app, "/b")).toEqual(["both"]);
  });
});

describe("errors that middleware answers by itself", () => {
  const says = (errors: Record<number, string>): Middleware => middleware({ errors: () => errors });

  it("are in the document of every route that it is around; what is nearer has the last word", () => {
    const app = new App();
    app.use(says({ 429: "of the app", 503: "of the app" }));
    app.get("/plain", () => 1);
    app.get(
      "/own",
      endpoint({ errors: { 429: "of the endpoint" } }, () => 1),
      {
        middleware: [says({ 403: "of the route", 503: "of the route" })],
      },
    );
    const responses = (path: string): object =>
      Object.fromEntries(
        Object.entries(app.openapi().paths[path]!.get!.responses).map(([status, response]) => [
          status,
          (response as { description: string }).description,
        ]),
      );
    expect(responses("/plain")).toEqual({ 200: "OK", 429: "of the app", 503: "of the app" });
    expect(responses("/own")).toEqual({
      200: "OK",
      403: "of the route",
      429: "of the endpoint",
      503: "of the route",
    });
  });

  it("are errors", () => {
    const app = new App(quiet);
    app.get("/a", () => 1, { middleware: [says({ 200: "no error" })] });
    expect(() => app.routes()).toThrow("errors declares 200");
  });
});

describe("what is no middleware", () => {
  it.each([
    [[1], "the number 1 stands where middleware belongs"],
    [note("x"), "a function stands where middleware belongs"],
    ["cors", 'the text "cors" stands where middleware belongs'],
  ])("is told of at the start: %s", (middleware, message) => {
    const options = { middleware: middleware as unknown as Middleware[] };
    const ofRoute = new App(quiet);
    ofRoute.get("/a", () => 1, options);
    const router = new Router(options);
    router.get("/a", () => 1);
    const ofRouter = new App(quiet);
    ofRouter.include(router);
    const plain = new Router();
    plain.get("/a", () => 1);
    const ofInclusion = new App(quiet);
    ofInclusion.include(plain, options);
    for (const app of [ofRoute, ofRouter, ofInclusion]) {
      let found: StartUpError | undefined;
      try {
        app.routes();
      } catch (error) {
        found = error as StartUpError;
      }
      expect(found?.mistakes.map(({ code, message: told }) => [code, told])).toEqual([["WM431", message]]);
    }
  });
});
