import { describe, expect, it } from "vitest";
import { BareExchange } from "../../../waymark/src/http/bare-exchange.fixture.ts";
import { callOf, contextOf } from "./call.fixture.ts";
import { corsKind } from "./cors.ts";
import type { Step } from "../call.ts";

const step = (options: object): Step => corsKind.step(options, contextOf())!;

function fieldsFor(options: object, origin: string | undefined): Map<string, string | null> {
  const call = callOf({ headers: origin === undefined ? [] : [["origin", origin]] });
  void step(options).run!(call);
  return call.replyHeaders as Map<string, string | null>;
}

const SHOP = "https://shop.example";

describe("cors", () => {
  it("lets pages of an allowed origin read the reply, whatever the upstream says of it", () => {
    const fields = fieldsFor({ origins: [SHOP], credentials: true, exposed: ["x-total"] }, SHOP);
    expect(fields.get("access-control-allow-origin")).toBe(SHOP);
    expect(fields.get("access-control-allow-credentials")).toBe("true");
    expect(fields.get("access-control-expose-headers")).toBe("x-total");
    expect(fields.get("vary")).toBe("Origin");
  });

  it("takes away what the upstream says where the origin is not allowed", () => {
    const fields = fieldsFor({ origins: [SHOP] }, "https://evil.example");
    expect(fields.get("access-control-allow-origin")).toBeNull();
    expect(fields.get("vary")).toBe("Origin");
  });

  it("is the same for everybody with *", () => {
    const fields = fieldsFor({ origins: "*" }, undefined);
    expect(fields.get("access-control-allow-origin")).toBe("*");
    expect(fields.has("vary")).toBe(false);
  });

  it("takes a star for the labels below a host, and for nothing else", () => {
    const options = { origins: "https://*.shop.example" };
    for (const origin of ["https://a.shop.example", "https://a.b.shop.example"])
      expect(fieldsFor(options, origin).get("access-control-allow-origin")).toBe(origin);
    for (const origin of [
      SHOP,
      "https://evilshop.example",
      "https://a.shop.example.evil.test",
      "http://a.shop.example",
      "https://a.shopxexample",
    ])
      expect(fieldsFor(options, origin).get("access-control-allow-origin"), origin).toBeNull();
  });

  it("answers a preflight with what is permitted", () => {
    const exchange = new BareExchange({
      method: "OPTIONS",
      headers: [
        ["origin", SHOP],
        ["access-control-request-method", "PUT"],
        ["access-control-request-headers", "x-one, x-two"],
      ],
    });
    const fields = step({ origins: [SHOP], maxAge: 60 }).preflight!(exchange);
    expect(Object.fromEntries(fields)).toEqual({
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
      "access-control-allow-origin": SHOP,
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-max-age": "60",
      "access-control-allow-headers": "x-one, x-two",
    });
  });

  it("answers it as well where OPTIONS is an operation of the document, which gets all others", () => {
    const operation = { ...contextOf().operation, method: "OPTIONS" };
    const { run } = corsKind.step({ origins: [SHOP] }, contextOf({ operation }))!;
    const headers: [string, string][] = [["origin", SHOP]];
    expect(run!(callOf({ method: "OPTIONS", headers }))).toBeUndefined();
    const asking = callOf({
      method: "OPTIONS",
      headers: [...headers, ["access-control-request-method", "PUT"]],
    });
    expect(run!(asking)).toEqual({ status: 204, contentType: null, body: null });
    expect(asking.replyHeaders.get("access-control-allow-origin")).toBe(SHOP);
    expect(asking.replyHeaders.get("access-control-allow-methods")).toContain("PUT");
  });

  it("lets pages of public addresses reach a private one only where that is said", () => {
    const asking = new BareExchange({
      method: "OPTIONS",
      headers: [
        ["origin", SHOP],
        ["access-control-request-private-network", "true"],
      ],
    });
    const permitted = (options: object): string | undefined =>
      step({ origins: [SHOP], ...options }).preflight!(asking).get("access-control-allow-private-network");
    expect([permitted({}), permitted({ privateNetwork: true })]).toEqual([undefined, "true"]);
  });

  it("permits nothing to another origin, and repeats no list that is none", () => {
    const ask = (origin: string, headers: string): ReadonlyMap<string, string> =>
      step({ origins: [SHOP] }).preflight!(
        new BareExchange({
          method: "OPTIONS",
          headers: [
            ["origin", origin],
            ["access-control-request-headers", headers],
          ],
        }),
      );
    expect([...ask("https://evil.example", "x-one").keys()]).toEqual(["vary"]);
    expect(ask(SHOP, "x-one\u0001").has("access-control-allow-headers")).toBe(false);
  });

  it("says at once what no browser would accept", () => {
    const check = corsKind.check!;
    expect(check({ origins: "*", credentials: true })).toContain("would lend everybody the cookies");
    expect(check({ origins: ["https://shop.example/"] })).toContain("is not an origin");
    expect(check({ origins: [SHOP], methods: ["*"], credentials: true })).toContain("list the names");
    expect(check({ origins: [SHOP] })).toBeUndefined();
  });
});
