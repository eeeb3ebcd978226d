import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { HandlerContext } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { ValidationError } from "../http/validation-error.ts";
import { query } from "../inputs/index.ts";
import type { RouterScope } from "../routing/scope.ts";
import { jsonOf } from "./exchange.fixture.ts";
import { bench, dep, scopeOf, type RouteFixture } from "./route.fixture.ts";

class Teapot extends HttpError {
  constructor() {
    super(418, "short and stout");
  }
}
class DbError extends Error {}
class Duplicate extends DbError {}

type On = RouterScope["errorHandlers"][number]["on"];
type Handler = RouterScope["errorHandlers"][number]["handler"];

/** A scope with error handlers: class or status, handler, and so on. */
function handling(pairs: [On, Handler][], parent?: RouterScope): RouterScope {
  return scopeOf({ errorHandlers: pairs.map(([on, handler]) => ({ on, handler })), parent });
}

function throwing(error: unknown, fixture: RouteFixture = {}, dev = false) {
  return bench(
    () => {
      throw error;
    },
    fixture,
    { dev },
  );
}

describe("without error handlers", () => {
  it("an HttpError is its problem document, and is not logged", async () => {
    const error = new HttpError(429, "slow down", {
      headers: { "retry-after": "5" },
      type: "/slow",
      members: { left: 0 },
    });
    const { request, logger } = throwing(error);
    const exchange = await request();
    expect(exchange.sent).toMatchObject({
      status: 429,
      headers: { "content-type": "application/problem+json", "retry-after": "5" },
    });
    expect(jsonOf(exchange)).toEqual({
      type: "/slow",
      title: "Too Many Requests",
      status: 429,
      detail: "slow down",
      left: 0,
    });
    expect(logger.lines).toEqual([]);
  });

  it("anything else is a logged 500 without detail, and shows its stack in development alone", async () => {
    const { request, logger } = throwing(new Error("s3cret"), { path: "/x" });
    expect(jsonOf(await request())).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
    });
    expect(logger.lines).toEqual([
      {
        level: "error",
        message: "GET /x: answered 500 for an error that nothing handled",
        details: new Error("s3cret"),
      },
    ]);
    expect((await throwing(new Error("s3cret"), {}, true).request()).sent!.text).toContain("s3cret");
  });

  it("a reply that was thrown is the reply", async () => {
    const login = dep("login", () => {
      throw reply.redirect("/login", 303);
    });
    const { request, logger } = bench(() => 1, { guards: [login] });
    expect((await request()).sent).toMatchObject({ status: 303, headers: { location: "/login" } });
    expect((await throwing(new Response("no", { status: 451 })).request()).sent).toMatchObject({
      status: 451,
      text: "no",
    });
    expect(logger.lines).toEqual([]);
  });
});

describe("error handlers", () => {
  const asked: string[] = [];
  const note =
    (name: string, value?: unknown): Handler =>
    () => {
      asked.push(name);
      return value;
    };
  const order = async (error: unknown, scope: RouterScope): Promise<string[]> => {
    asked.length = 0;
    await throwing(error, { scope }).request();
    return [...asked];
  };

  it("are asked nearest class first, a status just before HttpError, inner scopes before outer ones", async () => {
    const outer = handling([[Error, note("outer Error")]]);
    const scope = handling(
      [
        [Error, note("Error")],
        [HttpError, note("HttpError")],
        [418, note("418")],
        [Teapot, note("Teapot")],
        [404, note("404")],
        [500, note("500")],
        [DbError, note("DbError")],
        [Duplicate, note("Duplicate")],
      ],
      outer,
    );
    expect(await order(new Teapot(), scope)).toEqual(["Teapot", "418", "HttpError", "Error", "outer Error"]);
    expect(await order(new HttpError(404), scope)).toEqual(["404", "HttpError", "Error", "outer Error"]);
    expect(await order(new Duplicate(), scope)).toEqual([
      "Duplicate",
      "DbError",
      "500",
      "Error",
      "outer Error",
    ]);
    expect(await order("text", scope)).toEqual(["500"]);
  });

  it("stop at the first that returns something, several of one class as declared", async () => {
    const scope = handling([
      [Error, note("first")],
      [Error, note("second", "ok")],
      [Error, note("third")],
    ]);
    expect(await order(new Error("x"), scope)).toEqual(["first", "second"]);
  });

  it("reply with a value of the error's status, a reply, or a Response", async () => {
    const sent = async (error: unknown, value: unknown): Promise<unknown> =>
      (await throwing(error, { scope: handling([[Error, () => value]]) }).request()).sent;
    const json = { "content-type": "application/json" };
    expect(await sent(new Teapot(), { a: 1 })).toEqual({ status: 418, headers: json, text: '{"a":1}' });
    expect(await sent(new Error("x"), null)).toEqual({ status: 500, headers: json, text: "null" });
    expect(await sent(new Error("x"), reply(409, { a: 1 }))).toEqual({
      status: 409,
      headers: json,
      text: '{"a":1}',
    });
    expect(await sent(new Teapot(), reply.text("hi"))).toMatchObject({ status: 418, text: "hi" });
    expect(await sent(new Error("x"), new Response("web", { status: 402 }))).toMatchObject({
      status: 402,
      text: "web",
    });
    expect(await sent(new Error("x"), Promise.resolve({ a: 1 }))).toEqual({
      status: 500,
      headers: json,
      text: '{"a":1}',
    });
  });

  it("see request and response; what they set is sent, and a handled error is not logged", async () => {
    const scope = handling([
      [
        Error,
        (error: Error, { request, response }: HandlerContext) => {
          response.status = 503;
          response.headers.set("retry-after", "1");
          return { route: request.route.template, error: error.message };
        },
      ],
    ]);
    const { request, logger } = throwing(new Error("down"), { scope, path: "/a" });
    expect((await request()).sent).toEqual({
      status: 503,
      headers: { "content-type": "application/json", "retry-after": "1" },
      text: '{"route":"/a","error":"down"}',
    });
    expect(logger.lines).toEqual([]);
  });

  it("take validation errors with their issues", async () => {
    const scope = handling([
      [
        ValidationError,
        (error: ValidationError) =>
          reply(
            400,
            error.issues.map(({ name }) => name),
          ),
      ],
    ]);
    const { request } = bench(() => 1, { scope, input: { n: query(z.int()) } });
    expect((await request({ search: "n=x" })).sent).toMatchObject({ status: 400, text: '["n"]' });
  });

  it("that fail are logged and answered with 500; an HttpError they throw is an answer", async () => {
    const fails = handling([
      [
        DbError,
        () => {
          throw new TypeError("handler");
        },
      ],
    ]);
    const { request, logger } = throwing(new DbError("first"), { scope: fails });
    expect(jsonOf(await request())).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
    });
    expect(logger.lines.map(({ details }) => String(details))).toEqual([
      "Error: first",
      "TypeError: handler",
    ]);

    const answers = handling([[DbError, () => HttpError.throw(503, "later")]]);
    const { request: send, logger: quiet } = throwing(new DbError("first"), { scope: answers });
    expect(jsonOf(await send())).toMatchObject({ status: 503, detail: "later" });
    expect(quiet.lines).toEqual([]);
  });

  it("see the error that generators have made of it", async () => {
    const turns = dep("turns", function* () {
      try {
        yield 1;
      } catch {
        throw new Teapot();
      }
    });
    const scope = handling([[Teapot, () => reply.text("tea")]]);
    expect((await throwing(new Error("x"), { scope, guards: [turns] }).request()).sent!.text).toBe("tea");
  });
});

describe("an undeclared status", () => {
  const errors = { 404: "none" };

  it("is warned about once for a route, in development", async () => {
    const { request, logger } = throwing(new HttpError(409), { errors, path: "/a" }, true);
    await request();
    await request();
    expect(logger.lines).toEqual([
      {
        level: "warn",
        message: 'GET /a: answered 409, which is not declared; add it to errors: { 409: "what it means" }',
        details: undefined,
      },
    ]);
  });

  const warnings = async (
    give: () => unknown,
    declared: RouteFixture["errors"],
    dev = true,
  ): Promise<string[]> => {
    const { request, logger } = bench(give, { errors: declared ?? {}, path: "/a" }, { dev });
    await request();
    await request();
    return logger.lines.map(({ message }) => message);
  };
  const schema = z.object({ left: z.int() });

  it.each<[string, () => unknown]>([
    ["returned", () => reply(409, { left: 0 })],
    [
      "thrown",
      () => {
        throw reply(409, { left: 0 });
      },
    ],
    ["a web Response", () => Response.json({ left: 0 }, { status: 409 })],
  ])("is warned about where it was made by hand: %s", async (_, give) => {
    const undeclared =
      'GET /a: answered 409, which is not declared; add it to errors: { 409: { description: "what it means", schema, mediaType: "application/json" } }';
    expect(await warnings(give, errors)).toEqual([undeclared]);
    const otherwise =
      'GET /a: answered 409 as application/json, and errors says application/problem+json; throw new HttpError(409, "…", { members }), or declare { 409: { description, schema, mediaType: "application/json" } }';
    for (const declared of ["Sold out", { description: "Sold out", schema }])
      expect(await warnings(give, { 409: declared })).toEqual([otherwise]);
    expect(await warnings(give, { 409: { description: "", schema, mediaType: "application/json" } })).toEqual(
      [],
    );
    expect(await warnings(give, { 409: "Sold out" }, false)).toEqual([]);
  });

  it("is one whose type is not what was declared, both ways", async () => {
    const asText = { 409: { description: "", schema, mediaType: "text/plain" } };
    expect(await warnings(() => reply(409, { left: 0 }), asText)).toEqual([
      'GET /a: answered 409 as application/json, and errors says text/plain; declare { 409: { description, schema, mediaType: "application/json" } }',
    ]);
    const json = { 409: { description: "", schema, mediaType: "application/json" } };
    const thrown = () => HttpError.throw(409, "Sold out");
    expect(await warnings(thrown, json)).toEqual([
      "GET /a: answered 409 as application/problem+json, and errors says application/json; return reply(409, …), or leave mediaType out of errors: { 409: … }",
    ]);
    const problem = { type: "about:blank", status: 409, left: 0 };
    const byHand = () => reply(409, problem, { "content-type": "application/problem+json; charset=utf-8" });
    expect(await warnings(byHand, { 409: "Sold out" })).toEqual([]);
    expect(await warnings(() => reply(409, undefined), { 409: "Sold out" })).toEqual([]);
    expect(await warnings(() => reply(202, { left: 0 }), {})).toEqual([]);
  });

  it("is none of production's business", async () => {
    const { request, logger } = throwing(new HttpError(409), { errors });
    await request();
    expect(logger.lines).toEqual([]);
  });

  it("is not one that was declared, nor one of the framework's own", async () => {
    const declared = throwing(new HttpError(404), { errors }, true);
    await declared.request();
    expect(declared.logger.lines).toEqual([]);
    const { request, logger } = bench(
      () => 1,
      { guards: [dep("g", () => 1)], input: { n: query(z.int()) } },
      { dev: true },
    );
    expect((await request({ search: "n=x" })).sent!.status).toBe(422);
    expect((await request({ search: "%ff" })).sent!.status).toBe(400);
    expect(logger.lines).toEqual([]);
  });
});

describe("errors that cannot be read", () => {
  const trap = (): never => {
    throw new Error("trapped");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  it.each<[string, unknown]>([
    ["a proxy that throws", new Proxy({}, { getPrototypeOf: trap })],
    ["a revoked proxy", revoked.proxy],
    ["members with a getter that throws", new HttpError(400, "x", { members: { get bad() { return trap(); } } })], // prettier-ignore
    ["header fields that are none", new HttpError(400, "x", { headers: null as unknown as {} })],
  ])("%s is a logged 500", async (_, error) => {
    const { request, logger } = throwing(error);
    const exchange = await request();
    expect(exchange.sent).toMatchObject({ status: 500 });
    expect(jsonOf(exchange)).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
    expect(logger.lines.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/cannot be read/),
    );
  });

  it("an error handler that throws one is a logged 500 too", async () => {
    const handler = () => {
      throw new Proxy({}, { getPrototypeOf: trap });
    };
    const { request, logger } = throwing(new DbError("down"), { scope: handling([[DbError, handler]]) });
    expect((await request()).sent).toMatchObject({ status: 500 });
    expect(logger.lines.map(({ message }) => message)).toEqual([expect.stringMatching(/cannot be read/)]);
  });
});
