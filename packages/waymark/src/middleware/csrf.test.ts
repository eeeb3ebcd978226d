import { describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { path } from "../inputs/index.ts";
import { appWith } from "./app.fixture.ts";
import { csrf, type CsrfOptions } from "./csrf.ts";
import { trustedProxies } from "./trusted-proxies.ts";

interface Asked {
  readonly method?: string;
  readonly where?: string;
  readonly scheme?: "http" | "https";
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask(options: CsrfOptions | undefined, asked: Asked): Promise<number> {
  const app = appWith([csrf(options)]);
  const hook = endpoint({ input: { name: path(z.string()) } }, ({ name }) => name);
  for (const method of ["get", "post", "put", "patch", "delete", "query"] as const)
    app[method]("/items", () => "ok");
  app.post("/webhooks/{name}", hook);
  const {
    method = "POST",
    where = "/items",
    scheme = "https",
    host = "example.com",
    headers = {},
    body,
  } = asked;
  const response = await app.request(`${method} ${where}`, {
    scheme,
    host,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return response.status;
}

const OWN = "https://example.com";
const FRIEND = "https://app.example.com";

/** What a browser says of where a request comes from, and whether it passes; `friend` is whether FRIEND is listed. */
const TABLE: [site: string | undefined, origin: string | undefined, passes: boolean, friend?: boolean][] = [
  ["same-origin", OWN, true],
  ["same-origin", undefined, true],
  // a page with Referrer-Policy: no-referrer
  ["same-origin", "null", true],
  ["none", undefined, true],
  ["same-site", FRIEND, false],
  ["same-site", FRIEND, true, true],
  ["same-site", undefined, false, true],
  ["cross-site", "https://evil.test", false],
  ["cross-site", "https://evil.test", false, true],
  ["cross-site", "null", false],
  ["cross-site", undefined, false],
  // Sec-Fetch-Site knows better than a Host that was made equal
  ["cross-site", OWN, false],
  ["Same-Origin", OWN, false],
  ["", OWN, false],
  ["whatever", OWN, false],
  [undefined, OWN, true],
  [undefined, "https://EXAMPLE.com", false],
  [undefined, "http://example.com", false],
  [undefined, "https://example.com:8443", false],
  [undefined, "https://example.com:443", false],
  [undefined, "https://sub.example.com", false],
  [undefined, FRIEND, false],
  [undefined, FRIEND, true, true],
  [undefined, "https://example.com.evil.test", false],
  [undefined, "https://evilexample.com", false],
  [undefined, "https://evil.test", false],
  [undefined, "null", false],
  [undefined, "", false],
  [undefined, undefined, true],
];

describe("the truth table of CSRF", () => {
  it.each(TABLE)(
    "Sec-Fetch-Site %s, Origin %s: passes %s (a friend: %s)",
    async (site, origin, passes, friend) => {
      const headers: Record<string, string> = {};
      if (site !== undefined) headers["sec-fetch-site"] = site;
      if (origin !== undefined) headers["origin"] = origin;
      const options = friend === true ? { origins: [FRIEND] } : undefined;
      for (const method of ["POST", "PUT", "PATCH", "DELETE"])
        expect(await ask(options, { method, headers }), method).toBe(passes ? 200 : 403);
      // what changes nothing may come from anywhere
      for (const method of ["GET", "HEAD", "QUERY", "OPTIONS"])
        expect(await ask(options, { method, headers }), method).toBe(method === "OPTIONS" ? 204 : 200);
    },
  );

  it.each([
    "text/plain",
    "TEXT/PLAIN",
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-Urlencoded",
    "multipart/form-data; boundary=x",
    "application/json",
    "application/json, text/plain",
    " text/plain",
    "",
    undefined,
  ])("whatever the body is: %j", async (type) => {
    const body = { body: "x", headers: type === undefined ? {} : { "content-type": type } };
    const from = (origin: string): Promise<number> =>
      ask({}, { ...body, headers: { ...body.headers, origin } as Record<string, string> });
    expect(await from("https://evil.test")).toBe(403);
    expect(await from(OWN)).toBe(200);
  });
});

describe("a request without Origin", () => {
  it("goes by its Referer", async () => {
    const from = (referer: string): Promise<number> => ask({}, { headers: { referer } });
    expect(await from("https://example.com/form?x=1")).toBe(200);
    expect(await from("https://evil.test/https://example.com/")).toBe(403);
    expect(await from("http://example.com/")).toBe(403);
    expect(await from("/form")).toBe(403);
    expect(await from("")).toBe(403);
  });
  it("and without Referer comes from no page, unless that is not to be believed", async () => {
    expect(await ask({}, {})).toBe(200);
    expect(await ask({ unknown: "refuse" }, {})).toBe(403);
    expect(await ask({ unknown: "refuse" }, { headers: { origin: OWN } })).toBe(200);
  });
});

describe("the own origin", () => {
  it("is scheme, host and port, as browsers write it", async () => {
    const from = (origin: string, scheme: "http" | "https", host: string): Promise<number> =>
      ask({}, { scheme, host, headers: { origin } });
    expect(await from("http://localhost:8000", "http", "localhost:8000")).toBe(200);
    expect(await from("http://localhost:3000", "http", "localhost:8000")).toBe(403);
    expect(await from("https://example.com", "https", "EXAMPLE.com:443")).toBe(200);
    expect(await from("http://[::1]:8000", "http", "[::1]:8000")).toBe(200);
  });
  it("is what a trusted proxy says", async () => {
    const app = appWith([trustedProxies(["loopback"]), csrf()]);
    app.post("/items", () => "ok");
    const from = async (proto: string, remoteAddress: string): Promise<number> =>
      (
        await app.request("POST /items", {
          host: "example.com",
          remoteAddress,
          headers: { origin: OWN, "x-forwarded-proto": proto },
        })
      ).status;
    expect(await from("https", "127.0.0.1")).toBe(200);
    expect(await from("http", "127.0.0.1")).toBe(403);
    expect(await from("https", "192.0.2.1")).toBe(403);
  });
});

describe("a WebSocket", () => {
  it("is opened by own pages only, though its method is GET", async () => {
    const open = (origin: string, upgrade = "websocket"): Promise<number> =>
      ask({}, { method: "GET", headers: { origin, upgrade, connection: "upgrade" } });
    expect(await open("https://evil.test")).toBe(403);
    expect(await open("https://evil.test", "WebSocket")).toBe(403);
    expect(await open(OWN)).toBe(200);
  });
});

describe("routes for everybody's pages", () => {
  it("are named by their templates", async () => {
    const options = { exempt: ["/webhooks/{name}"] };
    const headers = { origin: "https://evil.test" };
    expect(await ask(options, { where: "/webhooks/a", headers })).toBe(200);
    expect(await ask(options, { where: "/items", headers })).toBe(403);
    expect(await ask(options, { where: "/webhooks/../items", headers })).toBe(403);
    expect(await ask(options, { where: "/webhooks/a/b", headers })).toBe(403);
  });
});

describe("settings", () => {
  it("say what cannot be meant", () => {
    expect(() => csrf({ origins: ["null"] })).toThrow('can make itself the origin "null"');
    expect(() => csrf({ origins: ["https://example.com/"] })).toThrow("write 'https://example.com'");
  });
  it("are in the document, at what writes", () => {
    const app = appWith([csrf()], { openapi: "/openapi.json" });
    app.get("/a", () => 1);
    app.post("/a", () => 1);
    const { get, post } = app.openapi().paths["/a"]!;
    expect(Object.keys(get!.responses)).toEqual(["200"]);
    expect(Object.keys(post!.responses)).toEqual(["200", "403"]);
  });
});
