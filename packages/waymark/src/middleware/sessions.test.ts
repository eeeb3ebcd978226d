import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import type { RequestInMemory } from "../server/memory.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { response } from "../inputs/response.ts";
import { query } from "../inputs/query.ts";
import { Secret } from "../security/secret.ts";
import { appWith } from "./app.fixture.ts";
import { sessions, type Sessions, type SessionsOptions } from "./sessions.ts";
import { MemorySessionStore } from "./sessions/memory-store.ts";
import type { Session } from "./sessions/session.ts";
import type { SessionStore } from "./sessions/store.ts";

const SECRET = "a secret of at least thirty-two characters";
const Data = z.object({ userId: z.string().optional(), visits: z.number().default(0) });
type Data = z.output<typeof Data>;

const sessionsOf = (options: Partial<SessionsOptions<typeof Data>> = {}): Sessions<Data> =>
  sessions({ secret: SECRET, schema: Data, ...options });

/** A browser, as far as cookies go. */
class Browser {
  readonly jar = new Map<string, string>();
  readonly #app: App;
  constructor(app: App) {
    this.#app = app;
  }
  async ask(where: string, options: RequestInMemory = {}): Promise<Response> {
    const response = await this.#app.request(where, {
      ...options,
      cookies: { ...Object.fromEntries(this.jar), ...options.cookies },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/; Max-Age=0/.test(line)) this.jar.delete(name!);
      else this.jar.set(name!, decodeURIComponent(value!));
    }
    return response;
  }
}

/** Routes that do what people do with sessions. */
function appOf(session: Sessions<Data>, log?: string[]): App {
  const app = appWith(
    [],
    log === undefined ? {} : { logger: { warn() {}, error: (_, details) => void log.push(String(details)) } },
  );
  const on = (path: string, act: (session: Session<Data>) => unknown): void =>
    app.get(
      path,
      endpoint({ input: { session } }, ({ session: given }) => act(given)),
    );
  on("/read", ({ data, isNew }) => ({ ...data, isNew }));
  on("/visit", (given) => void given.data.visits++);
  on("/login", (given) => given.set({ userId: "ada" }));
  on("/login-anew", (given) => {
    given.regenerate();
    given.set({ userId: "ada" });
  });
  on("/logout", (given) => given.destroy());
  on("/switch", (given) => {
    given.destroy();
    given.set({ userId: "bob" });
  });
  on("/touch", (given) => given.regenerate());
  on("/refuse", (given) => {
    given.data.visits++;
    throw new HttpError(403);
  });
  on("/redirect", (given) => {
    given.data.visits++;
    throw reply.redirect("/read");
  });
  on("/fail", (given) => {
    given.data.visits++;
    throw new Error("x");
  });
  on("/fill", (given) => given.set({ userId: "x".repeat(5000) }));
  app.get("/none", () => "no session");
  return app;
}

/** What "/read" answers. */
type Seen = { readonly isNew: boolean };

const cookieOf = (response: Response): string | null => response.headers.get("set-cookie");

describe.each([
  ["in the cookie", () => ({})],
  ["encrypted in the cookie", () => ({ encrypted: true })],
  ["in a store", () => ({ store: new MemorySessionStore() })],
])("sessions %s", (place, options) => {
  it("are there for the next request, and set a cookie only when something changed", async () => {
    const browser = new Browser(appOf(sessionsOf(options())));
    const first = await browser.ask("/read");
    expect([await first.json(), cookieOf(first)]).toEqual([{ visits: 0, isNew: true }, null]);
    expect(first.headers.get("vary")).toBe("Cookie");
    const visit = await browser.ask("/visit");
    expect(cookieOf(visit)).toMatch(
      /^session=[A-Za-z0-9_.-]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(visit.headers.get("cache-control")).toBe("private");
    const again = await browser.ask("/read");
    expect([await again.json(), cookieOf(again)]).toEqual([{ visits: 1, isNew: false }, null]);
    await browser.ask("/visit");
    await browser.ask("/login");
    expect(await (await browser.ask("/read")).json()).toEqual({ visits: 2, userId: "ada", isNew: false });
    const other = await browser.ask("/none");
    expect([other.headers.get("vary"), cookieOf(other)]).toEqual([null, null]);
  });

  it("end with destroy, here and in the browser", async () => {
    const browser = new Browser(appOf(sessionsOf(options())));
    await browser.ask("/login");
    const stolen = Object.fromEntries(browser.jar);
    const logout = await browser.ask("/logout");
    expect(cookieOf(logout)).toMatch(/^session=; Max-Age=0; Expires=Thu, 01 Jan 1970 .*Path=\//);
    expect(browser.jar.size).toBe(0);
    expect(await (await browser.ask("/read")).json()).toEqual({ visits: 0, isNew: true });
    // Only a store can take back what somebody has copied.
    const copied = (await (await browser.ask("/read", { cookies: stolen })).json()) as Seen;
    expect(copied.isNew).toBe(place === "in a store");
    // Of a new one there is nothing to take back.
    expect(cookieOf(await new Browser(appOf(sessionsOf(options()))).ask("/logout"))).toBeNull();
  });

  it("may begin anew in the same request", async () => {
    const browser = new Browser(appOf(sessionsOf(options())));
    await browser.ask("/visit");
    await browser.ask("/switch");
    expect(await (await browser.ask("/read")).json()).toEqual({ visits: 0, userId: "bob", isNew: false });
    const fresh = new Browser(appOf(sessionsOf(options())));
    await fresh.ask("/switch");
    expect(await (await fresh.ask("/read")).json()).toEqual({ visits: 0, userId: "bob", isNew: false });
  });

  it("are saved with an HttpError and a thrown reply, and not with a failure", async () => {
    const browser = new Browser(appOf(sessionsOf(options())));
    expect((await browser.ask("/refuse")).status).toBe(403);
    expect((await browser.ask("/redirect")).status).toBe(307);
    const failed = await browser.ask("/fail");
    expect([failed.status, cookieOf(failed)]).toEqual([500, null]);
    expect(await (await browser.ask("/read")).json()).toMatchObject({ visits: 2 });
  });

  it("of a cookie that is forged, cut, too long or of another secret are new ones", async () => {
    const browser = new Browser(appOf(sessionsOf(options())));
    await browser.ask("/login");
    const good = browser.jar.get("session")!;
    const other = new Browser(appOf(sessionsOf({ ...options(), secret: SECRET.toUpperCase() })));
    await other.ask("/login");
    for (const bad of [
      `${good.slice(0, 20)}A${good.slice(21)}B`,
      good.slice(0, -5),
      good.split(".")[0]!.slice(0, -1),
      "",
      ".",
      "x".repeat(9000),
      "__proto__",
      other.jar.get("session")!,
      Buffer.from('{"e":99999999999,"d":{"userId":"eve"}}').toString("base64url"),
    ]) {
      const response = await browser.ask("/read", { cookies: { session: bad } });
      expect([response.status, await response.json()]).toEqual([200, { visits: 0, isNew: true }]);
    }
    expect(await (await browser.ask("/read")).json()).toMatchObject({ userId: "ada" });
  });

  it("last as long as was said, from the last change or the last use", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    for (const [rolling, isThere] of [
      [false, false],
      [true, true],
    ] as const) {
      const made = options();
      const now = (): number => performance.now();
      const store = "store" in made ? { store: new MemorySessionStore({ now }) } : made;
      const browser = new Browser(appOf(sessionsOf({ ...store, maxAge: 60, rolling })));
      expect(cookieOf(await browser.ask("/login"))).toContain("; Max-Age=60;");
      vi.advanceTimersByTime(40_000);
      expect(cookieOf(await browser.ask("/read")) !== null).toBe(rolling);
      vi.advanceTimersByTime(40_000);
      expect(((await (await browser.ask("/read")).json()) as Seen).isNew).toBe(!isThere);
      // Of a new one that nobody has put anything into there is nothing to keep.
      expect(cookieOf(await new Browser(appOf(sessionsOf({ ...store, rolling }))).ask("/read"))).toBeNull();
    }
    vi.useRealTimers();
  });

  it("go on under a new secret, and are sealed with it", async () => {
    const made = options();
    const next = "another secret of thirty-two characters or more";
    const before = new Browser(appOf(sessionsOf(made)));
    await before.ask("/login");
    const during = new Browser(appOf(sessionsOf({ ...made, secret: [next, SECRET] })));
    during.jar.set("session", before.jar.get("session")!);
    expect(cookieOf(await during.ask("/read"))).not.toBeNull();
    expect(cookieOf(await during.ask("/read"))).toBeNull();
    const after = new Browser(appOf(sessionsOf({ ...made, secret: next })));
    after.jar.set("session", during.jar.get("session")!);
    expect(await (await after.ask("/read")).json()).toMatchObject({ userId: "ada" });
    expect(
      ((await (await after.ask("/read", { cookies: Object.fromEntries(before.jar) })).json()) as Seen).isNew,
    ).toBe(true);
  });

  it("that do not fit the schema any more are new ones", async () => {
    const made = options();
    const browser = new Browser(appOf(sessionsOf(made)));
    await browser.ask("/login");
    const Other = z.object({ userId: z.number().optional() });
    const session = sessions({ secret: SECRET, schema: Other, ...made });
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { session } }, ({ session: given }) => ({ ...given.data, isNew: given.isNew })),
    );
    const response = await app.request("/", { cookies: Object.fromEntries(browser.jar) });
    expect(await response.json()).toEqual({ isNew: true });
  });

  it("are one for all that take part in a request", async () => {
    const session = sessionsOf(options());
    const counted = dependency({ input: { session } }, ({ session: given }) => ++given.data.visits);
    const guard = dependency({ input: { session } }, ({ session: given }) => void given.data.visits++);
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { session, counted } }, ({ session: given, counted: visits }) => [
        visits,
        given.data.visits,
      ]),
      { dependencies: [guard] },
    );
    const browser = new Browser(app);
    expect(await (await browser.ask("/")).json()).toEqual([2, 2]);
    const second = await browser.ask("/");
    expect([await second.json(), second.headers.getSetCookie().length]).toEqual([[4, 4], 1]);
  });
});

describe("a session in the cookie", () => {
  it("is the same whether its secret is a text or a Secret", async () => {
    const browser = new Browser(appOf(sessionsOf({ secret: new Secret(SECRET) })));
    await browser.ask("/login");
    const other = await appOf(sessionsOf()).request("/read", { cookies: Object.fromEntries(browser.jar) });
    expect(await other.json()).toMatchObject({ userId: "ada" });
  });

  it("that becomes too long is an error that says so", async () => {
    const log: string[] = [];
    expect((await new Browser(appOf(sessionsOf(), log)).ask("/fill")).status).toBe(500);
    expect(log[0]).toMatch(
      /the session is a cookie of \d{4} bytes, and browsers keep 4096: .* give sessions a store/,
    );
  });

  it("has attributes of its own, and a prefix that needs https", async () => {
    const lineOf = async (options: Partial<SessionsOptions<typeof Data>>, request: RequestInMemory = {}) =>
      cookieOf(await appOf(sessionsOf(options)).request("/login", request))!.replace(/=[^;]*/, "");
    expect(
      await lineOf({ cookie: { persistent: false, sameSite: "strict", path: "/a", httpOnly: false } }),
    ).toBe("session; Path=/a; SameSite=Strict");
    expect(await lineOf({}, { scheme: "https" })).toBe(
      "session; Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Lax",
    );
    expect(await lineOf({ name: "__Host-id" })).toBe(
      "__Host-id; Max-Age=1209600; Path=/; Secure; HttpOnly; SameSite=Lax",
    );
    expect(await lineOf({ cookie: { secure: false } }, { scheme: "https" })).not.toContain("Secure");
  });

  it("does not say how caches are to treat the reply where the function does", async () => {
    const session = sessionsOf();
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { session, head: response() } }, ({ session: given, head }) => {
        head.headers.set("cache-control", "no-store");
        head.headers.set("vary", "Accept, cookie");
        given.data.visits++;
      }),
    );
    const answer = await app.request("/");
    expect([answer.headers.get("cache-control"), answer.headers.get("vary")]).toEqual([
      "no-store",
      "Accept, cookie",
    ]);
  });

  it("of another name is another one", async () => {
    const browser = new Browser(appOf(sessionsOf()));
    await browser.ask("/login");
    const app = appOf(sessionsOf({ name: "other" }));
    const response = await app.request("/read", { cookies: { other: browser.jar.get("session")! } });
    expect(((await response.json()) as Seen).isNew).toBe(true);
  });

  it("without a schema holds any JSON, and keys of it are only keys", async () => {
    const session = sessions({ secret: SECRET });
    const app = appWith([]);
    app.get(
      "/",
      endpoint({ input: { session, put: query(z.string().optional()) } }, ({ session: given, put }) => {
        if (put !== undefined) given.set(JSON.parse(put) as Record<string, unknown>);
        return [Object.entries(given.data), (given.data as { polluted?: 1 }).polluted ?? null];
      }),
    );
    const browser = new Browser(app);
    await browser.ask("/", { query: { put: '{"a":[1,{"b":null}],"__proto__":{"polluted":1}}' } });
    expect(await (await browser.ask("/")).json()).toEqual([
      [
        ["a", [1, { b: null }]],
        ["__proto__", { polluted: 1 }],
      ],
      null,
    ]);
    expect(({} as { polluted?: 1 }).polluted).toBeUndefined();
  });
});

describe("a session in a store", () => {
  const idsOf = (store: SessionStore): string[] => {
    const set = vi.spyOn(store, "set");
    const ids: string[] = [];
    set.mockImplementation(function (this: void, id, text, lifetime) {
      ids.push(id);
      return MemorySessionStore.prototype.set.call(store as MemorySessionStore, id, text, lifetime);
    });
    return ids;
  };

  it("has an id that nobody guesses, and its cookie nothing else", async () => {
    const store = new MemorySessionStore();
    const ids = idsOf(store);
    const app = appOf(sessionsOf({ store }));
    for (let i = 0; i < 50; i++) await app.request("/fill");
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(24);
    const cookie = cookieOf(await app.request("/login"))!;
    expect(Buffer.from(/=([^.]*)/.exec(cookie)![1]!, "base64url").toString()).toBe(ids.at(-1));
  });

  it("keeps its id when it changes, gets another by regenerate, and the old one is gone", async () => {
    const store = new MemorySessionStore();
    const ids = idsOf(store);
    const browser = new Browser(appOf(sessionsOf({ store })));
    await browser.ask("/visit");
    const old = Object.fromEntries(browser.jar);
    await browser.ask("/visit");
    expect(ids[1]).toBe(ids[0]);
    await browser.ask("/touch");
    expect(ids[2]).not.toBe(ids[0]);
    expect(store.size).toBe(1);
    expect(await (await browser.ask("/read")).json()).toMatchObject({ visits: 2, isNew: false });
    expect(((await (await browser.ask("/read", { cookies: old })).json()) as Seen).isNew).toBe(true);
  });

  it.each([
    ["/login-anew", {}],
    ["/login", { regenerateOn: ["userId"] as const }],
  ])("cannot be fixed by somebody who has given the browser an id: %s", async (login, options) => {
    const app = appOf(sessionsOf({ store: new MemorySessionStore(), ...options }));
    const attacker = new Browser(app);
    await attacker.ask("/visit");
    const victim = new Browser(app);
    victim.jar.set("session", attacker.jar.get("session")!);
    await victim.ask(login);
    expect(await (await victim.ask("/read")).json()).toMatchObject({ userId: "ada" });
    expect(await (await attacker.ask("/read")).json()).toEqual({ visits: 0, isNew: true });
  });

  it("is not taken over from an id that the store does not know", async () => {
    const gone = new Browser(appOf(sessionsOf({ store: new MemorySessionStore() })));
    await gone.ask("/visit");
    const planted = gone.jar.get("session")!;
    const browser = new Browser(appOf(sessionsOf({ store: new MemorySessionStore() })));
    browser.jar.set("session", planted);
    await browser.ask("/login");
    expect(browser.jar.get("session")).not.toBe(planted);
  });

  it("of a store that fails is 503, and reported", async () => {
    const onStoreError = vi.fn<(error: unknown) => void>();
    const fails = (): never => {
      throw new Error("gone");
    };
    const store = new MemorySessionStore();
    const browser = new Browser(appOf(sessionsOf({ store, onStoreError })));
    await browser.ask("/visit");
    vi.spyOn(store, "set").mockImplementation(fails);
    expect((await browser.ask("/visit")).status).toBe(503);
    vi.spyOn(store, "get").mockImplementation(fails);
    const response = await browser.ask("/read");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(onStoreError).toHaveBeenCalledTimes(2);
    expect((await browser.ask("/none")).status).toBe(200);
  });

  it("that somebody else has written to is a new one", async () => {
    const store = new MemorySessionStore();
    const browser = new Browser(appOf(sessionsOf({ store })));
    await browser.ask("/visit");
    for (const text of ["{", "null", "[]", '"x"', '{"visits":"many"}']) {
      vi.spyOn(store, "get").mockReturnValueOnce(text);
      expect(await (await browser.ask("/read")).json()).toEqual({ visits: 0, isNew: true });
    }
  });
});

describe("the middleware", () => {
  it("lets other middleware read and change the session, on every route", async () => {
    const session = sessionsOf();
    const app = appWith([
      session.middleware,
      async (context, next) => {
        const given = await session.of(context);
        given.data.visits++;
        await next();
        given.data.visits++;
      },
    ]);
    app.get(
      "/",
      endpoint({ input: { session } }, ({ session: given }) => ++given.data.visits),
    );
    app.get("/other", () => "other");
    app.get("/fail", () => {
      throw new Error("x");
    });
    const browser = new Browser(app);
    const first = await browser.ask("/");
    expect([await first.json(), first.headers.getSetCookie().length]).toEqual([2, 1]);
    expect(cookieOf(await browser.ask("/other"))).not.toBeNull();
    expect(cookieOf(await browser.ask("/fail"))).toBeNull();
    expect((await browser.ask("/none")).status).toBe(404);
    expect(await (await browser.ask("/")).json()).toBe(9);
  });

  it("costs routes without a session nothing, but where it rolls", async () => {
    const read = vi.spyOn(MemorySessionStore.prototype, "get");
    for (const rolling of [false, true]) {
      const session = sessionsOf({ store: new MemorySessionStore(), rolling });
      const app = appWith([session.middleware]);
      app.get("/none", () => "none");
      app.get(
        "/visit",
        endpoint({ input: { session } }, ({ session: given }) => void given.data.visits++),
      );
      const browser = new Browser(app);
      await browser.ask("/visit");
      read.mockClear();
      expect(cookieOf(await browser.ask("/none")) !== null).toBe(rolling);
      expect(read).toHaveBeenCalledTimes(rolling ? 1 : 0);
    }
    vi.restoreAllMocks();
  });

  it("has to stand around whoever asks for it", async () => {
    const session = sessionsOf();
    const log: string[] = [];
    const app = appWith([async (context) => (await session.of(context)).data], {
      logger: { warn() {}, error: (_, details) => void log.push(String(details)) },
    });
    app.get("/", () => "x");
    expect((await app.request("/")).status).toBe(500);
    expect(log[0]).toContain("app.use(session.middleware)");
  });
});

describe("options that cannot be meant", () => {
  it.each<[object, string]>([
    [{ secret: "short" }, "secret is a text of 32 characters or more"],
    [{ secret: [] }, "secret is a text"],
    [{ secret: [SECRET, "short"] }, "secret is a text"],
    [{ secret: undefined }, "secret is a text"],
    [{ maxAge: 0 }, "maxAge is a number of seconds above 0, not the number 0"],
    [{ name: "a b" }, '"a b" is not a cookie name'],
    [{ name: "__Host-a", cookie: { path: "/a" } }, "the prefix __Host- needs"],
    [{ encrypted: true, store: new MemorySessionStore() }, "nothing in the cookie to be encrypted"],
    [{ schema: z.object({ userId: z.string() }) }, "a new session is {}, and the schema refuses that"],
  ])("%j", (options, message) => {
    const make = (): unknown => sessions({ secret: SECRET, ...options });
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expect(String(error)).not.toContain("short");
    }
  });
});

describe("whoever has to be signed in", () => {
  const people = new Map([["ada", { name: "Ada" }]]);
  const appRequiring = (session: Sessions<Data>): App => {
    const user = session.required(({ userId }) => userId && people.get(userId));
    const app = appWith([]);
    app.post(
      "/login/{as}",
      endpoint({ input: { session, as: path(z.string()) } }, ({ session: given, as }) =>
        given.set({ userId: as }),
      ),
    );
    app.get(
      "/me",
      endpoint({ input: { user } }, ({ user: { name } }) => name),
    );
    app.post(
      "/notes",
      endpoint({ input: { note: body(z.string()) } }, ({ note }) => note),
      { dependencies: [user] },
    );
    return app;
  };

  it("is given, and nobody else is let in, before anything of the request is read", async () => {
    const browser = new Browser(appRequiring(sessionsOf()));
    const refused = await browser.ask("/me");
    expect([refused.status, refused.headers.get("www-authenticate"), refused.headers.get("vary")]).toEqual([
      401,
      'ApiKey in="cookie", name="session"',
      "Cookie",
    ]);
    expect(await refused.json()).toMatchObject({ detail: "Not signed in" });
    expect((await browser.ask("POST /notes", { json: 1 })).status).toBe(401);
    await browser.ask("POST /login/ada");
    expect(await (await browser.ask("/me")).json()).toBe("Ada");
    expect((await browser.ask("POST /notes", { json: 1 })).status).toBe(422);
    // signed in as somebody who is not there any more, and with a forged cookie
    await browser.ask("POST /login/bob");
    expect((await browser.ask("/me")).status).toBe(401);
    browser.jar.set("session", "forged");
    expect((await browser.ask("/me")).status).toBe(401);
  });

  it.each([undefined, null, false, "", 0])("is not %j, now or later", async (nobody) => {
    for (const who of [() => nobody, () => Promise.resolve(nobody)]) {
      const app = appWith([]);
      app.get("/", () => "let in", { dependencies: [sessionsOf().required(who as () => unknown)] });
      expect((await app.request("/")).status).toBe(401);
    }
  });

  it("shows in the document as the cookie, with the 401, and only where somebody is asked for", () => {
    const { paths, components } = appRequiring(sessionsOf({ name: "__Host-session" })).openapi();
    expect(components!.securitySchemes).toEqual({
      "__Host-session": {
        type: "apiKey",
        in: "cookie",
        name: "__Host-session",
        description: "The cookie of a session: signing in sets it.",
      },
    });
    const { get: me } = paths["/me"]!;
    expect(me!.security).toEqual([{ "__Host-session": [] }]);
    expect(me!.responses["401"]).toMatchObject({
      description: "Not signed in",
      headers: { "WWW-Authenticate": {} },
    });
    expect(paths["/notes"]!.post!.security).toEqual([{ "__Host-session": [] }]);
    const login = paths["/login/{as}"]!.post!;
    expect([login.security, Object.keys(login.responses)]).toEqual([[], ["200"]]);
  });
});
