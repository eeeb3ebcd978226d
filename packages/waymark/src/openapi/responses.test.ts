import { z } from "zod";
import { type } from "arktype";
import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { cookie } from "../inputs/cookie.ts";
import { form } from "../inputs/form.ts";
import { header } from "../inputs/header.ts";
import { parts } from "../inputs/parts.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import { anyOf } from "../security/any-of.ts";
import { bearer } from "../security/bearer.ts";
import { jwt } from "../security/jwt.ts";
import { oauth2 } from "../security/oauth2.ts";
import { openIdConnect } from "../security/open-id-connect.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";

type Declare = Parameters<typeof emitDocument>[0];
const responsesOf = (declare: Declare) => emitDocument(declare).paths["/"]!.get!.responses;
const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

describe("responses", () => {
  it("give the output under the status of success", () => {
    const read = endpoint({ output: z.object({ at: z.date() }), status: 202 }, () => ({ at: new Date() }));
    expect(responsesOf((router) => router.get("/", read))).toEqual({
      202: {
        description: "Accepted",
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: { at: { type: "string", format: "date-time" } },
              required: ["at"],
            },
          },
        },
      },
    });
  });

  it("show the narrower output of a route", () => {
    const read = endpoint({ output: z.object({ a: z.string(), b: z.string() }) }, () => ({ a: "", b: "" }));
    const responses = responsesOf((router) => router.get("/", read, { output: z.object({ a: z.string() }) }));
    expect(responses["200"]!.content!["application/json"]!.schema!.properties).toEqual({
      a: { type: "string" },
    });
  });

  it("say that nothing is known without an output, and that nothing comes with 204", () => {
    expect(responsesOf((router) => router.get("/", () => "pong"))).toEqual({
      200: { description: "OK", content: { "application/json": { schema: {} } } },
    });
    const remove = endpoint({ status: 204 }, () => undefined);
    expect(responsesOf((router) => router.get("/", remove))).toEqual({ 204: { description: "No Content" } });
  });

  it("hold what function, route and dependencies declare, as problem documents", () => {
    const user = dependency({ errors: { 403: "Not yours" } }, () => 1);
    const read = endpoint(
      {
        errors: { 404: "No such item", 409: { description: "Taken", schema: z.object({ by: z.string() }) } },
      },
      function read() {},
    );
    const responses = responsesOf((router) =>
      router.get("/", read, { dependencies: [user], errors: { 404: "Not here", 410: "" } }),
    );
    expect(responses).toMatchObject({
      403: { description: "Not yours", content: problem },
      404: { description: "Not here", content: problem },
      409: {
        description: "Taken",
        content: {
          "application/problem+json": {
            schema: {
              allOf: [
                { $ref: "#/components/schemas/Problem" },
                { type: "object", properties: { by: { type: "string" } }, required: ["by"] },
              ],
            },
          },
        },
      },
      410: { description: "Gone", content: problem },
    });
    expect(Object.keys(responses)).toEqual(["200", "403", "404", "409", "410"]);
  });

  it("hold a 422 where values are validated, and nobody says what it is", () => {
    const search = endpoint({ input: { q: query(z.string()) } }, function search() {});
    const document = emitDocument((router) => {
      router.get("/a", search);
      router.get("/b", search, { errors: { 422: "Out of range" } });
      router.get("/c", () => "nothing to validate");
    });
    expect(document.paths["/a"]!.get!.responses["422"]!.content).toEqual({
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/ValidationProblem" },
        example: {
          type: "about:blank",
          title: "Unprocessable Content",
          status: 422,
          detail: "The request does not fit what this operation takes.",
          errors: [
            { in: "query", name: "q", path: [], message: "What is wrong with it", code: "invalid_type" },
          ],
        },
      },
    });
    expect(document.paths["/b"]!.get!.responses["422"]).toEqual({
      description: "Out of range",
      content: {
        "application/problem+json": {
          schema: { $ref: "#/components/schemas/Problem" },
          example: {
            type: "about:blank",
            title: "Unprocessable Content",
            status: 422,
            detail: "Out of range",
          },
        },
      },
    });
    expect(document.paths["/c"]!.get!.responses).not.toHaveProperty("422");
    expect(document.components!.schemas!["ValidationProblem"]).toMatchObject({
      allOf: [{ $ref: "#/components/schemas/Problem" }, { required: ["errors"] }],
    });
  });

  it("hold a 422 only where something can be refused, and always where nobody can tell", () => {
    const text = z.string();
    const checked = text.refine((each) => each !== "x");
    const asked = (input: never): boolean => {
      const document = emitDocument((router) =>
        router.add({
          method: "POST",
          path: "/{id}",
          endpoint: endpoint({ input }, function read() {}),
        } as never),
      );
      return "422" in document.paths["/{id}"]!.post!.responses;
    };
    const id = path(text);
    const never = {
      "a segment": { id },
      "a segment that is described": { id: path(text.meta({ description: "Which" })) },
      "a field of the head that may be absent": { id, a: header(text.optional()) },
      "a cookie with a default": { id, a: cookie(text.default("x")) },
      "any body": { id, a: body(z.unknown()) },
      "a body that is not parsed": { id, a: body.text() },
      "the parts of a form": { id, a: parts() },
    };
    const may = {
      "a segment that is checked": { id: path(text.min(3)) },
      "a segment that only code checks": { id: path(checked) },
      "a segment of a library that is not known": { id: path(type("string")) },
      "a number": { id: path(z.int()) },
      "a name of the query, which may be repeated": { id, a: query(text.optional()) },
      "a field of the head that must be there": { id, a: header(text) },
      "a cookie that code checks": { id, a: cookie(checked.optional()) },
      "a group, which may check its members together": {
        id,
        a: header.all(z.object({ a: text.optional() })),
      },
      "a body": { id, a: body(z.object({ a: text })) },
      "bodies that stand in an object": { id, a: body(z.unknown()), b: body(z.unknown()) },
      "a form": { id, a: form(text.optional()) },
    };
    const found = (cases: Record<string, object>): string[] =>
      Object.entries(cases).flatMap(([name, input]) => (asked(input as never) ? [name] : []));
    expect([found(never), found(may)]).toEqual([[], Object.keys(may)]);
  });

  it("are the same for every kind of body: what HTTP itself refuses is not among them", () => {
    const input = z.object({ a: z.string() });
    for (const each of [
      body(input),
      body(input, { mediaType: "application/x", parse: JSON.parse as never }),
      form(z.string()),
    ]) {
      const send = endpoint({ input: { each } }, function send() {});
      const { responses } = emitDocument((router) => router.post("/", send)).paths["/"]!.post!;
      expect(Object.keys(responses)).toEqual(["200", "422"]);
    }
  });

  it("hold a 503 where a credential is judged by keys of somebody else", () => {
    const remote = { jwksUrl: "https://i.example/jwks", audience: "a" };
    const flows = { clientCredentials: { tokenUrl: "https://i.example/token", scopes: {} } };
    const secret = "s".repeat(32);
    const unavailable = (token: ReturnType<typeof bearer>): unknown =>
      responsesOf((router) =>
        router.get(
          "/",
          endpoint({ input: { token } } as object, function read() {}),
        ),
      )["503"];
    for (const token of [
      jwt(remote),
      openIdConnect({ issuer: "https://i.example", audience: "a" }),
      oauth2({ flows, jwt: remote }),
      anyOf(bearer(), jwt(remote)),
    ])
      expect(unavailable(token as never)).toMatchObject({
        description: "Tokens cannot be verified at the moment",
        headers: { "Retry-After": { schema: { type: "integer" } } },
        content: problem,
      });
    for (const token of [bearer(), jwt({ secret }), oauth2({ flows }), oauth2({ flows, jwt: { secret } })])
      expect(unavailable(token as never)).toBeUndefined();
  });

  it("hold the 401 of a credential, since one that may be left out is refused where it is bad", () => {
    const required = endpoint({ input: { token: bearer() } }, function required() {});
    const optional = endpoint({ input: { token: bearer({ optional: true }) } }, function optional() {});
    expect(responsesOf((router) => router.get("/", required))["401"]).toMatchObject({
      description: "Not authenticated",
      headers: { "WWW-Authenticate": { schema: { type: "string" } } },
      content: problem,
    });
    expect(
      responsesOf((router) => router.get("/", required, { errors: { 401: "Sign in" } }))["401"],
    ).toMatchObject({
      description: "Sign in",
      headers: { "WWW-Authenticate": {} },
    });
    expect(responsesOf((router) => router.get("/", optional))).toHaveProperty("401");
    expect(responsesOf((router) => router.get("/", () => 1))).not.toHaveProperty("401");
  });

  it("leave out the framework's own schemas where nothing refers to them", () => {
    expect(emitDocument((router) => router.get("/", () => 1))).not.toHaveProperty("components");
  });

  it("tell of deprecation, until when, and what comes after", () => {
    const read = endpoint({ input: { id: path(z.string()) } }, function read() {});
    const document = emitDocument((router) => {
      router.get("/v1/{id}", read, {
        description: "Reads.",
        deprecated: { since: "2026-06-01", sunset: "2027-01-01", successor: "/v2/{id}" },
      });
      router.get("/v2/{id}", read, { deprecated: { since: "2026-07-01" } });
      router.get("/v3/{id}", read, { deprecated: true });
    });
    const [v1, v2, v3] = Object.values(document.paths).map((item) => item.get!);
    expect([v1, v2, v3].map((each) => each!.deprecated)).toEqual([true, true, true]);
    expect([v1, v2, v3].map((each) => each!.description)).toEqual([
      "Reads.\n\nDeprecated since 2026-06-01, gone after 2027-01-01. Use `/v2/{id}` instead.",
      "Deprecated since 2026-07-01.",
      undefined,
    ]);
    const headers = [v1, v2, v3].map((each) => Object.keys(each!.responses["200"]!.headers ?? {}));
    expect(headers).toEqual([["Deprecation", "Link", "Sunset"], ["Deprecation"], []]);
    expect(Object.keys(document.components!.headers!)).toEqual(["Deprecation", "Link", "Sunset"]);
  });

  it("pass the linter", async () => {
    expect(await lintEmitted()).toEqual([]);
  }, 180_000);
});
