import { describe, expect, test } from "vitest";
import { BareExchange, type BareRequest } from "./bare-exchange.fixture.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { IncomingRequest } from "./request.ts";
import type { RouteInfo } from "./route-info.ts";

const route: RouteInfo = {
  template: "/a/{b}",
  method: "GET",
  name: "read",
  operationId: "read",
  metadata: { v: 1 },
  tags: [],
  scopes: [],
};
const request = (bare: BareRequest = {}): IncomingRequest =>
  new IncomingRequest(new BareExchange(bare), route, DEFAULT_LIMITS);

describe("IncomingRequest", () => {
  test("shows what was sent and the route it reached", () => {
    const it = request({ method: "PUT", path: "/a/%20", search: "x=1&x=2", headers: [["x-one", "1"]] });
    expect([it.method, it.path, it.remoteAddress, it.route]).toEqual(["PUT", "/a/%20", "192.0.2.1", route]);
    expect([
      it.headers.get("X-One"),
      it.headers.has("x-ONE"),
      it.headers.get("x-two"),
      [...it.headers],
    ]).toEqual(["1", true, null, [["x-one", "1"]]]);
    expect(it.query.getAll("x")).toEqual(["1", "2"]);
  });

  test.each<[BareRequest, string]>([
    [{ headers: [["host", "example.com:81"]], path: "/a", search: "b" }, "http://example.com:81/a?b"],
    [{ headers: [["host", "example.com"]], scheme: "https" }, "https://example.com/"],
    [{ headers: [["host", "example.com/#@evil"]], path: "/a" }, "http://localhost/a"],
    [{ path: "//evil.example/" }, "http://localhost//evil.example/"],
    [{ path: "*", method: "OPTIONS" }, "http://localhost"],
  ])("the URL of %j is %s", (bare, url) => {
    expect(request(bare).url).toBe(url);
    expect(URL.canParse(url)).toBe(true);
  });

  test("cookies are a map, the first of two first", () => {
    expect([
      ...request({
        headers: [
          ["cookie", "a=1; b=2"],
          ["cookie", "a=3"],
        ],
      }).cookies,
    ]).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });

  test("the body is read as bytes, text, JSON or a stream, each from the same bytes", async () => {
    const it = request({ method: "POST", body: '{"é":1}' });
    expect((await it.bytes()).length).toBe(8);
    expect(await it.text()).toBe('{"é":1}');
    expect(await it.json()).toEqual({ é: 1 });
    const pieces: Uint8Array[] = [];
    for await (const piece of it.stream()) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('{"é":1}');
  });

  test("a body that is no text, or no JSON, is 400", async () => {
    await expect(request({ body: new Uint8Array([255]) }).text()).rejects.toMatchObject({ status: 400 });
    await expect(request({ body: "{" }).json()).rejects.toMatchObject({ status: 400 });
  });

  test("a web Request is made of it, once, with signal and body", async () => {
    const exchange = new BareExchange({
      method: "POST",
      path: "/a",
      body: "abc",
      headers: [
        ["host", "h"],
        ["x-one", "1"],
        ["x-one", "2"],
      ],
    });
    const it = new IncomingRequest(exchange, route, DEFAULT_LIMITS);
    const web = it.webRequest;
    expect(it.webRequest).toBe(web);
    expect([web.method, web.url, web.headers.get("x-one"), await web.text()]).toEqual([
      "POST",
      "http://h/a",
      "1, 2",
      "abc",
    ]);
    exchange.abort(new Error("gone"));
    expect(web.signal.aborted).toBe(true);
  });

  test("a GET with a body becomes a web Request without one", async () => {
    expect(request({ body: "abc" }).webRequest.body).toBeNull();
  });
});
