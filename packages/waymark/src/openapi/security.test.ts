import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { CredentialMarker } from "../inputs/marker.ts";
import { anyOf } from "../security/any-of.ts";
import { apiKey } from "../security/api-key.ts";
import { bearer } from "../security/bearer.ts";
import { StartUpError } from "../start-up-error.ts";
import { emitDocument, lintEmitted } from "./emit-document.fixture.ts";
import { securityOf } from "./security.ts";

const credential = (schemeName: string, scopes: string[] = [], optional = false): CredentialMarker => ({
  in: "credential",
  schemeName,
  scheme: { type: "http", scheme: "bearer" },
  scopes,
  optional,
  read: () => undefined,
});

describe("security", () => {
  it("of a public operation is an empty list", () => {
    expect(securityOf([])).toEqual([]);
  });

  it("needs every credential that is read, and every scope", () => {
    expect(
      securityOf([credential("a", ["read"]), credential("b"), credential("a", ["write", "read"])]),
    ).toEqual([{ a: ["read", "write"], b: [] }]);
  });

  it("has an alternative without each credential that is optional", () => {
    expect(securityOf([credential("a"), credential("b", [], true)])).toEqual([{ a: [], b: [] }, { a: [] }]);
    expect(securityOf([credential("a", [], true)])).toEqual([{ a: [] }, {}]);
    expect(securityOf([credential("a", [], true), credential("b", [], true)])).toEqual([
      { a: [], b: [] },
      { b: [] },
      { a: [] },
      {},
    ]);
  });

  it("needs what one reader needs, however many could do without", () => {
    expect(securityOf([credential("a", [], true), credential("a")])).toEqual([{ a: [] }]);
  });

  it("comes from dependencies at any depth, and from guards of route and router", () => {
    const user = dependency({ input: { token: bearer({ bearerFormat: "JWT" }) } }, () => 1);
    const admin = dependency({ input: { user } }, () => 1);
    const key = dependency({ input: { key: apiKey({ in: "header", name: "X-Key" }) } }, () => 1);
    const document = emitDocument((router) => {
      router.get("/public", () => 1);
      router.get(
        "/admin",
        endpoint({ input: { admin } }, function read() {}),
        { dependencies: [key] },
      );
    });
    expect(document.paths["/public"]!.get!.security).toEqual([]);
    expect(document.paths["/admin"]!.get!.security).toEqual([{ bearer: [], "X-Key": [] }]);
    expect(document.components!.securitySchemes).toEqual({
      "X-Key": { type: "apiKey", in: "header", name: "X-Key" },
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    });
    expect(Object.keys(document.components!.securitySchemes!)).toEqual(["X-Key", "bearer"]);
    expect(document.paths["/admin"]!.get!.parameters).toBeUndefined();
  });

  it("refuses two schemes of one name", () => {
    const emit = () =>
      emitDocument((router) => {
        router.get(
          "/a",
          endpoint({ input: { token: bearer() } }, function a() {}),
        );
        router.get(
          "/b",
          endpoint({ input: { token: bearer({ bearerFormat: "JWT" }) } }, function b() {}),
        );
      });
    expect(emit).toThrow(StartUpError);
    expect(emit).toThrow("two different security schemes have the name 'bearer': on GET /a and on GET /b");
  });

  it("offers what anyOf lists, beside what else is needed", () => {
    const either = anyOf(bearer(), apiKey({ in: "header", name: "X-Key" })) as CredentialMarker;
    expect(securityOf([either])).toEqual([{ bearer: [] }, { "X-Key": [] }]);
    expect(securityOf([either, credential("a")])).toEqual([
      { bearer: [], a: [] },
      { "X-Key": [], a: [] },
    ]);
    expect(securityOf([either, credential("bearer")])).toEqual([{ bearer: [] }, { "X-Key": [], bearer: [] }]);
    expect(securityOf([either, either])).toEqual([
      { bearer: [] },
      { "X-Key": [], bearer: [] },
      { "X-Key": [] },
    ]);
    const optional = anyOf(
      bearer({ optional: true }),
      apiKey({ in: "query", name: "k" }),
    ) as CredentialMarker;
    expect(securityOf([optional])).toEqual([{ bearer: [] }, { k: [] }, {}]);
  });

  it("names the route's scopes at the credentials that they are asked of", () => {
    const either = anyOf(bearer(), apiKey({ in: "header", name: "X-Key" })) as CredentialMarker;
    const a = credential("a", ["own"]);
    const asked = { scopes: ["read", "own"], of: (each: CredentialMarker) => each === a || each === either };
    expect(securityOf([a, credential("b"), either], asked)).toEqual([
      { bearer: ["read", "own"], a: ["own", "read"], b: [] },
      { "X-Key": ["read", "own"], a: ["own", "read"], b: [] },
    ]);
  });

  it("describes every scheme that anyOf lists", () => {
    const document = emitDocument((router) => {
      const key = apiKey({ in: "cookie", name: "session" });
      router.get(
        "/either",
        endpoint({ input: { who: anyOf({ user: bearer(), browser: key }) } }, function either() {}),
      );
    });
    expect(Object.keys(document.components!.securitySchemes!)).toEqual(["bearer", "session"]);
    expect(Object.keys(document.paths["/either"]!.get!.responses)).toContain("401");
  });

  it("passes the linter", async () => {
    expect(await lintEmitted()).toEqual([]);
  }, 180_000);
});
