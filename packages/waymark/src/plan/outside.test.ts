import { describe, expect, it } from "vitest";
import type { Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { jsonOf, TestExchange } from "./exchange.fixture.ts";
import { compileOutside } from "./outside.ts";
import { scopeOf, settingsOf } from "./route.fixture.ts";

const settings = settingsOf();
const notFound = (): never => {
  throw new HttpError(404, "Nothing here.");
};

describe("outside any route", () => {
  it("an error is answered at once, as a problem document", () => {
    const exchange = new TestExchange();
    expect(compileOutside(scopeOf(), settings, notFound)(exchange)).toBeUndefined();
    expect(jsonOf(exchange)).toMatchObject({ status: 404, detail: "Nothing here." });
    expect(exchange.ends).toBe(1);
  });

  it("the scope's error handlers answer", async () => {
    const exchange = new TestExchange({ path: "/x" });
    const errorHandlers = [
      { on: 404, handler: (_: unknown, { request }: any) => reply(404, `no ${request.path}`) },
    ];
    await compileOutside(scopeOf({ errorHandlers }), settings, notFound)(exchange);
    expect(exchange.sent).toMatchObject({ status: 404, text: '"no /x"' });
  });

  it("middleware runs around, and sees that there is no route", async () => {
    const seen: unknown[] = [];
    const middleware: Middleware[] = [
      async ({ request, response }, next) => {
        await next();
        seen.push(response.status, request.route.template, request.route.method);
        response.headers.set("access-control-allow-origin", "*");
      },
    ];
    const exchange = new TestExchange({ method: "DELETE" });
    await compileOutside(scopeOf({ middleware }), settings, notFound)(exchange);
    expect(seen).toEqual([404, "", "DELETE"]);
    expect(exchange.sent!.headers).toMatchObject({ "access-control-allow-origin": "*" });
  });

  it("other answers are filled in by the caller, tasks run after them", async () => {
    const log: string[] = [];
    const middleware: Middleware[] = [
      async ({ response }, next) => {
        response.after(() => log.push("task"));
        await next();
      },
    ];
    const exchange = new TestExchange({ method: "OPTIONS" });
    await compileOutside(scopeOf({ middleware }), settings, (each) => {
      each.status = 204;
      each.setField("allow", "GET, HEAD");
    })(exchange);
    expect(exchange.sent).toEqual({ status: 204, headers: { allow: "GET, HEAD" }, text: "" });
    expect(log).toEqual(["task"]);
  });
});
