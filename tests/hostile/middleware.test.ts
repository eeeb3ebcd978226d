// The same hostile requests where middleware decides: hosts, redirects, and what is kept behind a prefix.
import { request } from "node:http";
import { App, HttpError, path, endpoint, Router, serve, type Running, type ServerName } from "waymark";
import { cors, csrf, httpsRedirect, securityHeaders, trustedHosts } from "waymark/middleware";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Attack } from "./attack.ts";
import { corpus, expectAllAccepted } from "./corpus.ts";

const silent = { error() {}, warn() {} };
const HOSTS = ["localhost", "127.0.0.1"];
const rest = endpoint({ input: { rest: path(z.string()) } }, function rest({ rest }) {
  return { rest: rest.length };
});

/** A router whose middleware lets nobody in, everything on one slash more or less redirected, and a public part beside it. */
function guarded(): App {
  const app = new App({
    title: "Guarded",
    logger: silent,
    docs: false,
    redoc: false,
    trailingSlash: "redirect",
  });
  app.use(trustedHosts(HOSTS));
  app.use(securityHeaders());
  app.use(cors({ origins: ["https://example.com"] }));
  app.use(csrf());
  const admin = new Router({ prefix: "/admin", middleware: [() => HttpError.throw(403)] });
  admin.get("", () => "SECRET");
  admin.get(
    "/{rest:path}",
    endpoint({ input: { rest: path(z.string()) } }, () => "SECRET"),
  );
  app.include(admin);
  app.get("/", () => "hello");
  app.get("/public/{rest:path}", rest);
  return app;
}

/** Everything but the front page is redirected to https. */
function redirecting(): App {
  const app = new App({ title: "Redirecting", logger: silent, docs: false, redoc: false });
  app.get("/", () => "hello");
  app.get("/{rest:path}", rest, { middleware: [httpsRedirect({ hosts: HOSTS })] });
  return app;
}

const CLASSES = ["host", "redirect", "path-authz", "target"];
const rows = corpus("hostile_http.jsonl.gz").filter(
  (row) => CLASSES.includes(row.class) && !row.id.includes("/static"),
);
/** A host that the application does not answer for is refused (RFC 9110 §15.5.20), which is stricter than any row asks. */
const strictly = (row: Attack): Attack => ({ ...row, accept: [...row.accept, "421", "308"] });

describe.each<ServerName>(["wire", "node-http"])("middleware on %s", (server) => {
  let one: Running;
  let other: Running;
  beforeAll(async () => {
    one = await serve(guarded(), { port: 0, host: "127.0.0.1", signals: false, server });
    other = await serve(redirecting(), { port: 0, host: "127.0.0.1", signals: false, server });
  });
  afterAll(async () => {
    await one.close();
    await other.close();
  });

  it.each(CLASSES)("keeps its word whatever is sent: %s", { timeout: 60_000 }, async (name) => {
    const own = rows.filter((row) => row.class === name).map(strictly);
    await expectAllAccepted(one.port, own);
    await expectAllAccepted(other.port, own);
  });

  it("keeps its router closed, by whatever path it is reached", async () => {
    for (const path of ["/admin", "/admin/x", "/%61dmin"])
      expect((await fetch(`http://127.0.0.1:${one.port}${path}`)).status).toBe(403);
  });

  it("redirects to its own origin alone, whatever host and path say", async () => {
    for (const [host, target] of [
      ["localhost", "//evil.example/"],
      ["localhost", "/%2f%2fevil.example/"],
      ["localhost", "/x/..//evil.example"],
      ["localhost:8080", "/@evil.example"],
    ] as const) {
      const location = await locationOf(other.port, host, target);
      expect(new URL(location!).origin).toBe("https://localhost");
    }
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "localhost@evil.example",
      "evil.example#localhost",
    ])
      expect(await locationOf(other.port, host, "/a")).toBeUndefined();
  });
});

function locationOf(port: number, host: string, target: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path: target, headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.headers.location);
    })
      .on("error", reject)
      .end();
  });
}
