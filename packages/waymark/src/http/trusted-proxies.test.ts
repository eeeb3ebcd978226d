import { describe, expect, it } from "vitest";
import { type Client, type ForwardedOptions, TrustedProxies } from "./trusted-proxies.ts";

interface Asked {
  readonly peer?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scheme?: "http" | "https";
}

function ask(proxies: TrustedProxies, { peer = "10.0.0.1", headers = {}, scheme = "http" }: Asked): Client {
  return proxies.clientOf({
    remoteAddress: peer,
    scheme,
    header: (name) => (name === "host" ? (headers[name] ?? "inside") : headers[name]),
  });
}
const trusting = (options?: ForwardedOptions): TrustedProxies =>
  new TrustedProxies(["10.0.0.0/8", "::1"], options);
const addressOf = (peer: string, forwardedFor?: string): string | undefined =>
  ask(trusting(), { peer, headers: forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor } })
    .address;

describe("the client behind proxies", () => {
  it.each([
    ["a trusted proxy speaks for somebody", "10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["nobody else is asked", "192.0.2.9", "203.0.113.7", "192.0.2.9"],
    ["several trusted proxies", "10.0.0.1", "203.0.113.7, 10.0.0.3, 10.0.0.2", "203.0.113.7"],
    [
      "what the first untrusted one claims is not believed",
      "10.0.0.1",
      "1.1.1.1, 203.0.113.7, 10.0.0.2",
      "203.0.113.7",
    ],
    ["everybody is trusted", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["the proxy says nothing", "10.0.0.1", undefined, "10.0.0.1"],
    ["the proxy says nothing that is an address", "10.0.0.1", "unknown", "10.0.0.1"],
    ["a word that is none ends the walk", "10.0.0.1", "203.0.113.7, junk, 10.0.0.2", "10.0.0.2"],
    ["an empty word ends the walk", "10.0.0.1", "203.0.113.7, , 10.0.0.2", "10.0.0.2"],
    ["octal is no address", "10.0.0.1", "010.0.0.9", "10.0.0.1"],
    ["hexadecimal is no address", "10.0.0.1", "0x7f.1", "10.0.0.1"],
    ["a zone is no address", "10.0.0.1", "fe80::1%eth0", "10.0.0.1"],
    ["a port is cut off", "10.0.0.1", "203.0.113.7:4711", "203.0.113.7"],
    ["a bracketed address", "10.0.0.1", "[2001:DB8::7]:4711", "2001:db8::7"],
    ["a bare IPv6 address", "10.0.0.1", "2001:DB8::7", "2001:db8::7"],
    ["IPv4 in brackets is none", "10.0.0.1", "[203.0.113.7]", "10.0.0.1"],
    ["a proxy as an IPv6 socket sees it", "::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"],
    ["an untrusted peer as an IPv6 socket sees it", "::ffff:192.0.2.9", "203.0.113.7", "192.0.2.9"],
    ["a peer with a zone", "fe80::1%eth0", "203.0.113.7", "fe80::1"],
  ])("%s", (_, peer, forwardedFor, address) => {
    expect(addressOf(peer, forwardedFor)).toBe(address);
  });

  it("is unknown where there is no socket", () => {
    const headers = new Map([["x-forwarded-for", "203.0.113.7"]]);
    const client = trusting().clientOf({
      remoteAddress: undefined,
      scheme: "http",
      header: (name) => headers.get(name),
    });
    expect(client.address).toBeUndefined();
  });
});

describe("its scheme", () => {
  const schemeOf = (
    peer: string,
    headers: Record<string, string>,
    scheme: "http" | "https" = "http",
  ): string => ask(trusting(), { peer, headers, scheme }).scheme;

  it("is what a trusted proxy says", () => {
    expect(schemeOf("10.0.0.1", { "x-forwarded-proto": "https" })).toBe("https");
    expect(schemeOf("10.0.0.1", { "x-forwarded-proto": "HTTPS" })).toBe("https");
    expect(schemeOf("10.0.0.1", { "x-forwarded-proto": "http" }, "https")).toBe("http");
    expect(
      schemeOf("10.0.0.1", { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7, 10.0.0.2" }),
    ).toBe("https");
  });
  it("is what this hop speaks otherwise", () => {
    expect(schemeOf("192.0.2.9", { "x-forwarded-proto": "https" })).toBe("http");
    expect(schemeOf("10.0.0.1", {})).toBe("http");
    expect(schemeOf("10.0.0.1", { "x-forwarded-proto": "javascript" })).toBe("http");
  });
  it("is that of the word that is believed", () => {
    const words = {
      "x-forwarded-for": "1.1.1.1, 203.0.113.7, 10.0.0.2",
      "x-forwarded-proto": "https, http, https",
    };
    expect(schemeOf("10.0.0.1", words)).toBe("http");
    // a client that claims something of its own in front of what the proxy adds
    expect(
      schemeOf("10.0.0.1", { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https, http" }),
    ).toBe("http");
  });
});

describe("its host", () => {
  const headers = { "x-forwarded-host": "example.com", host: "inside:8000" };

  it("is the Host field, unless forwarding it was asked for", () => {
    expect(ask(trusting(), { headers }).host).toBe("inside:8000");
    expect(ask(trusting({ host: true }), { headers }).host).toBe("example.com");
    expect(ask(trusting({ host: true }), { headers, peer: "192.0.2.9" }).host).toBe("inside:8000");
  });
  it("is a host", () => {
    for (const host of ["evil.test/path", "a b", "user@evil.test", ""])
      expect(ask(trusting({ host: true }), { headers: { ...headers, "x-forwarded-host": host } }).host).toBe(
        "inside:8000",
      );
  });
});

describe("the field Forwarded", () => {
  const proxies = trusting({ header: "forwarded", host: true });

  it("is read in the place of the others, never beside them", () => {
    const headers = {
      forwarded: 'for=203.0.113.7;proto=https;host=example.com, for="10.0.0.2"',
      "x-forwarded-for": "1.1.1.1",
      "x-forwarded-proto": "http",
    };
    expect(ask(proxies, { headers })).toEqual({
      address: "203.0.113.7",
      scheme: "https",
      host: "example.com",
    });
    expect(ask(trusting(), { headers }).address).toBe("1.1.1.1");
    expect(ask(trusting(), { headers: { forwarded: "for=203.0.113.7" } }).address).toBe("10.0.0.1");
  });
  it("of an untrusted peer is not read", () => {
    expect(
      ask(proxies, { peer: "192.0.2.9", headers: { forwarded: "for=203.0.113.7;proto=https" } }),
    ).toEqual({
      address: "192.0.2.9",
      scheme: "http",
      host: "inside",
    });
  });
  it("may hide an address, which ends the walk", () => {
    expect(ask(proxies, { headers: { forwarded: "for=203.0.113.7, for=_gazonk" } }).address).toBe("10.0.0.1");
  });
});
