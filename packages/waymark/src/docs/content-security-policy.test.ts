import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, originOf } from "./content-security-policy.ts";

describe("contentSecurityPolicy", () => {
  it("lets nothing come from elsewhere, and no script stand in the page", () => {
    const policy = contentSecurityPolicy();
    expect(policy).toContain("default-src 'self'; script-src 'self'; ");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
  });

  it("adds the origins that may be called", () => {
    expect(contentSecurityPolicy(["https://api.waymark.test"])).toContain(
      "connect-src 'self' https://api.waymark.test;",
    );
  });
});

describe("originOf", () => {
  it.each([
    ["https://api.waymark.test/v1", "https://api.waymark.test"],
    ["http://127.0.0.1:8000", "http://127.0.0.1:8000"],
    ["HTTPS://API.waymark.test", "https://api.waymark.test"],
    ["/v1", undefined],
    [".", undefined],
    ["https://{region}.waymark.test", undefined],
    ["https://waymark.test; script-src *", undefined],
    ["https://waymark.test\nx", undefined],
    ["javascript:alert(1)", undefined],
    ["https://", undefined],
  ])("of %j is %j", (url, origin) => {
    expect(originOf(url)).toBe(origin);
  });
});
