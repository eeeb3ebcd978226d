import { expect, it } from "vitest";
import { secureUrl } from "./secure-url.ts";

it.each([
  "https://issuer.example/keys",
  "http://localhost:8080/keys",
  "http://127.0.0.1/keys",
  "http://127.1.2.3/keys",
  "http://[::1]:9/keys",
  "http://auth.localhost/keys",
])("takes %s", (url) => {
  expect(secureUrl("jwksUrl", url).href).toBe(url);
});

it.each([
  "http://issuer.example/keys",
  "http://localhost.evil.example/keys",
  "http://127.0.0.1.evil.example/",
  "http://10.0.0.1/",
  "ftp://issuer.example/",
  "file:///etc/passwd",
  "data:application/json,{}",
  "/keys",
  "issuer.example",
  "",
])("refuses %j", (url) => {
  expect(() => secureUrl("jwksUrl", url)).toThrow(/^jwksUrl must be/);
});

it("takes http from elsewhere where it is told to, and nothing but http", () => {
  expect(secureUrl("issuer", "http://issuer.internal", true).host).toBe("issuer.internal");
  expect(() => secureUrl("issuer", "ftp://issuer.internal", true)).toThrow(TypeError);
});
