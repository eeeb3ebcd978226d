import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Matcher, type TrailingSlash } from "./matcher.ts";
import { HTTP_METHODS, type Method } from "./route.ts";
import { Template } from "./template.ts";

function matcherOf(routes: readonly string[], trailingSlash?: TrailingSlash): Matcher<string> {
  const entries = routes.map((value) => {
    const [method, text] = value.split(" ") as [Method, string];
    return { method, template: Template.parse(text), value };
  });
  return new Matcher(entries, trailingSlash);
}

describe("find", () => {
  const matcher = matcherOf(["GET /items/{id}", "POST /items", "GET /v{a}.{b}"]);

  test("gives the route and its parameters", () => {
    expect(matcher.find("GET", "/items/1")).toBe("GET /items/{id}");
    expect(matcher.params).toEqual(["1"]);
    expect(matcher.find("POST", "/items")).toBe("POST /items");
    expect(matcher.params).toEqual([]);
    expect(matcher.find("GET", "/v1.2")).toBe("GET /v{a}.{b}");
    expect(matcher.params).toEqual(["1", "2"]);
  });

  test("leaves arrays that it gave as they are", () => {
    matcher.find("GET", "/items/1");
    const { params } = matcher;
    matcher.find("GET", "/items/2");
    expect(params).toEqual(["1"]);
  });

  test.each([
    ["GET", "/items"],
    ["PUT", "/items"],
    ["BREW", "/items"],
    ["get", "/items/1"],
    ["GET", "/items/%ff"],
  ])("gives nothing for %s %s", (method, path) => {
    expect(matcher.find(method, path)).toBeUndefined();
  });
});

describe("HEAD", () => {
  test("is answered by GET", () => {
    expect(matcherOf(["GET /items/{id}"]).find("HEAD", "/items/1")).toBe("GET /items/{id}");
  });

  test.each([[["GET /a", "HEAD /a"]], [["HEAD /a", "GET /a"]]])(
    "is answered by its own route where there is one: %j",
    (routes) => {
      const matcher = matcherOf(routes);
      expect(matcher.find("HEAD", "/a")).toBe("HEAD /a");
      expect(matcher.find("GET", "/a")).toBe("GET /a");
    },
  );

  test("is answered by the more specific of both, as GET would be", () => {
    const matcher = matcherOf(["HEAD /{any}", "GET /users"]);
    expect(matcher.find("HEAD", "/users")).toBe("GET /users");
    expect(matcher.find("HEAD", "/others")).toBe("HEAD /{any}");
  });
});

describe("a miss", () => {
  const matcher = matcherOf([
    "GET /items",
    "POST /items",
    "DELETE /items/{id}",
    "PATCH /{any}",
    "OPTIONS /own",
  ]);

  test("is not found where no template matches", () => {
    expect(matcher.miss("GET", "/items/1/x", "")).toEqual({ reason: "not-found" });
    expect(matcher.miss("GET", "/items/", "")).toEqual({ reason: "not-found" });
    expect(matcher.miss("GET", "*", "")).toEqual({ reason: "not-found" });
    expect(matcher.miss("GET", "items", "")).toEqual({ reason: "not-found" });
  });

  test("is bad encoding before anything else", () => {
    expect(matcher.miss("GET", "/nothing/%ff", "")).toEqual({ reason: "bad-encoding" });
    expect(matcher.miss("OPTIONS", "/items%", "")).toEqual({ reason: "bad-encoding" });
    expect(matcher.miss("GET", "/a%00", "")).toEqual({ reason: "bad-encoding" });
  });

  test("of a method names those of every template that matches", () => {
    expect(matcher.miss("PUT", "/items", "")).toEqual({
      reason: "method-not-allowed",
      allow: "GET, POST, PATCH, HEAD, OPTIONS",
    });
    expect(matcher.miss("GET", "/items/1", "")).toEqual({
      reason: "method-not-allowed",
      allow: "DELETE, OPTIONS",
    });
    expect(matcher.miss("BREW", "/items/1", "")).toEqual({
      reason: "method-not-allowed",
      allow: "DELETE, OPTIONS",
    });
    expect(matcher.miss("GET", "/own", "")).toEqual({
      reason: "method-not-allowed",
      allow: "PATCH, OPTIONS",
    });
  });

  test("of OPTIONS is an answer of its own", () => {
    expect(matcher.miss("OPTIONS", "/items/1", "")).toEqual({ reason: "options", allow: "DELETE, OPTIONS" });
    expect(matcher.miss("OPTIONS", "/x/y", "")).toEqual({ reason: "not-found" });
    expect(matcher.find("OPTIONS", "/own")).toBe("OPTIONS /own");
  });

  test("of OPTIONS * names every method", () => {
    expect(matcher.miss("OPTIONS", "*", "")).toEqual({ reason: "options", allow: HTTP_METHODS.join(", ") });
  });
});

describe("a '/' too many or too few", () => {
  const routes = [
    "GET /items",
    "GET /shelf/",
    "GET /x/{id}",
    "POST /files/{rest:path}",
    "GET /jobs/{name}:cancel",
    "PUT /both",
    "GET /both/",
  ];

  test("is another path when strict", () => {
    const matcher = matcherOf(routes);
    for (const path of ["/items/", "/shelf", "/x/1/"]) {
      expect(matcher.find("GET", path)).toBeUndefined();
      expect(matcher.miss("GET", path, "")).toEqual({ reason: "not-found" });
    }
  });

  test("is ignored on request", () => {
    const matcher = matcherOf(routes, "ignore");
    expect(matcher.find("GET", "/items/")).toBe("GET /items");
    expect(matcher.find("GET", "/shelf")).toBe("GET /shelf/");
    expect(matcher.find("GET", "/x/1/")).toBe("GET /x/{id}");
    expect(matcher.params).toEqual(["1"]);
    expect(matcher.find("POST", "/files")).toBe("POST /files/{rest:path}");
    expect(matcher.params).toEqual([""]);
    expect(matcher.find("GET", "/items//")).toBeUndefined();
    expect(matcher.miss("DELETE", "/both", "")).toEqual({
      reason: "method-not-allowed",
      allow: "GET, PUT, HEAD, OPTIONS",
    });
  });

  test.each([
    ["GET", "/items/", "a=1&b=//x", "../items?a=1&b=//x"],
    ["GET", "/shelf", "", "./shelf/"],
    ["HEAD", "/items/", "", "../items"],
    ["GET", "/x/%2F%20/", "", "../%2F%20"],
    ["POST", "/files", "", "./files/"],
    ["GET", "/jobs/javascript:cancel/", "", "../javascript:cancel"],
  ])("is redirected on request: %s %s", (method, path, search, location) => {
    const matcher = matcherOf(routes, "redirect");
    expect(matcher.find(method, path)).toBeUndefined();
    expect(matcher.miss(method, path, search)).toEqual({ reason: "redirect", location });
    const target = new URL(location, `http://localhost${path}`);
    expect(matcher.find(method, target.pathname)).toBeDefined();
  });

  test("is redirected where the method is served, and else says what is", () => {
    const matcher = matcherOf(routes, "redirect");
    expect(matcher.miss("PUT", "/both/", "")).toEqual({ reason: "redirect", location: "../both" });
    expect(matcher.miss("DELETE", "/items/", "")).toEqual({
      reason: "method-not-allowed",
      allow: "GET, HEAD, OPTIONS",
    });
    expect(matcher.miss("GET", "/", "")).toEqual({ reason: "not-found" });
  });

  test("never sends a client to another origin, or a field that HTTP cannot carry", () => {
    const matcher = matcherOf(
      [
        "GET /{a}",
        "GET /{a}/",
        "GET /{a}/{b}/",
        "GET /{a}/{b}/{c}",
        "GET /x/{rest:path}",
        "POST /{rest:path}",
      ],
      "redirect",
    );
    const hostile = fc.array(
      fc.constantFrom(
        "/",
        "//",
        "evil.example",
        "\\",
        "%5c",
        "..",
        ".",
        ":",
        "@",
        "http:",
        "%2f",
        "x",
        "\r\n",
        "é",
        "\t",
        "☃",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(hostile, hostile, (parts, queryParts) => {
        const [path, search] = [`/${parts.join("")}`, queryParts.join("")];
        for (const method of ["GET", "POST", "PUT"]) {
          const miss = matcher.miss(method, path, search);
          if (miss.reason !== "redirect") continue;
          expect(miss.location).toMatch(/^\.\.?\/[!-~]*$/);
          expect(new URL(miss.location, "http://localhost:1/a/b/c").origin).toBe("http://localhost:1");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
