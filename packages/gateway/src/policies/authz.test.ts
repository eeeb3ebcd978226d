import { describe, expect, it } from "vitest";
import { authzKind } from "./authz.ts";
import { callOf, contextOf, principalOf, refusalOf } from "./call.fixture.ts";

async function statusFor(
  options: object,
  principal: ReturnType<typeof principalOf> | null,
): Promise<number | undefined> {
  return (await refusalOf([authzKind.step(options, contextOf())!], callOf({ principal })))?.status;
}

describe("authz", () => {
  it("asks for all scopes, or any of them", async () => {
    const principal = principalOf({ scopes: ["a", "b"] });
    expect(await statusFor({ scopes: ["a", "b"] }, principal)).toBeUndefined();
    expect(await statusFor({ scopes: ["a", "c"] }, principal)).toBe(403);
    expect(await statusFor({ scopes: ["a", "c"], anyScope: true }, principal)).toBeUndefined();
    expect(await statusFor({ scopes: ["c"], anyScope: true }, principal)).toBe(403);
  });

  it("asks for claims: the value, one of several, or one that a list holds", async () => {
    const principal = principalOf({ claims: { plan: "gold", groups: ["x", "y"], level: 3 } });
    expect(await statusFor({ claims: { plan: "gold" } }, principal)).toBeUndefined();
    expect(
      await statusFor({ claims: { plan: ["silver", "gold"], groups: "y", level: 3 } }, principal),
    ).toBeUndefined();
    expect(await statusFor({ claims: { plan: "silver" } }, principal)).toBe(403);
    expect(await statusFor({ claims: { level: "3" } }, principal)).toBe(403);
    expect(await statusFor({ claims: { constructor: "x" } }, principal)).toBe(403);
  });

  it("asks for consumers; a subject of a token is none", async () => {
    expect(await statusFor({ consumers: ["mobile"] }, principalOf())).toBeUndefined();
    expect(await statusFor({ consumers: ["other"] }, principalOf())).toBe(403);
    expect(
      await statusFor({ consumers: ["mobile"] }, principalOf({ consumer: null, id: "sub:mobile" })),
    ).toBe(403);
  });

  it("answers 401 to whoever is not known", async () => {
    expect(await statusFor({ scopes: ["a"] }, null)).toBe(401);
  });
});
