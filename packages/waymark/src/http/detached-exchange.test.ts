import { describe, expect, it } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { copyReply, DetachedExchange } from "./detached-exchange.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

describe("a detached exchange", () => {
  it("has the request of its origin", async () => {
    const origin = new BareExchange({
      method: "POST",
      path: "/a",
      search: "b=1",
      scheme: "https",
      headers: [["x-a", "1"]],
      body: "text",
    });
    const detached = new DetachedExchange(origin);
    const { method, path, search, scheme, remoteAddress, hasBody, base } = detached;
    expect({ method, path, search, scheme, remoteAddress, hasBody, base }).toEqual({
      method: "POST",
      path: "/a",
      search: "b=1",
      scheme: "https",
      remoteAddress: origin.remoteAddress,
      hasBody: true,
      base: origin.base,
    });
    expect(detached.header("x-a")).toBe("1");
    expect(detached.headers()).toEqual([["x-a", "1"]]);
    expect(await detached.bytes(10)).toBe(await origin.bytes(10));
  });

  it("aborts with it, both ways", () => {
    const origin = new BareExchange();
    const detached = new DetachedExchange(origin);
    detached.abort("why");
    expect([origin.aborted, origin.signal.reason, detached.aborted]).toEqual([true, "why", true]);
    expect(detached.signal).toBe(origin.signal);
  });

  it("shares what middleware decides about the request", () => {
    const origin = new BareExchange();
    origin.id = "1";
    const detached = new DetachedExchange(origin);
    expect(detached.id).toBe("1");
    detached.bodyLimit = 10;
    detached.proxies = new TrustedProxies(["loopback"]);
    expect([origin.bodyLimit, origin.proxies]).toEqual([10, detached.proxies]);
  });

  it("has a reply of its own, which begins as that of its origin", () => {
    const origin = new BareExchange();
    origin.setField("x-before", "1");
    const detached = new DetachedExchange(origin);
    detached.setField("x-inside", "1");
    detached.status = 201;
    detached.payload = "inside";
    origin.setField("x-outside", "1");
    expect([origin.status, origin.payload, origin.fields]).toEqual([
      0,
      null,
      ["x-before", "1", "x-outside", "1"],
    ]);
    copyReply(detached, origin);
    expect([origin.status, origin.payload, origin.fields]).toEqual([
      201,
      "inside",
      ["x-before", "1", "x-inside", "1"],
    ]);
    expect(() => detached.end()).toThrow("cannot be sent");
  });
});
