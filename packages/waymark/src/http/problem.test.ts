import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { HttpError } from "./http-error.ts";
import { problemOf, writeProblem } from "./problem.ts";
import { ValidationError } from "./validation-error.ts";

describe("problemOf", () => {
  test("an HttpError gives its status, type, detail and members", () => {
    expect(problemOf(new HttpError(404))).toEqual({ type: "about:blank", title: "Not Found", status: 404 });
    const error = new HttpError(409, "Taken", { type: "/problems/taken", members: { id: 7 } });
    expect(JSON.stringify(problemOf(error))).toBe(
      '{"type":"/problems/taken","title":"Conflict","status":409,"detail":"Taken","id":7}',
    );
  });

  test("members do not set the names of the RFC", () => {
    const error = new HttpError(403, "No", {
      members: { status: 200, title: "x", type: "y", detail: "z", more: 1 },
    });
    expect(problemOf(error)).toEqual({
      type: "about:blank",
      title: "Forbidden",
      status: 403,
      detail: "No",
      more: 1,
    });
  });

  test("a status without a name of its own has that of its class", () => {
    expect(problemOf(new HttpError(499)).title).toBe("Bad Request");
  });

  test("validation gives every issue", () => {
    const issue = { in: "query", name: "limit", path: [], message: "too big", code: "too_big" };
    expect(problemOf(new ValidationError([issue, issue]))).toMatchObject({
      status: 422,
      errors: [issue, issue],
    });
  });

  test("anything else is a 500 that says nothing", () => {
    for (const error of [new Error("secret"), "secret", undefined, null, { message: "secret" }])
      expect(problemOf(error)).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
  });

  test("in development it shows message and stack", () => {
    const problem = problemOf(new RangeError("too far"), { dev: true });
    expect(problem).toMatchObject({ status: 500, detail: "RangeError: too far" });
    expect((problem["stack"] as string[]).join("\n")).toContain("problem.test.ts");
    expect(problemOf("text", { dev: true }).detail).toMatch(/no Error/);
  });
});

describe("writeProblem", () => {
  test("fields stay, but for those of the body that will not be sent", () => {
    const exchange = new BareExchange();
    exchange.setField("x-request-id", "7");
    exchange.appendField("set-cookie", "a=1");
    exchange.setField("content-length", "99");
    exchange.setField("content-disposition", "attachment");
    exchange.setField("etag", '"x"');
    exchange.contentType = "text/csv";
    writeProblem(exchange, new HttpError(401, undefined, { headers: { "WWW-Authenticate": "Bearer" } }));
    expect(exchange.fields).toEqual(["x-request-id", "7", "set-cookie", "a=1", "www-authenticate", "Bearer"]);
    expect([exchange.status, exchange.contentType]).toEqual([401, "application/problem+json"]);
    expect(JSON.parse(exchange.payload as string)).toEqual({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
    });
  });

  test("a field that HTTP cannot carry and a member that JSON cannot write do not stop it", () => {
    const exchange = new BareExchange();
    writeProblem(
      exchange,
      new HttpError(400, "No", { headers: { "x-bad": "a\r\nb", "x-good": "1" }, members: { big: 1n } }),
    );
    expect(exchange.fields).toEqual(["x-good", "1"]);
    expect(JSON.parse(exchange.payload as string)).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: "No",
    });
  });
});
