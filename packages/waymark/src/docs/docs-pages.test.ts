import { afterEach, describe, expect, it, vi } from "vitest";
import { StartUpError } from "../start-up-error.ts";
import { PageExchange } from "./serve-pages.fixture.ts";
import type { DocsPage } from "./docs-page.ts";
import { docsPages } from "./docs-pages.ts";
import { docsPaths, type DocsSettings } from "./settings.ts";

const DOCUMENT = '{"openapi":"3.1.1"}';
const pagesOf = (settings: Partial<DocsSettings> = {}) =>
  docsPages({ title: "Test", ...settings }, () => DOCUMENT);

function ask(pages: readonly DocsPage[], target: string, headers: Record<string, string> = {}) {
  const exchange = new PageExchange("GET", target, headers);
  const page =
    pages.find(({ path }) => path === exchange.path) ??
    pages.find(({ path }) => `${path}/` === exchange.path);
  page!.respond(exchange);
  return exchange;
}
const textOf = ({ payload }: PageExchange) =>
  typeof payload === "string" ? payload : new TextDecoder().decode(payload as Uint8Array);
const linksOf = (html: string) =>
  [...html.matchAll(/(?:src|href)="(?!data:)([^"]*)"/g)].map(([, link]) => link!);
const settingsOf = (html: string) =>
  JSON.parse(
    /data-settings="([^"]*)"/.exec(html)![1]!.replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
  ) as Record<string, any>;

afterEach(() => vi.restoreAllMocks());

describe("docsPages", () => {
  it("are the document, Swagger UI and ReDoc, with all that they load", () => {
    expect(pagesOf().map(({ path }) => path)).toEqual([
      "/openapi.json",
      "/docs",
      "/docs/swagger-ui.css",
      "/docs/swagger-ui-bundle.js",
      "/docs/start.js",
      "/docs/oauth2-redirect.html",
      "/docs/oauth2-redirect.js",
      "/redoc",
      "/redoc/redoc.standalone.js",
      "/redoc/start.js",
    ]);
  });

  it("can be moved and turned off, each by itself", () => {
    const mains = (settings: Partial<DocsSettings>) =>
      pagesOf(settings)
        .map(({ path }) => path)
        .filter((path) => !/\.(js|css|html)$/.test(path));
    expect(mains({ docs: false })).toEqual(["/openapi.json", "/redoc"]);
    expect(mains({ redoc: false })).toEqual(["/openapi.json", "/docs"]);
    expect(mains({ openapi: false })).toEqual([]);
    expect(mains({ openapi: "/api/v1.json", docs: "/", redoc: { path: "/api/reference" } })).toEqual([
      "/api/v1.json",
      "/",
      "/api/reference",
    ]);
    expect(docsPaths({ docs: false, redoc: "/r" })).toEqual({ openapi: "/openapi.json", redoc: "/r" });
    expect(docsPaths({ openapi: false })).toEqual({});
    expect(docsPaths({ docs: { tryItOutEnabled: true } })).toEqual({
      openapi: "/openapi.json",
      docs: "/docs",
      redoc: "/redoc",
    });
  });

  it.each(["docs", "/do{cs}", "/a?b", "/a//b", ""])("are refused at %j", (path) => {
    expect(() => pagesOf({ docs: path })).toThrow(StartUpError);
  });

  it("are refused at one path", () => {
    expect(() => pagesOf({ docs: "/same", redoc: "/same" })).toThrow(
      "two pages of the docs stand at '/same'",
    );
  });

  it("make the document once, when it is asked for", () => {
    const document = vi.fn(() => DOCUMENT);
    const pages = docsPages({ title: "Test" }, document);
    expect(document).not.toHaveBeenCalled();
    for (const _ of [1, 2]) {
      const reply = ask(pages, "/openapi.json");
      expect([reply.status, reply.contentType, reply.payload]).toEqual([200, "application/json", DOCUMENT]);
      expect(reply.getField("cache-control")).toBe("no-cache");
    }
    expect(document).toHaveBeenCalledTimes(1);
  });

  it("keep what middleware has set", () => {
    const exchange = new PageExchange("GET", "/docs");
    exchange.setField("x-request-id", "1");
    exchange.setField("cache-control", "public");
    pagesOf()[1]!.respond(exchange);
    expect([exchange.getField("x-request-id"), exchange.getField("cache-control")]).toEqual([
      "1",
      "no-cache",
    ]);
  });

  it("answer 304 to who has them already", () => {
    const pages = pagesOf();
    for (const path of ["/openapi.json", "/docs", "/redoc/start.js", "/docs/oauth2-redirect.html"]) {
      const etag = ask(pages, path).getField("etag")!;
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        const again = ask(pages, path, { "if-none-match": tags });
        expect([again.status, again.payload, again.getField("etag")]).toEqual([304, null, etag]);
      }
      expect(ask(pages, path, { "if-none-match": '"other"' }).status).toBe(200);
    }
  });

  it("let files be kept for good by their versioned address alone", () => {
    const pages = pagesOf();
    const bundle = linksOf(textOf(ask(pages, "/docs"))).find((link) => link.includes("bundle"))!;
    expect(ask(pages, `/${bundle}`).getField("cache-control")).toContain("immutable");
    expect(ask(pages, "/docs/swagger-ui-bundle.js").getField("cache-control")).toBe("no-cache");
    expect(ask(pages, "/docs/swagger-ui-bundle.js?v=1").getField("cache-control")).toBe("no-cache");
    expect(ask(pages, "/docs/start.js").getField("cache-control")).toBe("no-cache");
  });

  it("name the character set of everything that is text", () => {
    const pages = pagesOf();
    const types = pages.map(({ path }) => ask(pages, path).contentType);
    expect(new Set(types)).toEqual(
      new Set([
        "application/json",
        "text/html; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
      ]),
    );
    for (const { path } of pages) expect(ask(pages, path).getField("x-content-type-options")).toBe("nosniff");
  });

  it.each([{}, { docs: "/", redoc: "/a/b/redoc" }, { openapi: "/x/y.json", docs: "/x/docs/", redoc: "/é" }])(
    "link only to what they serve, at %j",
    (settings) => {
      const pages = pagesOf(settings);
      const paths = docsPaths(settings);
      const withSlash = paths.docs!.endsWith("/") ? [] : [`${paths.docs}/`];
      for (const path of [paths.docs!, paths.redoc!, ...withSlash]) {
        const links = linksOf(textOf(ask(pages, path)));
        expect(links.length).toBeGreaterThan(2);
        for (const link of links) {
          expect(link).not.toMatch(/^\/|^https?:/);
          const target = decodeURIComponent(new URL(link, `https://waymark.test${path}`).pathname);
          expect(pages.map((page) => page.path)).toContain(target);
        }
      }
    },
  );

  it("lead to the document, and back from an authorization server", () => {
    const { options, redirect } = settingsOf(
      textOf(ask(pagesOf({ docs: "/a/docs", openapi: "/b/api.json" }), "/a/docs")),
    );
    expect([options.url, redirect]).toEqual(["../b/api.json", "docs/oauth2-redirect.html"]);
    expect(settingsOf(textOf(ask(pagesOf({ redoc: "/a/redoc" }), "/a/redoc"))).url).toBe("../openapi.json");
  });

  it("keep credentials and forms as closed as they come, unless told otherwise", () => {
    const plain = settingsOf(textOf(ask(pagesOf(), "/docs"))).options;
    expect(plain).toMatchObject({ tryItOutEnabled: false, persistAuthorization: false, validatorUrl: null });
    const docs = {
      tryItOutEnabled: true,
      persistAuthorization: true,
      options: { docExpansion: "none" },
      oauth: { clientId: "id", scopes: ["a"], appName: "Test" },
    };
    const opened = settingsOf(textOf(ask(pagesOf({ docs }), "/docs")));
    expect(opened.options).toMatchObject({
      tryItOutEnabled: true,
      persistAuthorization: true,
      docExpansion: "none",
    });
    expect(opened.oauth).toEqual({
      clientId: "id",
      scopes: ["a"],
      appName: "Test",
      usePkceWithAuthorizationCodeGrant: true,
    });
    expect(
      settingsOf(
        textOf(
          ask(pagesOf({ redoc: { options: { hideDownloadButtons: true, sanitize: false } } }), "/redoc"),
        ),
      ).options,
    ).toEqual({
      hideDownloadButtons: true,
      sanitize: true,
    });
  });

  it("let Swagger UI call the servers of the document, and what else it is told to", () => {
    const docs = { connect: ["https://auth.waymark.test/token", "nonsense; script-src *"] };
    const servers = [
      { url: "https://api.waymark.test/v1" },
      { url: "/v2" },
      { url: "https://auth.waymark.test" },
    ];
    const pages = pagesOf({ docs, servers });
    expect(ask(pages, "/docs").getField("content-security-policy")).toContain(
      "connect-src 'self' https://auth.waymark.test https://api.waymark.test; ",
    );
    expect(ask(pages, "/redoc").getField("content-security-policy")).toContain("connect-src 'self'; ");
  });

  it("let Swagger UI get tokens where the security schemes say that they are, and nowhere else", () => {
    const securitySchemes = {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      own: { type: "oauth2", flows: { password: { tokenUrl: "/token", scopes: {} } } },
      other: {
        type: "oauth2",
        flows: {
          authorizationCode: {
            authorizationUrl: "https://login.waymark.test/authorize",
            tokenUrl: "https://auth.waymark.test/token",
            refreshUrl: "https://refresh.waymark.test/token",
          },
        },
      },
      oidc: {
        type: "openIdConnect",
        openIdConnectUrl: "https://oidc.waymark.test/.well-known/openid-configuration",
      },
    };
    const pages = pagesOf({ securitySchemes });
    expect(ask(pages, "/docs").getField("content-security-policy")).toContain(
      "connect-src 'self' https://auth.waymark.test https://refresh.waymark.test https://oidc.waymark.test; ",
    );
    expect(ask(pages, "/redoc").getField("content-security-policy")).toContain("connect-src 'self'; ");
  });

  it("ask for codes with PKCE, unless told otherwise, where there is something to ask", () => {
    const oauthOf = (settings: Partial<DocsSettings>) =>
      settingsOf(textOf(ask(pagesOf(settings), "/docs"))).oauth;
    const securitySchemes = { auth: { type: "oauth2", flows: {} } };
    expect(oauthOf({})).toBeUndefined();
    expect(oauthOf({ securitySchemes: { key: { type: "apiKey" } } })).toBeUndefined();
    expect(oauthOf({ securitySchemes })).toEqual({ usePkceWithAuthorizationCodeGrant: true });
    const oauth = { usePkce: false, additionalQueryParameters: { audience: "api" } };
    expect(oauthOf({ securitySchemes, docs: { oauth } })).toEqual({
      usePkceWithAuthorizationCodeGrant: false,
      additionalQueryStringParams: { audience: "api" },
    });
  });

  it("show no client's secret to everybody", () => {
    const oauth = { clientId: "id", clientSecret: "hunter2" } as object;
    expect(() => pagesOf({ docs: { oauth } })).toThrow("docs.oauth.clientSecret would be shown to everybody");
  });

  it("write what the application says as text", () => {
    const title = `</title><script>alert(1)</script>"'&`;
    const docs = { options: { filter: `"><img src=x onerror=alert(1)>` } };
    for (const path of ["/docs", "/redoc"]) {
      const html = textOf(ask(pagesOf({ title, docs }), path));
      expect(html).toContain("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
      expect(html).not.toMatch(/<script>|<img/);
    }
  });

  it("say why they are not there, where there is no file system", () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
    const pages = pagesOf();
    for (const path of ["/docs", "/redoc", "/docs/start.js"]) {
      expect(() => ask(pages, path)).toThrow(
        expect.objectContaining({ status: 501, detail: expect.stringContaining("no file system") }),
      );
    }
    expect(ask(pages, "/openapi.json").status).toBe(200);
  });

  it("say why they are not there, where the files are missing", () => {
    const readFileSync = () => {
      throw new Error("ENOENT /secret/place");
    };
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ readFileSync } as never);
    const failure = {
      status: 501,
      detail: expect.stringMatching(/^(?!.*secret).*leave waymark out of the bundle/),
    };
    expect(() => ask(pagesOf(), "/redoc")).toThrow(expect.objectContaining(failure));
  });
});
