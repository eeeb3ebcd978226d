import { describe, it } from "vitest";
import { App } from "../app.ts";
import { reply } from "../http/reply.ts";
import { Router } from "../routing/router.ts";
import { bodyLimit } from "./body-limit.ts";
import { compression } from "./compression.ts";
import { cors } from "./cors.ts";
import { csrf } from "./csrf.ts";
import { middleware } from "./middleware.ts";
import { requestId } from "./request-id.ts";
import { sessions } from "./sessions.ts";
import { timeout } from "./timeout.ts";

describe("middleware", () => {
  const app = new App();
  const hello = (): string => "hello";

  it("stands on app, router, inclusion and route", () => {
    app.use(cors({ origins: "*" }));
    const router = new Router({ prefix: "/a", middleware: [timeout(10)] });
    app.include(router, { middleware: [timeout(10)] });
    app.get("/a", hello, { middleware: [cors({ origins: "*" }), timeout(10)] });
    app.route(hello, { "GET /b": { middleware: [timeout(10)] } });
    app.add({ method: "GET", path: "/c", endpoint: hello, middleware: [timeout(10)] });
  });

  it("is a function whose arguments have types, or made of parts that have", () => {
    app.use(({ request, response }, next) => {
      response.headers.set("x", request.path);
      return next();
    });
    app.get("/d", hello, {
      middleware: [async ({ request }, next) => (request.id === undefined ? next() : reply(403))],
    });
    middleware({ before: ({ request }) => request.method, after: ({ response }) => response.status });
    // @ts-expect-error -- a part that there is not
    middleware({ around: () => 1 });
  });

  it("is nothing else", () => {
    // @ts-expect-error -- not an array
    app.get("/e", hello, { middleware: timeout(10) });
    // @ts-expect-error -- not called
    app.get("/f", hello, { middleware: [cors] });
    // @ts-expect-error -- not called
    app.use(compression);
    // @ts-expect-error -- not called
    app.use(csrf);
    // @ts-expect-error -- not called
    app.use(requestId);
    // @ts-expect-error -- not called
    app.use(sessions);
    // @ts-expect-error -- not called
    app.use(bodyLimit);
    // @ts-expect-error -- misspelt
    app.get("/g", hello, { middlewares: [timeout(10)] });
    // @ts-expect-error -- whom to let in is not left open
    cors({});
  });
});
