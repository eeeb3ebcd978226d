import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync, createGzip } from "node:zlib";
import express from "express";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import { serve, type Running } from "../server/serve.ts";
import { connect, nodeRequest } from "./connect.ts";
import type { NodeHandler } from "./node-handler.ts";

type Next = (error?: unknown) => void;
const logged: unknown[][] = [];
const logger = { error: (...line: unknown[]) => logged.push(line), warn() {} };
beforeEach(() => void (logged.length = 0));

const appOf = (...middleware: NodeHandler[]): App => {
  const app = new App({ logger, openapi: false });
  for (const each of middleware) app.use(connect(each));
  app.get("/hello", () => ({ hello: "world" }));
  app.get(
    "/none",
    endpoint({ input: { res: response() } }, ({ res }) => res.headers.set("x-own", "1")),
  );
  app.get("/fails", () => HttpError.throw(409, "no"));
  app.get("/stream", () =>
    reply.stream(
      (async function* () {
        for (let i = 0; i < 3; i++) yield `piece ${i} `;
      })(),
      "text/plain",
    ),
  );
  app.post(
    "/size",
    endpoint({ input: { req: request() } }, async ({ req }) => (await req.bytes()).length),
  );
  return app;
};

/** As helmet does: fields, and none of Express's. */
const helmet = (_req: IncomingMessage, res: ServerResponse, next: Next): void => {
  res.removeHeader("x-powered-by");
  res.setHeader("Content-Security-Policy", "default-src 'self'");
  res.setHeader("X-Frame-Options", "SAMEORIGIN");
  next();
};
/** As cors does: fields, and a preflight answered by itself. */
const cors = (req: IncomingMessage, res: ServerResponse, next: Next): void => {
  res.setHeader("Access-Control-Allow-Origin", req.headers.origin ?? "*");
  if (req.method !== "OPTIONS") return next();
  res.setHeader("Access-Control-Allow-Methods", "GET,POST");
  res.statusCode = 204;
  res.setHeader("Content-Length", "0");
  res.end();
};
/** As cookie-parser does: something on the request. */
const cookies = (req: IncomingMessage & { cookies?: object }, _res: ServerResponse, next: Next): void => {
  req.cookies = Object.fromEntries((req.headers.cookie ?? "").split("; ").map((each) => each.split("=")));
  next();
};
/** As morgan does, with what on-headers and on-finished do underneath. */
const lines: string[] = [];
const morgan = (req: IncomingMessage & { originalUrl?: string }, res: ServerResponse, next: Next): void => {
  let began = false;
  const { writeHead } = res;
  res.writeHead = function (this: ServerResponse, ...head: any[]) {
    began = true;
    return writeHead.apply(this, head as never);
  } as typeof res.writeHead;
  res.on("finish", () => lines.push(`${req.method} ${req.originalUrl} ${res.statusCode} ${String(res.getHeader("content-length"))} ${began}`)); // prettier-ignore
  next();
};
/** As compression does: the body goes through another stream, and the head changes when it is written. */
const compression = (_req: IncomingMessage, res: ServerResponse, next: Next): void => {
  const { write, end } = res;
  const gzip = createGzip();
  let isOpen = false;
  const open = (): void => {
    if (isOpen) return;
    isOpen = true;
    res.removeHeader("content-length");
    res.setHeader("content-encoding", "gzip");
    gzip.on("data", (piece) => { if (!write.call(res, piece, "utf8")) gzip.pause(); }); // prettier-ignore
    gzip.on("end", () => (end as () => void).call(res));
    res.on("drain", () => gzip.resume());
  };
  res.write = ((piece: string) => (open(), gzip.write(piece))) as never;
  res.end = ((piece?: string) => (open(), gzip.end(piece), res)) as never;
  next();
};
/** As express-session does: its cookie is set when the head is written, and the reply ends when the session is saved. */
const session = (
  req: IncomingMessage & { session?: { views: number } },
  res: ServerResponse,
  next: Next,
): void => {
  req.session = { views: 0 };
  const { writeHead, end } = res;
  res.writeHead = function (this: ServerResponse, ...head: any[]) {
    res.appendHeader("Set-Cookie", `views=${req.session!.views}`);
    return writeHead.apply(this, head as never);
  } as typeof res.writeHead;
  res.end = function (...rest: any[]) {
    setTimeout(() => end.apply(res, rest as never), 2);
    return res;
  } as never;
  next();
};

describe("Connect middleware that goes on", () => {
  it("leaves on the reply what it set on res, which the route may set otherwise", async () => {
    const app = appOf(helmet, cors);
    const hello = await app.request("/hello", { headers: { origin: "https://a.example" } });
    expect(await hello.json()).toEqual({ hello: "world" });
    expect(hello.headers.get("content-security-policy")).toBe("default-src 'self'");
    expect(hello.headers.get("access-control-allow-origin")).toBe("https://a.example");
    const failed = await app.request("/fails");
    expect([failed.status, failed.headers.get("x-frame-options")]).toEqual([409, "SAMEORIGIN"]);
    const missed = await app.request("/nowhere");
    expect([missed.status, missed.headers.get("x-frame-options")]).toEqual([404, "SAMEORIGIN"]);
    const other = appOf((_req, res, next) => (res.setHeader("x-own", "0"), next()));
    expect((await other.request("/none")).headers.get("x-own")).toBe("1");
  });

  it("adds its cookies to others, once however many middleware there are", async () => {
    const set = (cookie: string) => (_req: unknown, res: ServerResponse, next: Next) => (res.appendHeader("set-cookie", cookie), next()); // prettier-ignore
    const app = new App({ logger });
    app.use(connect(set("a=1")));
    app.use(async ({ response: head }, next) => (head.headers.append("set-cookie", "b=2"), await next()));
    app.use(connect(set("c=3")));
    app.get(
      "/",
      endpoint({ input: { res: response() } }, ({ res }) => res.headers.append("set-cookie", "d=4")),
    );
    expect((await app.request("/")).headers.getSetCookie()).toEqual(["a=1", "b=2", "c=3", "d=4"]);
  });

  it("may take back what another has set", async () => {
    const app = appOf(helmet, (_req, res, next) => (res.removeHeader("x-frame-options"), next()));
    const hello = await app.request("/hello");
    expect([hello.headers.has("x-frame-options"), hello.headers.has("content-security-policy")]).toEqual([
      false,
      true,
    ]);
  });

  it("shares its request with the others, and with functions that ask for it", async () => {
    const app = appOf(cookies, (req, res, next) => (res.setHeader("x-user", req.cookies.user ?? ""), next()));
    const user = dependency({ input: { req: request() } }, ({ req }) => (nodeRequest(req) as { cookies?: { user?: string } }).cookies?.user); // prettier-ignore
    app.get(
      "/me",
      endpoint({ input: { user } }, ({ user: name }) => name),
    );
    const me = await app.request("/me", { cookies: { user: "ada" } });
    expect([await me.json(), me.headers.get("x-user")]).toEqual(["ada", "ada"]);
    const bare = appOf();
    bare.get(
      "/agent",
      endpoint({ input: { req: request() } }, ({ req }) => nodeRequest(req).headers["x-agent"]),
    );
    expect(await (await bare.request("/agent", { headers: { "x-agent": "me" } })).json()).toBe("me");
  });

  it("leaves the body to the route", async () => {
    expect(await (await appOf(helmet, cookies, morgan).request("POST /size", { body: "12345" })).json()).toBe(
      5,
    );
  });

  it("may be a router of Express, with asynchronous middleware", async () => {
    const router = express.Router();
    router.use((_req, res, next) => (res.setHeader("x-router", "1"), next()));
    router.get("/taken", (_req, res) => void res.send("taken"));
    const app = appOf(router, async (_req, res, next) => {
      await Promise.resolve();
      res.setHeader("x-late", "1");
      next();
    });
    const hello = await app.request("/hello");
    expect([hello.headers.get("x-router"), hello.headers.get("x-late")]).toEqual(["1", "1"]);
  });
});

describe("Connect middleware that answers", () => {
  it("is the reply, and nothing further inside runs", async () => {
    const app = appOf(helmet, cors);
    app.options("/hello", () => {
      throw new Error("it ran");
    });
    const preflight = await app.request("/hello", {
      method: "OPTIONS",
      headers: { origin: "https://a.example" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET,POST");
    expect(preflight.headers.get("x-frame-options")).toBe("SAMEORIGIN");
    const streaming = appOf((_req, res) => {
      res.write("one ");
      setTimeout(() => res.end("two"), 2);
    });
    expect(await (await streaming.request("/hello")).text()).toBe("one two");
  });

  it("is an error with next(error), a throw or a rejection", async () => {
    const of = async (middleware: NodeHandler) => (await appOf(middleware).request("/hello")).status;
    expect(await of((_req, _res, next) => next(Object.assign(new Error("x"), { status: 403 })))).toBe(403);
    expect(await of((_req, _res, next) => next(new HttpError(402)))).toBe(402);
    expect(await of(() => { throw new Error("thrown"); })).toBe(500); // prettier-ignore
    expect(await of(async () => { throw new Error("rejected"); })).toBe(500); // prettier-ignore
    expect(await of((req) => req.destroy())).toBe(500);
    expect(logged.map(([, error]) => (error as Error).message).slice(0, 2)).toEqual(["thrown", "rejected"]);
    const handled = appOf((_req, _res, next) => next(new RangeError("mine")));
    handled.onError(RangeError, (error) => ({ said: error.message }));
    expect(await (await handled.request("/hello")).json()).toEqual({ said: "mine" });
  });
});

describe.each(["memory", "wire", "node-http"] as const)(
  "Connect middleware that looks at the reply, by %s",
  (driver) => {
    let running: Running | undefined;
    afterEach(async () => {
      await running?.close();
      running = undefined;
    });
    const ask = async (app: App, path: string, init: RequestInit = {}): Promise<Response> => {
      if (driver === "memory") return app.request(path, init as object);
      running ??= await serve(app, { port: 0, signals: false, server: driver });
      return fetch(running.url + path, init);
    };

    it("sees what is sent: status, length, and when", async () => {
      lines.length = 0;
      const app = appOf(morgan, helmet);
      const hello = await ask(app, "/hello");
      expect([hello.headers.get("content-length"), await hello.json()]).toEqual(["17", { hello: "world" }]);
      expect((await ask(app, "/none")).status).toBe(204);
      expect((await ask(app, "/fails?x=1")).status).toBe(409);
      expect(await (await ask(app, "/stream")).text()).toBe("piece 0 piece 1 piece 2 ");
      const head = await ask(app, "/hello", { method: "HEAD" });
      expect([head.headers.get("content-length"), await head.text()]).toEqual(["17", ""]);
      expect(lines).toEqual([
        "GET /hello 200 17 true",
        "GET /none 204 undefined true",
        expect.stringMatching(/^GET \/fails\?x=1 409 \d+ true$/),
        "GET /stream 200 undefined true",
        "HEAD /hello 200 17 true",
      ]);
    });

    it("may change it: another coding, a cookie at the last moment", async () => {
      const app = appOf(session, compression);
      for (const [path, text] of [
        ["/hello", '{"hello":"world"}'],
        ["/stream", "piece 0 piece 1 piece 2 "],
      ] as const) {
        // prettier-ignore
        const reply = await ask(app, path);
        expect(reply.headers.get("content-encoding")).toBe("gzip");
        expect(reply.headers.getSetCookie()).toEqual(["views=0"]);
        const bytes = Buffer.from(await reply.arrayBuffer());
        expect(driver === "memory" ? gunzipSync(bytes).toString() : bytes.toString()).toBe(text);
      }
      await ask(app, "/hello", { method: "HEAD" });
    });
  },
);

describe("a client that goes away", () => {
  it("is told of, and the stream of the route is returned", async () => {
    let returned = 0;
    let closed = 0;
    const app = appOf((_req, res, next) => {
      res.on("close", () => closed++);
      next();
    });
    app.get("/endless", () =>
      reply.stream(
        (async function* () {
          try {
            for (;;) {
              yield "x".repeat(1024);
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          } finally {
            returned++;
          }
        })(),
      ),
    );
    const running = await serve(app, { port: 0, signals: false });
    for (let i = 0; i < 5; i++) {
      const leaving = new AbortController();
      const reply = await fetch(`${running.url}/endless`, { signal: leaving.signal });
      await reply.body!.getReader().read();
      leaving.abort();
    }
    await running.close();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([returned, closed]).toEqual([5, 5]);
  });

  it("while a middleware has not decided, is no failure of anybody", async () => {
    const app = appOf(() => undefined);
    const leaving = new AbortController();
    const asked = app.request("/hello", { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 5);
    await expect(asked).rejects.toThrow("aborted");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(logged).toEqual([]);
  });
});

it("takes functions alone", () => {
  expect(() => connect(undefined as never)).toThrow(
    "connect takes a middleware (req, res, next), not undefined",
  );
});
