import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import express from "express";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { HttpError } from "../http/http-error.ts";
import { serve, type Running } from "../server/serve.ts";
import { nodeHandler } from "./node-handler.ts";

const logged: unknown[][] = [];
const logger = { error: (...line: unknown[]) => logged.push(line), warn() {} };
const appOf = (options = {}): App =>
  new App({
    logger,
    docs: false,
    redoc: false,
    openapi: false,
    limits: { body: 2 * 1024 * 1024 },
    ...options,
  });
beforeEach(() => void (logged.length = 0));

const directory = mkdtempSync(join(tmpdir(), "waymark-node-"));
beforeAll(() => {
  writeFileSync(join(directory, "hello.txt"), "hello from a file");
  writeFileSync(join(directory, "large.bin"), Buffer.alloc(1024 * 1024, "x"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function expressApp() {
  const app = express();
  const api = express.Router();
  api.use(express.json({ limit: "1kb" }));
  api.get("/items/:id", (req, res) => void res.json({ id: req.params.id, q: req.query, base: req.baseUrl, url: req.url, original: req.originalUrl })); // prettier-ignore
  api.post("/items", (req, res) => void res.status(201).location("/items/1").json(req.body));
  app.use("/api", api);
  app.use("/files", express.static(directory));
  app.get("/who", (req, res) => void res.json({ ip: req.ip, secure: req.secure, host: req.hostname, protocol: req.protocol, agent: req.get("x-agent"), cookies: req.headers.cookie })); // prettier-ignore
  app.get("/away", (_, res) => res.redirect("/elsewhere"));
  app.get("/cookies", (_, res) => void res.cookie("a", "1").cookie("b", "2", { httpOnly: true }).sendStatus(204)); // prettier-ignore
  app.get("/send-file", (_, res) => res.sendFile(join(directory, "large.bin")));
  app.post("/size", (req, res) => {
    let size = 0;
    req.on("data", (piece: Buffer) => (size += piece.length));
    req.on("end", () => void res.send(String(size)));
  });
  app.post("/pipe", (req, res) => void req.pipe(res.type("bin")));
  app.get("/large", (_, res) => void res.send(Buffer.alloc(1024 * 1024, "y")));
  app.get("/slow", (_, res) => {
    res.write("one ");
    setTimeout(() => res.write("two "), 2);
    setTimeout(() => res.end("three"), 4);
  });
  app.get("/events", (_, res) => {
    res.writeHead(200, { "content-type": "text/event-stream", "x-early": "1" });
    res.flushHeaders();
    setTimeout(() => res.end("data: 1\n\n"), 2);
  });
  app.get("/pipe-out", (_, res) => void Readable.from(function* () { for (let i = 0; i < 200; i++) yield "x".repeat(8192); }()).pipe(res)); // prettier-ignore
  app.get("/interim", (_, res) => {
    res.writeContinue();
    res.writeEarlyHints({ link: "</a.css>; rel=preload" });
    res.status(203).send("after interim");
  });
  app.get("/teapot", () => {
    throw Object.assign(new Error("short and stout"), { status: 418, expose: true });
  });
  app.get("/fails", () => {
    throw new TypeError("express fails");
  });
  app.get("/rejects", async () => {
    throw new TypeError("express rejects");
  });
  app.get("/own-error", () => {
    throw Object.assign(new Error("x"), { own: true });
  });
  app.use(
    (error: { own?: boolean }, _req: unknown, res: express.Response, next: (error: unknown) => void) => {
      if (error.own === true) res.status(409).json({ own: true });
      else next(error);
    },
  );
  return app;
}

const app = appOf();
app.get("/own", () => "own");
app.mount("/x", nodeHandler(expressApp()));

describe.each(["memory", "fetch", "wire", "node-http"] as const)("an Express application by %s", (driver) => {
  let running: Running | undefined;
  beforeAll(async () => {
    if (driver === "wire" || driver === "node-http")
      running = await serve(app, { port: 0, signals: false, server: driver });
  });
  afterAll(() => running?.close());

  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (driver === "memory") return app.request(path, init as object);
    if (driver === "fetch") return app.fetch(new Request(`http://localhost${path}`, init), { remoteAddress: "1.2.3.4" }); // prettier-ignore
    return fetch(running!.url + path, { redirect: "manual", ...init });
  };
  const json = async (path: string, init?: RequestInit): Promise<unknown> => (await ask(path, init)).json();

  it("routes, and knows what it is mounted at", async () => {
    expect(await json("/x/api/items/a%2Fb?x=1&x=2")).toEqual({
      id: "a/b",
      q: { x: ["1", "2"] },
      base: "/x/api",
      url: "/items/a%2Fb?x=1&x=2",
      original: "/x/api/items/a%2Fb?x=1&x=2",
    });
  });

  it("reads a JSON body with its own parser, and refuses one with the problem of the application", async () => {
    const post = (body: string): Promise<Response> =>
      ask("/x/api/items", { method: "POST", body, headers: { "content-type": "application/json" } });
    const created = await post('{"a":[1]}');
    expect([created.status, created.headers.get("location"), await created.json()]).toEqual([201, "/items/1", { a: [1] }]); // prettier-ignore
    const malformed = await post("{");
    expect([malformed.status, malformed.headers.get("content-type")]).toEqual([
      400,
      "application/problem+json",
    ]);
    expect((await post(JSON.stringify({ a: "x".repeat(2000) }))).status).toBe(413);
  });

  it("sees who asks, and the fields of the request", async () => {
    const reply = await ask("/x/who", { headers: { "x-agent": "é", cookie: "a=1" } });
    const who = (await reply.json()) as Record<string, unknown>;
    expect(who).toMatchObject({ secure: false, protocol: "http", cookies: "a=1", agent: "é" });
    if (driver === "fetch") expect(who["ip"]).toBe("1.2.3.4");
    if (driver === "wire" || driver === "node-http") expect(who["ip"]).toBe("127.0.0.1");
  });

  it("sets cookies, redirects, answers HEAD and what it does not know", async () => {
    expect((await ask("/x/cookies")).headers.getSetCookie()).toEqual([
      "a=1; Path=/",
      "b=2; Path=/; HttpOnly",
    ]);
    const away = await ask("/x/away");
    expect([away.status, away.headers.get("location")]).toEqual([302, "/elsewhere"]);
    const head = await ask("/x/large", { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      "1048576",
      "",
    ]);
    const none = await ask("/x/none");
    expect([none.status, none.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await json("/own")).toBe("own");
  });

  it("serves files, with ranges and entity tags, and redirects to a directory", async () => {
    const file = await ask("/x/files/hello.txt");
    expect(await file.text()).toBe("hello from a file");
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const range = await ask("/x/files/hello.txt", { headers: { range: "bytes=0-4" } });
    expect([range.status, await range.text()]).toEqual([206, "hello"]);
    const known = await ask("/x/files/hello.txt", {
      headers: { "if-none-match": file.headers.get("etag")!, "cache-control": "max-age=1" },
    });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    const sent = await ask("/x/send-file");
    expect([sent.headers.get("content-length"), (await sent.arrayBuffer()).byteLength]).toEqual([
      "1048576",
      1048576,
    ]);
    const root = await ask("/x/files");
    expect([root.status, root.headers.get("location")]).toEqual([301, "/x/files/"]);
  });

  it("takes and gives a megabyte, streams and pipes", async () => {
    const body = new Uint8Array(1024 * 1024).fill(7);
    expect(await (await ask("/x/size", { method: "POST", body })).text()).toBe("1048576");
    const piped = new Uint8Array(await (await ask("/x/pipe", { method: "POST", body })).arrayBuffer());
    expect([piped.length, piped.every((byte) => byte === 7)]).toEqual([body.length, true]);
    expect((await (await ask("/x/large")).arrayBuffer()).byteLength).toBe(1024 * 1024);
    expect(await (await ask("/x/slow")).text()).toBe("one two three");
    expect((await (await ask("/x/pipe-out")).text()).length).toBe(200 * 8192);
    const events = await ask("/x/events");
    expect([events.headers.get("x-early"), await events.text()]).toEqual(["1", "data: 1\n\n"]);
    const interim = await ask("/x/interim");
    expect([interim.status, await interim.text()]).toEqual([203, "after interim"]);
  });

  it("answers its own errors, and leaves the others to the application", async () => {
    const own = await ask("/x/own-error");
    expect([own.status, await own.json()]).toEqual([409, { own: true }]);
    const teapot = await ask("/x/teapot");
    expect(teapot.status).toBe(418);
    expect(await teapot.json()).toMatchObject({ status: 418, detail: "short and stout" });
    for (const path of ["/x/fails", "/x/rejects"]) {
      const failed = await ask(path);
      expect([failed.status, failed.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
    }
    expect(logged.map(([, error]) => String(error))).toEqual([
      "TypeError: express fails",
      "TypeError: express rejects",
    ]);
  });
});

describe("a Node-style handler", () => {
  let running: Running | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const mounted = (
    handler: (req: any, res: any, next: (error?: unknown) => void) => unknown,
    options = {},
  ): App => {
    const outer = appOf(options);
    outer.mount("/", nodeHandler(handler));
    return outer;
  };

  it("goes to the application's error handlers with next(error)", async () => {
    class Odd extends Error {}
    const outer = appOf();
    outer.onError(Odd, (error) => ({ said: error.message }));
    outer.onError(404, () => ({ none: true }));
    outer.mount(
      "/odd",
      nodeHandler((_req, _res, next) => next(new Odd("odd"))),
    );
    outer.mount(
      "/none",
      nodeHandler((_req, _res, next) => next()),
    );
    outer.mount(
      "/http",
      nodeHandler((_req, _res, next) => next(new HttpError(402))),
    );
    outer.mount(
      "/text",
      nodeHandler((_req, _res, next) => next("text")),
    );
    expect(await (await outer.request("/odd")).json()).toEqual({ said: "odd" });
    expect(await (await outer.request("/none")).json()).toEqual({ none: true });
    expect((await outer.request("/http")).status).toBe(402);
    expect((await outer.request("/text")).status).toBe(500);
  });

  it("lets go of a request that it destroys, and of one that asks for another protocol", async () => {
    expect((await mounted((req) => req.destroy()).request("/")).status).toBe(500);
    expect((await mounted((req) => req.socket.destroy()).request("/")).status).toBe(500);
    expect((await mounted((_, res) => res.destroy(new HttpError(400))).request("/")).status).toBe(400);
    expect((await mounted((_, res) => res.writeHead(101).end()).request("/")).status).toBe(500);
  });

  it("cuts a reply whose end fails: nobody takes it for complete", async () => {
    const outer = mounted((_, res, next) => {
      res.write("begin");
      setTimeout(() => next(new Error("late")), 5);
    });
    const reply = await outer.request("/");
    await expect(reply.text()).rejects.toThrow("late");
    expect(logged.map(([, error]) => String(error))).toEqual(["Error: late"]);
  });

  it("keeps a reply that was made completely, whatever comes after it", async () => {
    const outer = mounted((_, res, next) => {
      res.end("done");
      res.write("more");
      next(new Error("late"));
    });
    expect(await (await outer.request("/")).text()).toBe("done");
  });

  it("leaves framing to the server: chunks are not chunked again, trailers and connection options are not sent", async () => {
    const outer = mounted((_, res) => {
      res.writeHead(200, ["Transfer-Encoding", "chunked", "Connection", "close", "X-A", "1", "X-A", "2"]);
      res.write("a");
      res.addTrailers({ "x-trailer": "1" });
      res.end("b");
    });
    const reply = await outer.request("/");
    expect(await reply.text()).toBe("ab");
    expect([...reply.headers.keys()].toSorted()).toEqual(["content-length", "x-a"]);
    expect(reply.headers.get("x-a")).toBe("1, 2");
  });

  it("is told to wait, and when it may go on", async () => {
    const log: string[] = [];
    const outer = mounted((_, res) => {
      let left = 64;
      const write = (): void => {
        while (left-- > 0)
          if (!res.write(Buffer.alloc(16 * 1024))) {
            log.push("full");
            return void res.once("drain", () => (log.push(`drained ${res.writableNeedDrain}`), write()));
          }
        res.end();
      };
      write();
    });
    const reply = await outer.request("/");
    expect((await reply.arrayBuffer()).byteLength).toBe(1024 * 1024);
    expect(log.filter((line) => line === "full").length).toBeGreaterThan(32);
    expect(log.filter((line) => line !== "full").every((line) => line === "drained false")).toBe(true);
  });

  it("does not run ahead of a client that does not read", async () => {
    let written = 0;
    const outer = mounted((_, res) => {
      const more = (): void => {
        while (res.write(Buffer.alloc(64 * 1024))) written++;
        written++;
        res.once("drain", more);
      };
      res.flushHeaders();
      setImmediate(more);
    });
    const reply = await outer.request("/");
    const reader = reply.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(written).toBeLessThan(16);
    await reader.cancel();
  });

  it("finishes, closes, and says so once: after the last piece has been taken", async () => {
    const log: string[] = [];
    const outer = mounted((req, res) => {
      for (const name of ["finish", "close"]) res.on(name, () => log.push(`res ${name}`));
      for (const name of ["end", "close", "aborted"]) req.on(name, () => log.push(`req ${name}`));
      req.resume();
      req.on("end", () => res.end("x"));
    });
    await (await outer.request("POST /", { body: "abc" })).text();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual(["req end", "res finish", expect.anything(), expect.anything()]);
    expect(log.slice(2).toSorted()).toEqual(["req close", "res close"]);
  });

  it("answers a body that is too large, since its connection still lives", async () => {
    const outer = mounted(
      (req, res) => {
        req.on("error", (error: HttpError) => res.writeHead(error.status).end("too much"));
        req.resume();
      },
      { limits: { body: 10 } },
    );
    const reply = await outer.request("POST /", { body: "x".repeat(11) });
    expect([reply.status, await reply.text()]).toEqual([413, "too much"]);
  });

  describe.each(["wire", "node-http"] as const)("by %s", (server) => {
    it("learns that the client has gone: before the reply, while it streams, while it sends its body", async () => {
      const log: string[] = [];
      let arrived!: () => void;
      let closed!: () => void;
      const outer = mounted((req, res) => {
        const name = req.url.slice(1);
        for (const event of ["finish", "close"]) res.on(event, () => log.push(`${name} res ${event}`));
        for (const event of ["aborted", "error"]) req.on(event, () => log.push(`${name} req ${event}`));
        res.on("close", () => closed());
        if (name === "body") req.resume();
        if (name === "stream") res.write("begin");
        arrived();
      });
      running = await serve(outer, { port: 0, signals: false, server });
      for (const [name, method] of [
        ["wait", "GET"],
        ["stream", "GET"],
        ["body", "POST"],
      ] as const) {
        // prettier-ignore
        const isThere = new Promise<void>((resolve) => (arrived = resolve));
        const isClosed = new Promise<void>((resolve) => (closed = resolve));
        const client = httpRequest(`${running.url}/${name}`, { method, ...(method === "POST" ? { headers: { "content-length": 1000 } } : {}) }); // prettier-ignore
        client.on("error", () => undefined);
        client.on("response", (response) => response.on("error", () => undefined));
        if (method === "POST") client.write("begin");
        else client.end();
        await isThere;
        await new Promise((resolve) => setTimeout(resolve, 20));
        client.destroy();
        await isClosed;
      }
      expect(log.filter((line) => !line.startsWith("body"))).toEqual(["wait res close", "stream res close"]);
      expect(log.filter((line) => line.startsWith("body")).toSorted()).toEqual([
        "body req aborted",
        "body req error",
        "body res close",
      ]);
    });
  });

  it("leaves nothing behind, however its requests end", async () => {
    let open = 0;
    const outer = mounted((req, res) => {
      open++;
      res.on("close", () => open--);
      if (req.url === "/wait") return;
      res.write("x");
      if (req.url === "/end") res.end("y");
    });
    for (let i = 0; i < 100; i++) {
      await (await outer.request("/end")).text();
      await (await outer.request("/stream")).body!.cancel();
      const leaving = new AbortController();
      const waiting = outer.request("/wait", { signal: leaving.signal });
      await new Promise((resolve) => setImmediate(resolve));
      leaving.abort();
      await expect(waiting).rejects.toThrow("aborted");
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(open).toBe(0);
  });

  it("refuses what is no function", () => {
    expect(() => nodeHandler({} as never)).toThrow(
      "nodeHandler takes a function (req, res, next), not object",
    );
  });
});
