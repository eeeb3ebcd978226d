import { describe, expect, it } from "vitest";
import { apiKey } from "./api-key.ts";
import { appOf, ask } from "./asking.fixture.ts";

describe("apiKey", () => {
  it("finds a key in a header, whatever its case", async () => {
    const app = appOf(apiKey({ in: "header", name: "X-API-Key" }));
    expect((await ask(app, { "x-api-KEY": "k1" })).body).toEqual({ found: "k1" });
    expect(await ask(app)).toMatchObject({ status: 401, challenge: 'ApiKey in="header", name="X-API-Key"' });
    expect((await ask(app, { "x-api-key": "" })).status).toBe(401);
  });

  it("finds a key in the query, once", async () => {
    const app = appOf(apiKey({ in: "query", name: "api key" }));
    expect((await ask(app, {}, "/?api+key=k%2F1")).body).toEqual({ found: "k/1" });
    for (const target of ["/", "/?api+key=", "/?api+key=a&api+key=a", "/?api+key=%ff", "/?Api+Key=a"])
      expect(await ask(app, {}, target), target).toMatchObject({ status: 401 });
  });

  it("finds a key in a cookie", async () => {
    const app = appOf(apiKey({ in: "cookie", name: "session" }));
    expect((await ask(app, { cookie: "a=b; session=k1; session=k2" })).body).toEqual({ found: "k1" });
    expect((await ask(app, { cookie: "session=" })).status).toBe(401);
  });

  it("takes no place and no name that there is not", () => {
    expect(() => apiKey({ in: "body" as "query", name: "k" })).toThrow('in is "body"');
    expect(() => apiKey({ in: "header", name: "X Key" })).toThrow("cannot be the name of a header");
    expect(() => apiKey({ in: "cookie", name: "a;b" })).toThrow("cannot be the name of a cookie");
    expect(() => apiKey({ in: "query", name: "" })).toThrow("cannot be the name of a query");
  });

  it.each([
    "__proto__",
    "constructor",
    "' OR 1=1 --",
    "${7*7}",
    "../../etc/passwd",
    "%00",
    "%F0%9F%94%91",
    "<script>",
    "a".repeat(4000),
    "\u00e9",
  ])("gives %j to whoever judges it, and never fails", async (key) => {
    const app = appOf(apiKey({ in: "query", name: "key" }));
    const { status, body } = await ask(app, {}, `/?key=${encodeURIComponent(key)}`);
    expect([status, body.found]).toEqual([200, key]);
  });
});
