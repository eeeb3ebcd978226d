import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BareExchange } from "../http/bare-exchange.fixture.ts";
import { appWith } from "./app.fixture.ts";
import { httpsRedirect } from "./https-redirect.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const HOSTS = ["example.com", "*.example.com", "[::1]"];

const app = appWith([httpsRedirect({ hosts: HOSTS })]);
app.get("/items", () => "ok");
app.post("/items", () => "ok");

describe("a request over http", () => {
  it.each([
    ["example.com", "/items", "https://example.com/items"],
    ["example.com:8080", "/items?a=1&b=%2F", "https://example.com/items?a=1&b=%2F"],
    ["a.Example.com", "/items", "https://a.Example.com/items"],
    ["[::1]:8000", "/items", "https://[::1]/items"],
    ["example.com", "//evil.test/", "https://example.com//evil.test/"],
    ["example.com", "/nowhere", "https://example.com/nowhere"],
  ])("is sent to the same place: %s%s", async (host, path, location) => {
    const response = await app.request(path, { host });
    expect([response.status, response.headers.get("location")]).toEqual([308, location]);
  });

  it("keeps its method, with the status of choice", async () => {
    const other = appWith([httpsRedirect({ hosts: HOSTS, status: 307, port: 8443 })]);
    const response = await other.request("POST /items", { host: "example.com", json: {} });
    expect([response.status, response.headers.get("location")]).toEqual([
      307,
      "https://example.com:8443/items",
    ]);
  });

  it.each(["evil.test", "example.com.evil.test", "localhost"])(
    "to another host is not redirected: %s",
    async (host) => {
      const response = await app.request("/items", { host });
      expect([response.status, response.headers.has("location")]).toEqual([421, false]);
    },
  );

  it("of OPTIONS * has no path", async () => {
    const response = await app.request("OPTIONS *", { host: "example.com" });
    expect(response.headers.get("location")).toBe("https://example.com");
  });

  it("never leads to another origin, whatever host and path are", async () => {
    await app.start();
    const piece = fc.constantFrom(
      "/",
      "\\",
      "//",
      "@",
      ":",
      ".",
      "%2f",
      "%5c",
      "evil.test",
      "example.com",
      "#",
      "?",
      "a",
      "%0d%0a",
      "[",
      "]",
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(text, text, async (host, path) => {
        class Asked extends BareExchange {
          override end(): void {}
        }
        const exchange = new Asked({ path: `/${path}`, headers: [["host", host]] });
        await app.handle(exchange);
        const location = exchange.getField("location");
        if (location !== undefined)
          expect(new URL(location).origin).toMatch(/^https:\/\/([a-z]+\.)*example\.com\.?$/);
        else expect([400, 421]).toContain(exchange.status);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a request over https", () => {
  it("is answered, whatever its host", async () => {
    expect((await app.request("/items", { scheme: "https", host: "evil.test" })).status).toBe(200);
  });

  it("is what a trusted proxy says is one", async () => {
    const behind = appWith([trustedProxies(["loopback"]), httpsRedirect({ hosts: HOSTS })]);
    behind.get("/items", () => "ok");
    const ask = async (proto: string, remoteAddress: string): Promise<number> =>
      (
        await behind.request("/items", {
          host: "example.com",
          remoteAddress,
          headers: { "x-forwarded-proto": proto },
        })
      ).status;
    expect(await ask("https", "127.0.0.1")).toBe(200);
    expect(await ask("http", "127.0.0.1")).toBe(308);
    expect(await ask("https", "192.0.2.1")).toBe(308);
  });
});

describe("settings that cannot be meant", () => {
  it("say so", () => {
    expect(() => httpsRedirect({ hosts: [] })).toThrow("lets nobody in");
    expect(() => httpsRedirect({ hosts: ["https://example.com"] })).toThrow("without a scheme");
    expect(() => httpsRedirect({ hosts: HOSTS, port: 0 })).toThrow("port is a number");
  });
});
