import fc from "fast-check";
import { CookieJar as ToughJar } from "tough-cookie";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CookieJar } from "./cookie-jar.ts";

const HTTPS = new URL("https://shop.example.test/cart/items");
const HTTP = new URL("http://shop.example.test/cart/items");

function jarWith(field: string, url = HTTPS): CookieJar {
  const jar = new CookieJar(new URL(url.origin));
  jar.take(field, url);
  return jar;
}
const sent = (jar: CookieJar, url: string): string | undefined => jar.header(new URL(url));

describe("where a cookie goes", () => {
  it("to the host that set it alone", () => {
    const jar = jarWith("a=1; Path=/");
    expect(sent(jar, "https://shop.example.test/")).toBe("a=1");
    expect(sent(jar, "https://eu.shop.example.test/")).toBeUndefined();
    expect(sent(jar, "https://example.test/")).toBeUndefined();
  });

  it("to a domain and what is below it", () => {
    const jar = jarWith("a=1; Path=/; Domain=.Example.test");
    expect(sent(jar, "https://example.test/")).toBe("a=1");
    expect(sent(jar, "https://eu.shop.example.test/")).toBe("a=1");
    expect(sent(jar, "https://badexample.test/")).toBeUndefined();
  });

  it.each(["Domain=other.test", "Domain=eu.shop.example.test", "Domain=test"])("never by %s", (domain) => {
    expect([...jarWith(`a=1; ${domain}`)]).toEqual([]);
  });

  it("has no domain below an address", () => {
    const jar = jarWith("a=1; Domain=0.0.1; Path=/", new URL("http://127.0.0.1/"));
    expect([...jar]).toEqual([]);
  });

  it("to its path and what is below it", () => {
    const jar = jarWith("a=1; Path=/cart");
    expect(sent(jar, "https://shop.example.test/cart")).toBe("a=1");
    expect(sent(jar, "https://shop.example.test/cart/2")).toBe("a=1");
    expect(sent(jar, "https://shop.example.test/carts")).toBeUndefined();
    expect(sent(jarWith("a=1"), "https://shop.example.test/cart/x")).toBe("a=1");
    expect(sent(jarWith("a=1"), "https://shop.example.test/")).toBeUndefined();
  });

  it("over https alone where it is Secure, and is not taken over http then", () => {
    const jar = jarWith("a=1; Secure; Path=/");
    expect(sent(jar, "https://shop.example.test/")).toBe("a=1");
    expect(sent(jar, "http://shop.example.test/")).toBeUndefined();
    expect([...jarWith("a=1; Secure", HTTP)]).toEqual([]);
  });

  it("longer paths first, then older ones", () => {
    const jar = jarWith("a=1; Path=/");
    jar.take("b=2; Path=/cart", HTTPS);
    jar.take("c=3; Path=/", HTTPS);
    jar.take("a=4; Path=/", HTTPS);
    expect(sent(jar, HTTPS.href)).toBe("b=2; a=4; c=3");
  });
});

describe("what clients refuse", () => {
  it.each([
    ["a secure name over http", "__Secure-a=1; Secure; Path=/", HTTP],
    ["a secure name without Secure", "__Secure-a=1; Path=/", HTTPS],
    ["a host's name with a domain", "__Host-a=1; Secure; Path=/; Domain=shop.example.test", HTTPS],
    ["a host's name with another path", "__Host-a=1; Secure; Path=/cart", HTTPS],
    ["a host's name in the value of a cookie without one", "=__Host-a=1; Secure; Path=/", HTTPS],
    ["a control character", "a=1\u0001; Path=/", HTTPS],
    ["neither name nor value", "=; Path=/", HTTPS],
    ["more than browsers keep", `a=${"x".repeat(4097)}`, HTTPS],
  ])("%s", (_, field, url) => {
    expect([...jarWith(field, url)]).toEqual([]);
  });

  it("a cookie in the place of a secure one, from a page that is not", () => {
    const jar = jarWith("a=1; Secure; Path=/");
    jar.take("a=2; Path=/cart", HTTP);
    expect(sent(jar, HTTPS.href)).toBe("a=1");
    jar.take("a=3; Path=/", HTTPS);
    expect(sent(jar, HTTPS.href)).toBe("a=3");
  });
});

describe("how long", () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-06-01T00:00:00Z") }));
  afterEach(() => void vi.useRealTimers());

  it("until Max-Age, which counts before Expires", () => {
    const jar = jarWith("a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    expect(sent(jar, HTTPS.href)).toBe("a=1");
    vi.advanceTimersByTime(60_000);
    expect(sent(jar, HTTPS.href)).toBeUndefined();
    expect([...jar]).toEqual([]);
  });

  it.each([
    "Wed, 01 Jul 2026 00:00:00 GMT",
    "Wed, 01-Jul-2026 00:00:00 GMT",
    "Wednesday, 01-Jul-26 00:00:00 GMT",
    "Wed Jul  1 00:00:00 2026",
  ])("until %s", (date) => {
    const [cookie] = jarWith(`a=1; Path=/; Expires=${date}`);
    expect(cookie!.expires).toBe(Date.UTC(2026, 6, 1));
  });

  it.each(["Max-Age=0", "Max-Age=-5", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])(
    "no longer, by %s",
    (attribute) => {
      const jar = jarWith("a=1; Path=/");
      jar.take(`a=; Path=/; ${attribute}`, HTTPS);
      expect([...jar]).toEqual([]);
    },
  );

  it("as long as the client, by a date that is none", () => {
    const [cookie] = jarWith("a=1; Expires=31 Feb 2026 00:00:00");
    expect(cookie).toMatchObject({ expires: undefined });
  });
});

describe("by hand", () => {
  it("sets, gets, lists, deletes", () => {
    const jar = new CookieJar(new URL("https://localhost"));
    jar.set("a", "x y;z");
    jar.set("b", "2", { path: "/b", httpOnly: false, sameSite: "strict" });
    expect([jar.get("a"), jar.get("b"), jar.get("b", "/b/c")]).toEqual(["x y;z", undefined, "2"]);
    expect([...jar]).toMatchObject([
      {
        name: "a",
        value: "x%20y%3Bz",
        domain: "localhost",
        hostOnly: true,
        path: "/",
        secure: true,
        httpOnly: true,
      },
      { name: "b", path: "/b", httpOnly: false, sameSite: "strict" },
    ]);
    jar.delete("a");
    expect([...jar].map(({ name }) => name)).toEqual(["b"]);
    jar.clear();
    expect([...jar]).toEqual([]);
    expect(() => jar.set("no name", "")).toThrow('"no name" is not a cookie name');
  });
});

describe("another jar", () => {
  const HOSTS = ["example.test", "a.example.test", "b.a.example.test", "other.test"];
  const host = fc.constantFrom(...HOSTS);
  const path = fc.constantFrom("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c");
  const url = fc
    .tuple(fc.constantFrom("http", "https"), host, path)
    .map(([scheme, at, to]) => new URL(`${scheme}://${at}${to}`));
  const domain = host.chain((at) => fc.constantFrom(`Domain=${at}`, `domain=.${at.toUpperCase()}`));
  const attribute = fc.oneof(
    path.map((to) => `Path=${to}`),
    fc.constantFrom(
      "Path=",
      "Path=a",
      "Secure",
      "HttpOnly",
      "Max-Age=100",
      "Max-Age=0",
      "Max-Age=x",
      "Max-Age=-1",
      "SameSite=Lax",
      "Unknown",
      "",
    ),
    fc.constantFrom(
      "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
      "Expires=Fri, 01 Jan 2077 00:00:00 GMT",
      "Expires=nonsense",
      "Expires=Sat, 32 Jan 2077 00:00:00 GMT",
    ),
  );
  const value = fc.constantFrom("1", "2", '"q"', "x=y", "%20", "");
  const attributes = fc.array(attribute, { maxLength: 4 });
  const written = (pair: string, parts: readonly string[]): string => [pair, ...parts].join("; ");
  // A cookie for one host and one for a domain are two by now, and were one in RFC 6265. And not `__Host-`: it asks no Path.
  const field = fc.oneof(
    fc
      .tuple(fc.constantFrom("a", "b", "__Secure-s"), value, attributes)
      .map(([key, said, parts]) => written(`${key}=${said}`, parts)),
    fc
      .tuple(value, domain, attributes)
      .map(([said, at, parts]) => written(`of-domain=${said}`, [at, ...parts])),
  );
  const step = fc.oneof(fc.record({ set: field, url }), fc.record({ get: url }));

  it("sends the same cookies to the same places", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const ours = new CookieJar(new URL("http://example.test"));
        const theirs = new ToughJar(undefined, {
          rejectPublicSuffixes: false,
          prefixSecurity: "silent",
          allowSecureOnLocal: false,
        } as never);
        for (const each of steps) {
          if ("set" in each) {
            // It lets a page that is not secure set a secure cookie, and take its place: RFC 6265 did, its successor does not.
            const meetsSecure = each.set.includes("Secure") || [...ours].some(({ secure }) => secure);
            if (each.url.protocol === "http:" && meetsSecure) continue;
            ours.take(each.set, each.url);
            theirs.setCookieSync(each.set, each.url.href, { ignoreError: true });
          } else {
            const sorted = (text: string | undefined): string[] => (text ?? "").split("; ").toSorted();
            expect(sorted(ours.header(each.get))).toEqual(sorted(theirs.getCookieStringSync(each.get.href)));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
