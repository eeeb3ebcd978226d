import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, brotliDecompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { HttpError } from "../http/http-error.ts";
import { serve } from "../server/serve.ts";
import { StartUpError } from "../start-up-error.ts";
import type { StaticOptions } from "./options.ts";
import { staticFiles } from "./static-files.ts";

/** STATIC_PATHS=100000 tries more of them. */
const PATHS = Number(process.env["STATIC_PATHS"] ?? 20_000);
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const PAGE = "<!doctype html><title>INSIDE page</title>";
const SCRIPT = `console.log("INSIDE ${"x".repeat(500)}")`;

let parent: string;
let root: string;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "waymark-static-"));
  root = join(parent, "static");
  const files: Record<string, string | Uint8Array> = {
    "static/index.html": PAGE,
    "static/hello.txt": "INSIDE hello",
    "static/about.html": "INSIDE about",
    "static/404.html": "INSIDE not here",
    "static/app.js": SCRIPT,
    "static/app.js.br": brotliCompressSync(SCRIPT),
    "static/app.js.gz": gzipSync(SCRIPT),
    "static/only.css": "INSIDE css",
    "static/only.css.gz": gzipSync("INSIDE css"),
    "static/assets/app-4f2a.js": "INSIDE hashed",
    "static/empty/.keep": "INSIDE hidden",
    "static/docs/index.html": "INSIDE docs",
    "static/.env": "INSIDE .env",
    "static/.git/config": "INSIDE .git",
    "static/a b/ü.txt": "INSIDE umlaut",
    "static/%2e%2e/x.txt": "INSIDE percent",
    "static/zero.txt": "",
    "static2/secret.txt": "SECRET",
    "secret.txt": "SECRET",
    "outside/secret.txt": "SECRET",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(parent, name, ".."), { recursive: true });
    writeFileSync(join(parent, name), content);
  }
  symlinkSync(join(parent, "outside"), join(root, "out"));
  symlinkSync(join(parent, "secret.txt"), join(root, "out.txt"));
  symlinkSync(join(root, "hello.txt"), join(root, "in.txt"));
  symlinkSync("loop", join(root, "loop"));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const silent = { error() {}, warn() {} };
const appOf = (options?: StaticOptions, at = "/static"): App => {
  const app = new App({ logger: silent, docs: false, redoc: false, openapi: false });
  app.mount(at, staticFiles(root, options));
  return app;
};

async function ask(app: App, path: string, headers: Record<string, string> = {}, method = "GET") {
  const response = await app.request(path, { headers, method });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe("a file", () => {
  it("is sent with its type, its length and what tells it from its next version", async () => {
    const { status, headers, text } = await ask(appOf(), "/static/hello.txt");
    expect([status, text]).toEqual([200, "INSIDE hello"]);
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("content-length")).toBe("12");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(headers.get("etag")).toMatch(/^"[^"]+"$/);
    expect(headers.get("last-modified")).toMatch(/ GMT$/);
    expect(headers.get("accept-ranges")).toBe("bytes");
    expect(headers.has("vary")).toBe(false);
  });

  it("is answered with 304 to who has it, in part to who asks for a part, and with 416 beyond its end", async () => {
    const app = appOf();
    const etag = (await ask(app, "/static/hello.txt")).headers.get("etag")!;
    const known = await ask(app, "/static/hello.txt", { "if-none-match": etag });
    expect([known.status, known.text, known.headers.get("cache-control")]).toEqual([304, "", "no-cache"]);
    const part = await ask(app, "/static/hello.txt", { range: "bytes=7-" });
    expect([part.status, part.text, part.headers.get("content-range")]).toEqual([
      206,
      "hello",
      "bytes 7-11/12",
    ]);
    expect((await ask(app, "/static/hello.txt", { range: "bytes=99-" })).status).toBe(416);
    expect((await ask(app, "/static/zero.txt")).text).toBe("");
  });

  it("is only read: HEAD as GET without a body, 405 with Allow for the rest", async () => {
    const app = appOf();
    const head = await ask(app, "/static/hello.txt", {}, "HEAD");
    expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", "12"]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"]) {
      const refused = await ask(app, "/static/hello.txt", {}, method);
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    }
    expect((await ask(app, "/static/hello.txt", {}, "OPTIONS")).status).toBe(204);
  });

  it("may have any name that a path can spell", async () => {
    expect((await ask(appOf(), "/static/a%20b/%C3%BC.txt")).text).toBe("INSIDE umlaut");
    expect((await ask(appOf(), "/static/%68ello.txt")).text).toBe("INSIDE hello");
    expect((await ask(appOf(), "/static/%252e%252e/x.txt")).text).toBe("INSIDE percent");
    const byUrl = new App({ logger: silent });
    byUrl.mount("/f", staticFiles(pathToFileURL(root)));
    expect((await ask(byUrl, "/f/hello.txt")).text).toBe("INSIDE hello");
  });

  it("is missing with 404, with a '/' behind it too", async () => {
    for (const path of ["/none", "/hello.txt/", "/hello.txt/x", "/none/", "/loop", `/${"x".repeat(300)}`])
      expect((await ask(appOf(), `/static${path}`, HTML)).status, path).toBe(404);
  });

  it("is sent with what the options say: age, immutability, fields of one's own", async () => {
    const app = appOf({
      maxAge: 60,
      immutable: /^assets\/.*-[0-9a-f]{4}\./g,
      headers: (path) => (path.endsWith(".txt") ? { "X-Path": path, "Cache-Control": "no-store" } : {}),
    });
    const cache = async (path: string) => (await ask(app, path)).headers.get("cache-control");
    expect(await cache("/static/about.html")).toBe("max-age=60");
    for (let i = 0; i < 2; i++)
      expect(await cache("/static/assets/app-4f2a.js")).toBe("max-age=31536000, immutable");
    expect(await cache("/static/hello.txt")).toBe("no-store");
    expect((await ask(app, "/static/hello.txt")).headers.get("x-path")).toBe("hello.txt");
    const byFunction = appOf({ immutable: (path) => path === "app.js", headers: { "x-all": "1" } });
    expect((await ask(byFunction, "/static/app.js")).headers.get("cache-control")).toContain("immutable");
    expect((await ask(byFunction, "/static/app.js")).headers.get("x-all")).toBe("1");
  });

  it("may leave out its extension", async () => {
    const app = appOf({ extensions: ["html", ".txt"] });
    expect((await ask(app, "/static/about")).text).toBe("INSIDE about");
    expect((await ask(app, "/static/hello")).text).toBe("INSIDE hello");
    expect((await ask(app, "/static/hello")).headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect((await ask(app, "/static/none")).status).toBe(404);
  });
});

describe("a directory", () => {
  it("is its index, at a path that ends with '/'", async () => {
    const app = appOf();
    expect((await ask(app, "/static/")).text).toBe(PAGE);
    expect((await ask(app, "/static/docs/")).text).toBe("INSIDE docs");
    for (const [path, to] of [
      ["/static", "./static/"],
      ["/static/docs?a=1", "./docs/?a=1"],
    ] as const) {
      // prettier-ignore
      const { status, headers } = await ask(app, path);
      expect([status, headers.get("location")]).toEqual([308, to]);
    }
    expect((await ask(appOf({ redirect: false }), "/static/docs")).status).toBe(404);
  });

  it("is not listed, and may have another index or none", async () => {
    const app = appOf();
    for (const path of ["/static/assets", "/static/assets/", "/static/empty/"])
      expect((await ask(app, path, HTML)).status).toBe(404);
    expect((await ask(appOf({ index: false }), "/static/")).status).toBe(404);
    expect((await ask(appOf({ index: "about.html" }), "/static/")).text).toBe("INSIDE about");
  });

  it("never redirects to another host", async () => {
    mkdirSync(join(root, "evil.example"), { recursive: true });
    writeFileSync(join(root, "evil.example/index.html"), "INSIDE");
    const app = appOf({}, "/");
    for (const path of [
      "//evil.example",
      "/%2Fevil.example",
      "/\\evil.example",
      "/evil.example",
      "//evil.example/",
    ]) {
      const { status, headers } = await ask(app, path);
      const location = headers.get("location");
      if (location === null) expect([400, 404]).toContain(status);
      else expect(new URL(location, `http://localhost${path}`).origin).toBe("http://localhost");
    }
  });
});

describe("precompressed variants", () => {
  const app = (): App => appOf({ precompressed: true });
  const coded = async (path: string, accepted?: string) => {
    const reply = await app().request(path, {
      headers: accepted === undefined ? {} : { "accept-encoding": accepted },
    });
    return { headers: reply.headers, bytes: Buffer.from(await reply.arrayBuffer()) };
  };

  it.each([
    ["br, gzip", "br"],
    ["gzip, deflate, br, zstd", "br"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["zstd", null],
    ["identity", null],
    ["*", "br"],
    ["br;q=0.5, identity", null],
    [undefined, null],
  ])("are chosen by Accept-Encoding: %s gets %s", async (accepted, coding) => {
    const reply = await coded("/static/app.js", accepted);
    expect(reply.headers.get("content-encoding")).toBe(coding);
    expect(reply.headers.get("vary")).toBe("accept-encoding");
    expect(reply.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const { bytes } = reply;
    if (coding === "br") expect(brotliDecompressSync(bytes).toString()).toBe(SCRIPT);
    if (coding === null) expect(bytes.toString()).toBe(SCRIPT);
  });

  it("need not all be there, and each is a representation of its own", async () => {
    expect((await coded("/static/only.css", "br, gzip;q=0.1")).headers.get("content-encoding")).toBe("gzip");
    expect((await coded("/static/hello.txt", "br, gzip")).headers.get("content-encoding")).toBeNull();
    const tags = await Promise.all(["br", "gzip", "identity"].map(async (each) => (await coded("/static/app.js", each)).headers.get("etag"))); // prettier-ignore
    expect(new Set(tags).size).toBe(3);
    const part = await app().request("/static/app.js", {
      headers: { "accept-encoding": "br", range: "bytes=0-3" },
    });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(brotliCompressSync(SCRIPT).subarray(0, 4));
  });

  it("leave what middleware has said of the reply", async () => {
    const varied = app();
    varied.use(async ({ response }, next) => (response.headers.append("vary", "origin"), await next()));
    expect((await ask(varied, "/static/app.js")).headers.get("vary")).toBe("origin, accept-encoding");
  });
});

describe("a single-page application", () => {
  const spa = (options: StaticOptions = {}): App => {
    const app = new App({ logger: silent, docs: false, redoc: false });
    app.get("/api/items", () => ["item"]);
    app.mount("/", staticFiles(root, { spa: true, maxAge: 60, ...options }));
    return app;
  };

  it.each(["/", "/users/7", "/users/john.doe", "/v1.2/", "/deep/er/link?tab=1", "/missing.html"])(
    "answers %s with its page, for whoever opens one",
    async (path) => {
      const { status, text, headers } = await ask(spa(), path, HTML);
      expect([status, text]).toEqual([200, PAGE]);
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
      if (path !== "/") expect(headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("leaves alone what is a file, what looks like one, and who does not ask for a page", async () => {
    expect((await ask(spa(), "/app.js", HTML)).text).toBe(SCRIPT);
    for (const path of ["/missing.js", "/assets/missing.css", "/favicon.ico", "/app.js.map"])
      expect((await ask(spa(), path, HTML)).status, path).toBe(404);
    for (const accept of [
      "*/*",
      "application/json",
      "image/avif,image/webp,*/*",
      "text/*",
      "text/html;q=0",
      "",
    ])
      expect((await ask(spa(), "/users/7", { accept })).status, accept).toBe(404);
    expect((await ask(spa(), "/users/7", { accept: "application/xhtml+xml" })).status).toBe(200);
    expect((await ask(spa(), "/users/7", HTML, "HEAD")).status).toBe(200);
    expect((await ask(spa(), "/users/7", HTML, "POST")).status).toBe(405);
  });

  it("leaves its paths to the application's own routes, and unsafe ones to nobody", async () => {
    expect((await ask(spa(), "/api/items", HTML)).text).toBe('["item"]');
    expect((await ask(spa(), "/.env", HTML)).status).toBe(404);
    expect((await ask(spa(), "/../secret.txt", HTML)).status).toBe(404);
    const app = spa();
    app.get("/closed", () => HttpError.throw(403));
    expect((await ask(app, "/closed", HTML)).status).toBe(403);
  });

  it("may have another page, and a page for what it does not have", async () => {
    expect((await ask(spa({ spa: "about.html" }), "/users/7", HTML)).text).toBe("INSIDE about");
    const app = appOf({ notFound: "404.html" });
    const missing = await ask(app, "/static/none", HTML);
    expect([missing.status, missing.text]).toEqual([404, "INSIDE not here"]);
    expect(missing.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const known = await ask(app, "/static/none", { ...HTML, "if-none-match": "*" });
    expect(known.status).toBe(404);
    const problem = await ask(app, "/static/none");
    expect(problem.headers.get("content-type")).toBe("application/problem+json");
    expect((await ask(spa({ notFound: "404.html" }), "/none.js", HTML)).text).toBe("INSIDE not here");
  });
});

describe("paths", () => {
  const NASTY = [
    "..", ".", "...", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..%2f", "%2f", "%5c", "..%5c", "\\", "..\\", "..%c0%af", "%c0%ae%c0%ae",
    "%00", "%0a", "x%00.txt", "C:", "c%3a", "C:%5cWindows", "hello.txt::$DATA", "hello.txt%3a%3a$DATA", "~", "~root", "etc", "passwd",
    "", "static2", "secret.txt", "outside", "out", "out.txt", "in.txt", "loop", "static", "hello.txt", "docs", ".env", ".git", "config",
    "%2eenv", "hello.txt.", "hello.txt%20", "hello.txt%20.", "NUL", "CON", "%u002e%u002e", "..;", "..;x=1", "%ef%bc%8e%ef%bc%8e", "．．", // prettier-ignore
  ]; // prettier-ignore

  it(
    "never lead out of the directory: 20,000 made of everything that ever did",
    { timeout: 120_000 },
    async () => {
      const app = appOf(
        { spa: true, extensions: ["html"], precompressed: true, notFound: "404.html" },
        "/static",
      );
      const atRoot = appOf({ dotfiles: "allow" }, "/");
      const part = fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...NASTY) },
        { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
        { weight: 1, arbitrary: fc.string({ maxLength: 4 }).map(encodeURIComponent) },
      );
      const paths = fc.tuple(fc.constantFrom("/", "//", "%2f", ""), fc.array(part, { maxLength: 5 }), fc.constantFrom("/", "%2f", "//")); // prettier-ignore
      let found = 0;
      await fc.assert(
        fc.asyncProperty(paths, fc.boolean(), async ([first, parts, by], isRoot) => {
          const path = `${isRoot ? "" : "/static"}${first}${parts.join(by)}`;
          const target = path.startsWith("/") ? path : `/${path}`;
          const response = await (isRoot ? atRoot : app)
            .request(`GET ${target}`, { headers: HTML })
            .catch(() => undefined);
          if (response === undefined) return;
          const text = await response.text();
          expect(text).not.toContain("SECRET");
          expect(text).not.toContain("root:x:0");
          expect([200, 304, 308, 400, 404, 414]).toContain(response.status);
          if (response.status === 200 && text !== "") expect(text).toContain("INSIDE");
          if (response.status === 200) found++;
        }),
        { numRuns: PATHS },
      );
      expect(found).toBeGreaterThan(500);
    },
  );

  it.each([
    "/static/../static2/secret.txt", "/static/%2e%2e/secret.txt", "/static/..%2fsecret.txt", "/static/..%5csecret.txt", "/static2/secret.txt",
    "/static//etc/passwd", "/static/%2fetc/passwd", "/static/%2e%2e%2f%2e%2e%2fetc/passwd", "/static/out/secret.txt", "/static/out.txt",
    "/static/.env", "/static/%2eenv", "/static/.git/config", "/static/hello.txt%00", "/static/docs/../hello.txt", "/static/./hello.txt",
    "/static//hello.txt", "/static/docs//index.html", "/static/hello.txt.", "/static/hello.txt%20", "/static/hello.txt:x", "/static/empty/.keep",
  ])("%s is nothing", async (path) => { // prettier-ignore
    expect([400, 404]).toContain((await ask(appOf(), path, HTML)).status);
  }); // prettier-ignore

  it("follow links that stay inside, and others only where that was asked for", async () => {
    expect((await ask(appOf(), "/static/in.txt")).text).toBe("INSIDE hello");
    const following = appOf({ followSymlinks: true });
    expect((await ask(following, "/static/out/secret.txt")).text).toBe("SECRET");
    expect((await ask(following, "/static/../secret.txt")).status).toBe(404);
    expect((await ask(appOf({ dotfiles: "allow" }), "/static/.env")).text).toBe("INSIDE .env");
  });

  it("are read below the directory that its own link names now", async () => {
    for (const version of ["one", "two"]) {
      mkdirSync(join(parent, version), { recursive: true });
      writeFileSync(join(parent, version, "version.txt"), version);
    }
    const current = join(parent, "current");
    symlinkSync(join(parent, "one"), current);
    const app = new App({ logger: silent });
    app.mount("/", staticFiles(current));
    expect((await ask(app, "/version.txt")).text).toBe("one");
    rmSync(current);
    symlinkSync(join(parent, "two"), current);
    expect((await ask(app, "/version.txt")).text).toBe("two");
  });
});

describe("at the start", () => {
  const mistakesOf = async (mount: () => ReturnType<typeof staticFiles>) => {
    const app = new App({ logger: silent });
    app.mount("/files", mount());
    const error: unknown = await app.start().catch((thrown: unknown) => thrown);
    await app.stop();
    return error instanceof StartUpError ? error.mistakes : [];
  };

  it("a directory that is not there is told of, with route and place, unless it may come later", async () => {
    const missing = join(parent, "later");
    const [mistake] = await mistakesOf(() => staticFiles(missing));
    expect(mistake).toMatchObject({
      code: "WM123",
      message: `the directory of static files, ${missing}, does not exist`,
      route: "mount /files",
    });
    expect(mistake!.at).toMatch(/static-files\.test\.ts:\d+$/);
    const [file] = await mistakesOf(() => staticFiles(join(root, "hello.txt")));
    expect(file!.message).toMatch(/ is none$/);
    const app = new App({ logger: silent });
    app.mount("/files", staticFiles(missing, { check: false }));
    expect((await ask(app, "/files/x.txt")).status).toBe(404);
    mkdirSync(missing);
    writeFileSync(join(missing, "x.txt"), "there");
    expect((await ask(app, "/files/x.txt")).text).toBe("there");
  });

  it("options that do not exist are refused, with the one that was meant", () => {
    expect(() => staticFiles(root, { maxage: 1 } as never)).toThrow("'maxage' is not an option of staticFiles: did you mean 'maxAge'?"); // prettier-ignore
    expect(() => staticFiles(root, { maxAge: -1 })).toThrow("maxAge of staticFiles");
    expect(() => staticFiles(undefined as never)).toThrow("staticFiles takes a directory");
  });
});

describe("among routes", () => {
  it("lie behind the guards of their mount", async () => {
    const nobody = dependency({ errors: { 401: "Not signed in" } }, () => HttpError.throw(401));
    const app = new App({ logger: silent });
    app.mount("/private", staticFiles(root), { dependencies: [nobody] });
    for (const path of ["/private/hello.txt", "/private/", "/private/none", "/private/../hello.txt"])
      expect((await ask(app, path)).status).toBe(401);
  });

  it.each(["wire", "node-http"] as const)("are served on sockets by %s", async (server) => {
    const running = await serve(appOf(), { port: 0, signals: false, server });
    const reply = await fetch(`${running.url}/static/hello.txt`);
    expect([reply.status, await reply.text()]).toEqual([200, "INSIDE hello"]);
    const head = await fetch(`${running.url}/static/hello.txt`, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("12");
    const part = await fetch(`${running.url}/static/hello.txt`, { headers: { range: "bytes=-5" } });
    expect([part.status, await part.text()]).toEqual([206, "hello"]);
    await running.close();
  });
});

describe.skipIf(!existsSync("/proc/self/fd"))("a client that leaves", () => {
  const open = (name: string): number =>
    readdirSync("/proc/self/fd").filter((each) => {
      try {
        return readlinkSync(`/proc/self/fd/${each}`).endsWith(name);
      } catch {
        return false; // the one that listed them
      }
    }).length;

  it.each(["wire", "node-http"] as const)("leaves no file open: %s", { timeout: 30_000 }, async (server) => {
    writeFileSync(join(root, "large.bin"), Buffer.alloc(8 * 1024 * 1024));
    const running = await serve(appOf(), { port: 0, signals: false, server });
    for (let i = 0; i < 50; i++) {
      const leaving = new AbortController();
      const reply = await fetch(`${running.url}/static/large.bin`, { signal: leaving.signal });
      await reply.body!.getReader().read();
      leaving.abort();
      await fetch(`${running.url}/static/large.bin`, { method: "HEAD" });
    }
    await running.close();
    expect(open("large.bin")).toBe(0);
  });
});
