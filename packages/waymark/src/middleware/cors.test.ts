import { describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { query } from "../inputs/index.ts";
import { Router } from "../routing/router.ts";
import { appWith, fieldsOf } from "./app.fixture.ts";
import { cors, type CorsOptions } from "./cors.ts";

const OURS = "https://example.com";
const EVIL = "https://evil.test";

type Asked = { method?: string; path?: string; headers?: Record<string, string> };

async function ask(
  options: CorsOptions,
  { method = "GET", path = "/items", headers = {} }: Asked,
): Promise<Response> {
  const app = appWith([cors(options)]);
  app.get("/items", () => ({ ok: true }));
  app.post("/items", () => reply(201, "made"));
  app.get("/fails", () => {
    throw new Error("x");
  });
  app.get(
    "/limited",
    endpoint({ input: { n: query(z.int()) } }, ({ n }) => n),
  );
  app.get("/forbidden", () => HttpError.throw(403));
  return app.request(path, { method, headers });
}
const cors_ = (response: Response): Record<string, string> => fieldsOf(response, "access-control-");

const preflight = (origin: string, method = "POST", more: Record<string, string> = {}): Asked => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": method, ...more },
});

const METHODS = "GET, POST, PUT, PATCH, DELETE, QUERY, HEAD";
const PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
const PERMITS = { "access-control-allow-methods": METHODS, "access-control-max-age": "600" };
const WITH = { "access-control-allow-credentials": "true" };
const allow = (origin: string): Record<string, string> => ({ "access-control-allow-origin": origin });

/** Who may, whether with credentials, who asks, and the fields of a GET and of a preflight, exactly. */
const TABLE: [
  CorsOptions["origins"],
  boolean,
  string | undefined,
  get: object,
  preflight: object | undefined,
][] = [
  ["*", false, undefined, allow("*"), undefined],
  ["*", false, OURS, allow("*"), { ...allow("*"), ...PERMITS }],
  ["*", false, "null", allow("*"), { ...allow("*"), ...PERMITS }],
  ["*", false, EVIL, allow("*"), { ...allow("*"), ...PERMITS }],
  ...([false, true] as const).flatMap((credentials) => {
    const extra = credentials ? WITH : {};
    const yes = (origin: string): object => ({ ...allow(origin), ...extra });
    const rows: typeof TABLE = [
      [OURS, credentials, undefined, {}, undefined],
      [OURS, credentials, OURS, yes(OURS), { ...yes(OURS), ...PERMITS }],
      [OURS, credentials, EVIL, {}, {}],
      [OURS, credentials, "null", {}, {}],
      [OURS, credentials, "", {}, {}],
      [OURS, credentials, "http://example.com", {}, {}],
      [OURS, credentials, "https://example.com:8443", {}, {}],
      [OURS, credentials, "https://a.example.com", {}, {}],
      [OURS, credentials, "https://example.com.evil.test", {}, {}],
      [OURS, credentials, "https://EXAMPLE.com", {}, {}],
      [
        [OURS, "http://localhost:5173"],
        credentials,
        "http://localhost:5173",
        yes("http://localhost:5173"),
        { ...yes("http://localhost:5173"), ...PERMITS },
      ],
      [
        /https:\/\/(\w+\.)?example\.com/,
        credentials,
        "https://a.example.com",
        yes("https://a.example.com"),
        { ...yes("https://a.example.com"), ...PERMITS },
      ],
      [/https:\/\/(\w+\.)?example\.com/, credentials, "https://example.com.evil.test", {}, {}],
      [/https:\/\/(\w+\.)?example\.com/g, credentials, "https://evil.test/https://example.com", {}, {}],
      [/https:\/\/example\.com|x/m, credentials, "https://example.com https://evil.test", {}, {}],
      [(origin) => origin === OURS, credentials, OURS, yes(OURS), { ...yes(OURS), ...PERMITS }],
      [(origin) => origin === OURS, credentials, EVIL, {}, {}],
      [async (origin) => origin === OURS, credentials, OURS, yes(OURS), { ...yes(OURS), ...PERMITS }],
      [async (origin) => origin === OURS, credentials, EVIL, {}, {}],
    ];
    return rows;
  }),
  ["null", false, "null", allow("null"), { ...allow("null"), ...PERMITS }],
];

describe("the truth table of CORS", () => {
  it.each(TABLE)("origins %s, credentials %s, from %s", async (origins, credentials, origin, get, pre) => {
    const vary = origins === "*" ? {} : { vary: "Origin" };
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    for (const method of ["GET", "POST", "HEAD"]) {
      const response = await ask({ origins, credentials }, { method, headers });
      expect(response.status).toBe(method === "POST" ? 201 : 200);
      expect(cors_(response)).toEqual({ ...get, ...vary });
    }
    if (origin === undefined) return;
    for (const method of ["GET", "POST", "DELETE", "FOO"]) {
      const response = await ask({ origins, credentials }, preflight(origin, method));
      expect(response.status).toBe(204);
      expect(cors_(response)).toEqual({
        ...pre,
        vary: origins === "*" ? PREFLIGHT_VARY.replace("Origin, ", "") : PREFLIGHT_VARY,
      });
      expect(await response.text()).toBe("");
    }
  });
});

describe("errors", () => {
  it.each([
    ["/nowhere", 404],
    ["/fails", 500],
    ["/limited?n=x", 422],
    ["/forbidden", 403],
  ])("can be read by the page: %s is %i", async (path, status) => {
    const response = await ask({ origins: OURS, credentials: true }, { path, headers: { origin: OURS } });
    expect(response.status).toBe(status);
    expect(cors_(response)).toEqual({ ...allow(OURS), ...WITH, vary: "Origin" });
  });
  it("can be read: 405", async () => {
    const response = await ask({ origins: OURS }, { method: "PUT", headers: { origin: OURS } });
    expect(response.status).toBe(405);
    expect(cors_(response)).toEqual({ ...allow(OURS), vary: "Origin" });
  });
});

describe("a preflight", () => {
  it("of an unknown path or method is answered like any other: what it leads to can then be read", async () => {
    for (const asked of [{ ...preflight(OURS), path: "/nowhere" }, preflight(OURS, "DELETE")]) {
      const response = await ask({ origins: OURS }, asked);
      expect(response.status).toBe(204);
      expect(response.headers.get("access-control-allow-origin")).toBe(OURS);
    }
  });

  it("reaches nothing further inside", async () => {
    const reached: string[] = [];
    const app = appWith([
      cors({ origins: OURS }),
      ({ request }, next) => (reached.push(request.method), next()),
    ]);
    app.options("/items", () => reached.push("route"));
    expect((await app.request("/items", preflight(OURS))).status).toBe(204);
    expect(reached).toEqual([]);
    // OPTIONS that asks for nothing is a request like any other
    expect((await app.request("/items", { method: "OPTIONS", headers: { origin: OURS } })).status).toBe(200);
    expect(reached).toEqual(["OPTIONS", "route"]);
  });

  it("is given the fields that it asks for, or those that are listed", async () => {
    const asked = preflight(OURS, "POST", { "access-control-request-headers": "content-type,x-a" });
    expect((await ask({ origins: OURS }, asked)).headers.get("access-control-allow-headers")).toBe(
      "content-type,x-a",
    );
    const listed = await ask(
      { origins: OURS, headers: ["Content-Type"], methods: ["GET", "FOO"], maxAge: 0 },
      asked,
    );
    expect(cors_(listed)).toEqual({
      ...allow(OURS),
      "access-control-allow-headers": "Content-Type",
      "access-control-allow-methods": "GET, FOO",
      "access-control-max-age": "0",
      vary: PREFLIGHT_VARY,
    });
    const none = await ask({ origins: OURS, headers: [] }, asked);
    expect(none.headers.has("access-control-allow-headers")).toBe(false);
  });

  it("that asks for what is no list of names is given none, in no time", async () => {
    for (const value of ["a\tb", "a;b", "<script>", '"x"']) {
      const asked = preflight(OURS, "POST", { "access-control-request-headers": value });
      expect((await ask({ origins: OURS }, asked)).headers.has("access-control-allow-headers")).toBe(false);
    }
    const long = preflight(OURS, "POST", { "access-control-request-headers": "a,".repeat(4000) });
    expect((await ask({ origins: OURS }, long)).status).toBe(204);
  });

  it("for a private network has to be allowed", async () => {
    const asked = preflight(OURS, "GET", { "access-control-request-private-network": "true" });
    const field = "access-control-allow-private-network";
    expect((await ask({ origins: OURS }, asked)).headers.has(field)).toBe(false);
    expect((await ask({ origins: OURS, privateNetwork: true }, asked)).headers.get(field)).toBe("true");
    expect((await ask({ origins: OURS, privateNetwork: true }, preflight(OURS))).headers.has(field)).toBe(
      false,
    );
  });
});

describe("a reply", () => {
  it("keeps what it varies by already", async () => {
    const app = appWith([cors({ origins: OURS })]);
    app.get("/items", () => reply(200, 1, { vary: "Accept", "access-control-allow-origin": "*" }));
    app.get("/any", () => reply(200, 1, { vary: "*" }));
    const response = await app.request("/items", { headers: { origin: OURS } });
    expect(cors_(response)).toEqual({ ...allow(OURS), vary: "Accept, Origin" });
    expect((await app.request("/any")).headers.get("vary")).toBe("*");
  });
  it("may show more of its fields", async () => {
    const response = await ask(
      { origins: OURS, exposed: ["X-Total", "Link"] },
      { headers: { origin: OURS } },
    );
    expect(response.headers.get("access-control-expose-headers")).toBe("X-Total, Link");
    const other = await ask({ origins: OURS, exposed: ["X-Total"] }, { headers: { origin: EVIL } });
    expect(other.headers.has("access-control-expose-headers")).toBe(false);
  });
});

describe("settings that cannot be meant", () => {
  it.each<[CorsOptions, string]>([
    [{ origins: "*", credentials: true }, "would lend everybody the cookies"],
    [{ origins: ["*"], credentials: true }, "would lend everybody the cookies"],
    [{ origins: ["*", OURS] }, '"*" stands alone'],
    [{ origins: "null", credentials: true }, 'can make itself the origin "null"'],
    [{ origins: "https://example.com/" }, "write 'https://example.com'"],
    [{ origins: "https://example.com:443" }, "write 'https://example.com'"],
    [{ origins: "https://Example.com" }, "write 'https://example.com'"],
    [{ origins: "example.com" }, "'example.com' is not an origin"],
    [{ origins: "https://*.example.com" }, "a RegExp"],
    [{ origins: OURS, methods: ["GET POST"] }, "is not a header field name"],
    [{ origins: OURS, headers: ["*"], credentials: true }, "list the names"],
    [{ origins: OURS, maxAge: 1.5 }, "whole number of seconds"],
  ])("%j", (options, message) => {
    expect(() => cors(options)).toThrow(message);
  });
  it.each([
    OURS,
    "http://localhost:3000",
    "http://[::1]:8000",
    "capacitor://localhost",
    "chrome-extension://abc",
    "null",
  ])("are not origins such as %s", (origin) => {
    expect(() => cors({ origins: origin })).not.toThrow();
  });
  it.each([1, "true", {}, undefined, null])("a function that answers %j has not said yes", async (answer) => {
    const response = await ask({ origins: () => answer as boolean }, { headers: { origin: OURS } }).catch(
      () => undefined,
    );
    expect(response?.headers.has("access-control-allow-origin") ?? false).toBe(false);
  });
});

describe("CORS on a router or a route", () => {
  const app = appWith([cors({ origins: OURS })]);
  app.get("/items", () => 1);
  app.post("/items", () => 2, { middleware: [cors({ origins: EVIL })] });
  app.get("/feed", () => 3, { middleware: [cors({ origins: "*" })] });
  const inner = new Router({ prefix: "/public", middleware: [cors({ origins: "*", methods: ["GET"] })] });
  inner.get("/a", () => 4);
  app.include(inner);

  it("takes the place of what the app says", async () => {
    const response = await app.request("/feed", { headers: { origin: EVIL } });
    expect(cors_(response)).toEqual(allow("*"));
    expect(cors_(await app.request("/items", { headers: { origin: EVIL } }))).toEqual({ vary: "Origin" });
  });

  it("a preflight is answered by what is around the route it asks about", async () => {
    const allowed = async (path: string, method: string, origin: string): Promise<string | null> =>
      (await app.request(path, preflight(origin, method))).headers.get("access-control-allow-origin");
    expect(await allowed("/items", "GET", OURS)).toBe(OURS);
    expect(await allowed("/items", "GET", EVIL)).toBe(null);
    expect(await allowed("/items", "POST", OURS)).toBe(null);
    expect(await allowed("/items", "POST", EVIL)).toBe(EVIL);
    expect(await allowed("/items", "DELETE", OURS)).toBe(OURS);
    expect(await allowed("/feed", "GET", EVIL)).toBe("*");
    expect(await allowed("/feed", "PUT", EVIL)).toBe("*");
    expect(await allowed("/public/a", "GET", EVIL)).toBe("*");
    expect(await allowed("/public/nowhere", "GET", EVIL)).toBe("*");
    expect(await allowed("/publicity", "GET", EVIL)).toBe(null);
  });

  it("405 and, below its prefix, 404 can be read too", async () => {
    for (const [method, path, status] of [
      ["DELETE", "/public/a", 405],
      ["GET", "/public/nowhere", 404],
      ["GET", "/public", 404],
    ] as const) {
      const response = await app.request(path, { method, headers: { origin: EVIL } });
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
    }
  });
});
