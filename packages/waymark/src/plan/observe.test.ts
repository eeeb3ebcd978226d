import { WebSocket } from "ws";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import type { MiddlewareParts } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import type { ObservedRoute, Observer, Outcome } from "../http/observer.ts";
import { reply } from "../http/reply.ts";
import { header, path, query, response } from "../inputs/index.ts";
import { appWith, KeptLog } from "../middleware/app.fixture.ts";
import { withParts } from "../middleware/middleware.ts";
import { socket } from "../realtime/socket.ts";
import { Router } from "../routing/router.ts";
import { apiKey } from "../security/api-key.ts";
import { serve } from "../server/serve.ts";

/** A middleware that watches, and what it has seen. */
function watching(
  name: string,
  log: string[],
  further: Partial<Observer> & { within?: boolean } = {},
): ReturnType<typeof withParts> {
  const observe: NonNullable<MiddlewareParts["observe"]> = () => ({
    begin: () => {
      log.push(`${name} begins`);
      return {
        ...(further.within === true
          ? {
              within: (rest) => {
                log.push(`${name} enters`);
                const result = rest();
                log.push(`${name} leaves`);
                return result;
              },
            }
          : {}),
        over: ({ status }) => void log.push(`${name} sees ${status}`),
      };
    },
    step: further.step,
  });
  return withParts({ name, observe });
}

describe("those who watch", () => {
  it("are asked once for each route, and once for what no route answers", async () => {
    const asked: (ObservedRoute | undefined)[] = [];
    const app = appWith([withParts({ name: "w", observe: (route) => void asked.push(route) as undefined })]);
    const read = endpoint({ name: "read", input: { id: path(z.string()) } }, () => 1);
    app.route(read, { "GET /a/{id}": {}, "GET /b/{id}": { deprecated: true, tags: ["B"] } });
    for (const each of ["/a/1", "/a/2", "/b/1", "/none", "/none"]) await app.request(each);
    expect(asked).toMatchObject([
      { template: "/a/{id}", name: "read", operationId: "read", canonical: true },
      { template: "/b/{id}", name: "read", operationId: "read_get_b_by_id", canonical: false, tags: ["B"] },
      undefined,
    ]);
    expect(asked).toHaveLength(3);
  });

  it("stand around everything, the first one used outermost, and are told before tasks and clean-ups", async () => {
    const log: string[] = [];
    const app = appWith([watching("outer", log, { within: true }), watching("inner", log, { within: true })]);
    app.use((_, next) => {
      log.push("middleware");
      return next();
    });
    const pool = dependency({}, function* () {
      log.push("opened");
      yield 1;
      log.push("closed");
    });
    app.get(
      "/",
      endpoint({ input: { pool, res: response() } }, ({ res }) => {
        res.after(() => log.push("task"));
        log.push("function");
      }),
    );
    await app.request("/");
    await expect.poll(() => log.at(-1)).toBe("closed");
    expect(log.filter((each) => !each.endsWith("leaves"))).toEqual([
      "outer begins",
      "inner begins",
      "outer enters",
      "inner enters",
      "middleware",
      "opened",
      "function",
      "inner sees 204",
      "outer sees 204",
      "task",
      "closed",
    ]);
  });

  it("may watch one router or route alone", async () => {
    const log: string[] = [];
    const app = appWith([]);
    const router = new Router({ prefix: "/in", middleware: [watching("router", log)] });
    router.get("/a", () => 1);
    app.include(router);
    app.get("/b", () => 1, { middleware: [watching("route", log)] });
    app.get("/c", () => 1);
    for (const each of ["/in/a", "/b", "/c"]) await app.request(each);
    expect(log).toEqual(["router begins", "router sees 200", "route begins", "route sees 200"]);
  });

  it("cost no reply when they fail, wherever they do", async () => {
    const bad = (): never => {
      throw new Error("watching failed");
    };
    const log: string[] = [];
    const logger = new KeptLog();
    const failing: readonly Observer[] = [
      { begin: bad },
      { begin: () => ({ over: bad }) },
      { begin: () => ({ within: bad, over: () => log.push("seen") }) },
      {
        begin: () => ({
          within: (rest) => {
            rest();
            return bad();
          },
          over: () => log.push("seen"),
        }),
      },
    ];
    const app = appWith(
      failing.map((observer, index) => withParts({ name: `w${index}`, observe: () => observer })),
      { logger },
    );
    let calls = 0;
    app.get("/", () => ++calls);
    expect(await (await app.request("/")).text()).toBe("1");
    expect(log).toEqual(["seen", "seen"]);
    expect(logger.lines).toEqual(Array(4).fill("GET /: what watches requests failed"));
  });

  it("see what was thrown, and a driver's refusal of the reply", async () => {
    const seen: Pick<Outcome, "status" | "error" | "failed">[] = [];
    const app = appWith([
      withParts({
        name: "w",
        observe: () => ({
          begin: () => ({ over: ({ status, error, failed }) => void seen.push({ status, error, failed }) }),
        }),
      }),
    ]);
    app.onError(RangeError, () => reply(409, "handled"));
    app.get("/handled", () => {
      throw new RangeError("no");
    });
    app.get("/refused", () => HttpError.throw(403));
    app.get("/fine", () => 1);
    for (const each of ["/handled", "/refused", "/fine"]) await app.request(each);
    expect(seen).toEqual([
      { status: 409, error: new RangeError("no"), failed: false },
      { status: 403, error: new HttpError(403), failed: false },
      { status: 200, error: undefined, failed: false },
    ]);
  });

  it("know which names are secret", async () => {
    let found: ObservedRoute["secretNames"] | undefined;
    const app = appWith([
      withParts({ name: "w", observe: (route) => void (found = route?.secretNames) as undefined }),
    ]);
    const secret = (): z.ZodOptional<z.ZodString> => z.string().meta({ secret: true }).optional();
    const caller = dependency(
      { input: { key: apiKey({ in: "query", name: "k" }), device: header(secret()) } },
      () => 1,
    );
    const read = endpoint(
      {
        input: {
          caller,
          pin: query(secret(), { name: "PIN" }),
          all: header.all(z.object({ xOwn: secret(), xOther: z.string().optional() })),
          plain: query(z.string().optional()),
        },
      },
      () => 1,
    );
    app.get("/", read);
    await app.request("/");
    expect([...found!.query].toSorted()).toEqual(["PIN", "k"]);
    expect([...found!.headers].toSorted()).toEqual([
      "authorization",
      "cookie",
      "device",
      "proxy-authorization",
      "set-cookie",
      "x-own",
    ]);
    expect(found!.path).toBe(false);
  });
});

describe("a step that is watched", () => {
  const names: string[] = [];
  const step: NonNullable<Observer["step"]> = ({ kind, name }, call) => {
    names.push(`${kind} ${name} begins`);
    const end = (): number => names.push(`${kind} ${name} ends`);
    const result = call();
    if (result instanceof Promise) return result.finally(end);
    end();
    return result;
  };

  it("is every dependency up to its yield, and the function; by several watchers too", async () => {
    const app = appWith([watching("a", [], { step }), watching("b", []), watching("c", [], { step })]);
    const first = dependency({ name: "first" }, function* () {
      names.push("first opens");
      yield 1;
      names.push("first closes");
    });
    const second = dependency({ name: "second", input: { first } }, async function* ({ first }) {
      await Promise.resolve();
      try {
        yield first + 1;
      } finally {
        names.push("second closes");
      }
    });
    app.get(
      "/",
      endpoint({ name: "sum", input: { first, second } }, ({ first, second }) => first + second),
    );
    expect(await (await app.request("/")).json()).toBe(3);
    await expect.poll(() => names.at(-1)).toBe("first closes");
    const twice = (name: string): string[] => Array(2).fill(name) as string[];
    expect(names).toEqual([
      ...twice("dependency first begins"),
      "first opens",
      ...twice("dependency first ends"),
      ...twice("dependency second begins"),
      ...twice("dependency second ends"),
      ...twice("endpoint sum begins"),
      ...twice("endpoint sum ends"),
      "second closes",
      "first closes",
    ]);
  });

  it("fails as it would by itself", async () => {
    const app = appWith([watching("a", [], { step })]);
    const refusing = dependency({ name: "refusing" }, function* (): Generator<number> {
      yield HttpError.throw(409);
    });
    const late = dependency({ name: "late" }, async function* (): AsyncGenerator<number> {
      await Promise.resolve();
      yield HttpError.throw(410);
    });
    app.get("/now", () => 1, { dependencies: [refusing] });
    app.get("/late", () => 1, { dependencies: [late] });
    expect((await app.request("/now")).status).toBe(409);
    expect((await app.request("/late")).status).toBe(410);
  });
});

describe("a WebSocket", () => {
  it("is over when its connection has ended; a refused one when it was answered", async () => {
    const log: string[] = [];
    const app = appWith([watching("w", log, { within: true })]);
    app.websocket(
      "/echo",
      socket({}, async ({ connection }) => {
        log.push("open");
        for await (const message of connection) await connection.send(message as string);
      }),
    );
    app.websocket(
      "/broken",
      socket({}, () => {
        throw new Error("no");
      }),
    );
    const running = await serve(app, { port: 0, host: "127.0.0.1", signals: false });
    const at = running.url.replace("http", "ws");
    const client = new WebSocket(`${at}/echo`);
    await new Promise((resolve) => client.once("open", resolve));
    await expect.poll(() => log).toEqual(["w begins", "w enters", "w leaves", "open"]);
    client.close();
    await expect.poll(() => log.at(-1)).toBe("w sees 101");
    log.length = 0;
    const broken = new WebSocket(`${at}/broken`);
    await new Promise((resolve) => broken.once("close", resolve));
    await expect.poll(() => log).toEqual(["w begins", "w enters", "w leaves", "w sees 101"]);
    log.length = 0;
    expect((await fetch(`${running.url}/echo`)).status).toBe(426);
    expect(log).toContain("w sees 426");
    await running.close();
  });
});
