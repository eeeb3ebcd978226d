import { describe, expect, test } from "vitest";
import type { Exchange } from "../http/exchange.ts";
import { answering } from "./answering.fixture.ts";
import { requestInMemory } from "./memory.ts";

/** What the application saw. */
const seen = answering(async (exchange: Exchange) => {
  const body = new TextDecoder().decode(await exchange.bytes(1000));
  exchange.payload = JSON.stringify([
    exchange.method,
    exchange.path,
    exchange.search,
    Object.fromEntries(exchange.headers()),
    body,
  ]);
});
const see = async (
  ...request: Parameters<typeof requestInMemory> extends [unknown, ...infer R] ? R : never
): Promise<unknown> => (await requestInMemory(seen, ...request)).json();

describe("requestInMemory", () => {
  test("a path is a GET; a method may stand before it", async () => {
    expect(await see("/a?b=c")).toEqual(["GET", "/a", "b=c", { host: "localhost" }, ""]);
    expect(await see("DELETE /a")).toEqual(["DELETE", "/a", "", { host: "localhost" }, ""]);
    expect(await see("/a", { method: "PUT", host: "example.com" })).toEqual([
      "PUT",
      "/a",
      "",
      { host: "example.com" },
      "",
    ]);
  });

  test("a query is appended", async () => {
    const query = { q: "a b&c", n: 1, yes: true, many: ["x", "y"], none: undefined };
    expect(await see("/a", { query })).toMatchObject({ 2: "q=a+b%26c&n=1&yes=true&many=x&many=y" });
    expect(await see("/a?z=0", { query: new URLSearchParams("q=1") })).toMatchObject({ 2: "z=0&q=1" });
    expect(await see("/a", { query: {} })).toMatchObject({ 2: "" });
  });

  test("a body makes it a POST, JSON and forms with their Content-Type", async () => {
    expect(await see("/a", { json: { b: 1 } })).toEqual([
      "POST",
      "/a",
      "",
      { host: "localhost", "content-type": "application/json", "content-length": "7" },
      '{"b":1}',
    ]);
    expect(
      await see("/a", { json: [], headers: { "Content-Type": "application/vnd.api+json" } }),
    ).toMatchObject({ 3: { "content-type": "application/vnd.api+json" } });
    expect(await see("/a", { body: new URLSearchParams({ b: "c d" }) })).toMatchObject({
      3: { "content-type": "application/x-www-form-urlencoded" },
      4: "b=c+d",
    });
    expect(await see("/a", { body: "text" })).toMatchObject({ 3: { "content-length": "4" }, 4: "text" });
    expect(await see("/a", { body: new Uint8Array([65]) })).toMatchObject({ 4: "A" });
  });

  test("header fields and cookies, in every form they are given", async () => {
    expect(
      await see("/a", { headers: { "X-One": "1", "x-two": ["2", "3"] }, cookies: { a: "b;c", d: "e" } }),
    ).toMatchObject({
      3: { "x-one": "1", "x-two": "3", cookie: "a=b%3Bc; d=e" },
    });
    expect(await see("/a", { headers: new Headers({ "X-One": "1" }) })).toMatchObject({
      3: { "x-one": "1" },
    });
    expect(await see("/a", { headers: [["X-One", "1"]] })).toMatchObject({ 3: { "x-one": "1" } });
  });

  test("the path is not normalised, and one that no server takes is refused", async () => {
    expect(await see("/a/../b//c/%2e")).toMatchObject({ 1: "/a/../b//c/%2e" });
    for (const path of ["a", "/a b", "/a#b", "/é"])
      expect((await requestInMemory(seen, path, { method: "GET" })).status).toBe(400);
  });

  test("a field that HTTP cannot carry is the test's mistake", async () => {
    await expect(requestInMemory(seen, "/", { headers: { "x-one": "a\r\nb" } })).rejects.toThrow(TypeError);
  });

  test("scheme and address can be said", async () => {
    const application = answering((exchange) => {
      exchange.payload = `${exchange.scheme} ${exchange.remoteAddress}`;
    });
    expect(await (await requestInMemory(application, "/")).text()).toBe("http 127.0.0.1");
    expect(
      await (await requestInMemory(application, "/", { scheme: "https", remoteAddress: "192.0.2.1" })).text(),
    ).toBe("https 192.0.2.1");
  });

  test("a client that has gone before it asked gets nothing", async () => {
    await expect(
      requestInMemory(seen, "/", { signal: AbortSignal.abort(new Error("gone")) }),
    ).rejects.toThrow("gone");
  });
});
