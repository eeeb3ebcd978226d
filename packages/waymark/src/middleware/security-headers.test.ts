import { describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { request } from "../inputs/index.ts";
import { appWith } from "./app.fixture.ts";
import { cspNonce, securityHeaders, type SecurityHeadersOptions } from "./security-headers.ts";

const USUAL = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
const sent = (response: Response): object =>
  Object.fromEntries(
    [...response.headers].filter(([name]) => !name.startsWith("content-") || name.endsWith("policy")),
  );

async function fields(options?: SecurityHeadersOptions, scheme: "http" | "https" = "http"): Promise<object> {
  const app = appWith([securityHeaders(options)]);
  app.get("/", () => 1);
  return sent(await app.request("/", { scheme }));
}

describe("security headers", () => {
  it("are these, without a word", async () => {
    expect(await fields()).toEqual(USUAL);
  });
  it("speak of https over https alone", async () => {
    expect(await fields({}, "https")).toEqual({ ...USUAL, "strict-transport-security": "max-age=31536000" });
  });
  it("may each be turned off, or said otherwise", async () => {
    const off = {
      contentTypeOptions: false,
      referrerPolicy: false,
      frameOptions: false,
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: false,
    } as const;
    expect(await fields(off, "https")).toEqual({});
    expect(await fields({ ...off, referrerPolicy: "origin", permissionsPolicy: "camera=()" })).toEqual({
      "referrer-policy": "origin",
      "permissions-policy": "camera=()",
    });
    expect(await fields({ ...off, contentSecurityPolicy: "default-src 'self'" })).toEqual({
      "content-security-policy": "default-src 'self'",
    });
  });
  it("are on errors and on what no route answers", async () => {
    const app = appWith([securityHeaders()]);
    app.get("/fails", () => HttpError.throw(409));
    for (const path of ["/fails", "/nowhere"]) expect(sent(await app.request(path))).toEqual(USUAL);
  });
  it("leave alone what a reply says for itself", async () => {
    const app = appWith([securityHeaders({ contentSecurityPolicy: "default-src 'none'" })]);
    app.get("/", () =>
      reply(200, 1, { "x-frame-options": "SAMEORIGIN", "content-security-policy": "img-src *" }),
    );
    expect(sent(await app.request("/"))).toEqual({
      ...USUAL,
      "x-frame-options": "SAMEORIGIN",
      "content-security-policy": "img-src *",
    });
    const documented = new App();
    documented.use(securityHeaders({ contentSecurityPolicy: "default-src 'none'" }));
    expect((await documented.request("/docs")).headers.get("content-security-policy")).toContain(
      "script-src 'self'",
    );
  });
  it("on a route take the place of those of the app", async () => {
    const app = appWith([securityHeaders({ referrerPolicy: "origin" })]);
    app.get("/", () => 1, { middleware: [securityHeaders({ frameOptions: false })] });
    const { "x-frame-options": _, ...rest } = USUAL;
    expect(sent(await app.request("/"))).toEqual(rest);
  });
  it("say what is no option, and what no field can carry", () => {
    expect(() => securityHeaders({ hsts: "x" } as object)).toThrow(
      "'hsts' is not an option of securityHeaders",
    );
    expect(() => securityHeaders({ referrerPolicy: "a\r\nb" })).toThrow("cannot carry");
  });
});

describe("a nonce", () => {
  const app = appWith([
    securityHeaders({ contentSecurityPolicy: "script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'" }),
  ]);
  const page = endpoint({ input: { request: request() } }, ({ request }) => reply.html(cspNonce(request)));
  app.get("/", page);
  app.get("/plain", () => 1);

  it("is the same in the policy and in the page", async () => {
    const response = await app.request("/");
    const nonce = await response.text();
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(response.headers.get("content-security-policy")).toBe(
      `script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`,
    );
  });
  it("is another for every request, asked for or not", async () => {
    const policies = await Promise.all(
      ["/", "/", "/plain", "/plain"].map(async (path) =>
        (await app.request(path)).headers.get("content-security-policy"),
      ),
    );
    expect(new Set(policies).size).toBe(4);
    expect(policies.join()).not.toContain("{nonce}");
  });
});
