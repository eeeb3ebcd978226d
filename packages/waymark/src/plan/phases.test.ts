import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bearer } from "../security/bearer.ts";
import { body, query } from "../inputs/index.ts";
import { HttpError } from "../http/http-error.ts";
import { jsonOf } from "./exchange.fixture.ts";
import { bench, dep } from "./route.fixture.ts";

const token = { authorization: "Bearer abc" };

describe("guards", () => {
  it("run one by one, before the rest is validated and before the body is read", async () => {
    const ran: string[] = [];
    const guards = ["app", "router", "route"].map((name) => dep(name, () => void ran.push(name)));
    const { request } = bench(() => ran.push("function"), {
      guards,
      input: { n: query(z.int()), item: body(z.any()) },
    });
    expect((await request({ body: "{", search: "n=x" })).sent!.status).toBe(400);
    expect(ran).toEqual(["app", "router", "route"]);
  });

  it("stop at the first that refuses", async () => {
    const ran: string[] = [];
    const guards = [
      dep("first", async () => {
        await Promise.resolve();
        ran.push("first");
      }),
      dep("second", () => HttpError.throw(403)),
      dep("third", () => ran.push("third")),
    ];
    const { request } = bench(() => ran.push("function"), { guards, input: { item: body(z.any()) } });
    const exchange = await request({ body: "{" });
    expect(exchange.sent!.status).toBe(403);
    expect(exchange.bodyReads).toBe(0);
    expect(ran).toEqual(["first"]);
  });

  it("have only their own inputs validated", async () => {
    const ran: string[] = [];
    const guard = dep("guard", ({ org }) => ran.push(`guard ${org}`), { input: { org: query(z.int()) } });
    const { request } = bench(() => 1, { guards: [guard], input: { n: query(z.int()) } });
    const own = jsonOf(await request({ search: "org=x&n=x" })).errors;
    expect(own.map((issue: any) => issue.name)).toEqual(["org"]);
    const rest = jsonOf(await request({ search: "org=1&n=x" })).errors;
    expect(rest.map((issue: any) => issue.name)).toEqual(["n"]);
    expect(ran).toEqual(["guard 1"]);
  });

  it("are followed by inputs that read credentials, in their order, whatever stands before them", async () => {
    const ran: string[] = [];
    const note = (name: string, input: object = {}) => dep(name, () => void ran.push(name), { input });
    const user = note("user", { token: bearer() });
    const { request } = bench(() => void ran.push("function"), {
      guards: [note("guard")],
      input: {
        other: note("other"),
        n: query(z.int()),
        cart: note("cart", { user }),
        admin: note("admin", { user }),
      },
    });
    expect((await request({ search: "n=x" })).sent!.status).toBe(401);
    expect(ran).toEqual(["guard"]);
    ran.length = 0;
    expect((await request({ search: "n=x", headers: token })).sent!.status).toBe(422);
    expect(ran).toEqual(["guard", "user", "cart", "admin"]);
    ran.length = 0;
    await request({ search: "n=1", headers: token });
    expect(ran).toEqual(["guard", "user", "cart", "admin", "other", "function"]);
  });

  it("do not tell a stranger about the inputs beside a credential", async () => {
    const user = dep("user", () => 1, { input: { coupon: query(z.int()), token: bearer() } });
    const cart = dep("cart", () => 1, { input: { size: query(z.int()), user } });
    const { request } = bench(() => 1, { input: { cart, direct: bearer() } });
    expect((await request({ search: "coupon=x&size=x" })).sent!.status).toBe(401);
    const errors = async (search: string): Promise<unknown[]> =>
      jsonOf(await request({ search, headers: token })).errors.map((issue: any) => issue.name);
    expect(await errors("coupon=x&size=x")).toEqual(["coupon"]);
    expect(await errors("coupon=1&size=x")).toEqual(["size"]);
  });

  it("run once when they are inputs too", async () => {
    let runs = 0;
    const user = dep("user", () => `user ${++runs}`);
    const { request } = bench(({ user: given }) => given as string, {
      guards: [user, user],
      input: { user },
    });
    expect(jsonOf(await request())).toBe("user 1");
    expect(runs).toBe(1);
  });

  it("read the body when they need it, within limits", async () => {
    const signed = dep("signed", ({ raw }) => raw.n === 1 || HttpError.throw(403), {
      input: { raw: body(z.any()) },
    });
    const { request } = bench(({ n }) => n as number, { guards: [signed], input: { n: query(z.int()) } });
    expect((await request({ body: '{"n":2}', search: "n=x" })).sent!.status).toBe(403);
    expect((await request({ body: '{"n":1}', search: "n=x" })).sent!.status).toBe(422);
    expect((await request({ body: `"${"x".repeat(2 ** 20)}"` })).sent!.status).toBe(413);
  });

  it("run alone where others run together", async () => {
    const order: string[] = [];
    const slow = (name: string) =>
      dep(name, async () => {
        order.push(`${name} starts`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(`${name} ends`);
      });
    const { request } = bench(() => 1, {
      guards: [slow("a"), slow("b")],
      input: { c: slow("c"), d: slow("d") },
    });
    await request();
    expect(order).toEqual([
      ...["a starts", "a ends", "b starts", "b ends"],
      ...["c starts", "d starts", "c ends", "d ends"],
    ]);
  });
});

describe("credentials", () => {
  it("may be read with a promise", async () => {
    const read = async (): Promise<string> => "later";
    const marker = { in: "credential", schemeName: "x", scheme: {}, scopes: [], optional: false, read };
    const { request } = bench(({ who, n }) => [who, n], { input: { n: query(z.int()), who: marker } });
    expect(jsonOf(await request({ search: "n=1" }))).toEqual(["later", 1]);
  });

  it("are read once for everything that shares the marker", async () => {
    let reads = 0;
    const read = (): string => `read ${++reads}`;
    const marker = { in: "credential", schemeName: "x", scheme: {}, scopes: [], optional: false, read };
    const user = dep("user", (values) => values.token as string, { input: { token: marker } });
    const { request } = bench(({ token: own, user: of }) => [own, of], { input: { token: marker, user } });
    expect(jsonOf(await request())).toEqual(["read 1", "read 1"]);
  });
});

describe("app-scope dependencies", () => {
  const database = dep("database", () => 0, { scope: "app" });

  it("give the application's value, asked for at the first request", async () => {
    const appValues = new Map();
    const user = dep("user", ({ db }) => `${db.name} of user`, { input: { db: database } });
    const { request } = bench(
      ({ db, user: of }) => [db.name, of],
      { guards: [database], input: { db: database, user } },
      { appValues },
    );
    appValues.set(database, { name: "pg" });
    expect(jsonOf(await request())).toEqual(["pg", "pg of user"]);
  });

  it("that were not started are a logged 500 naming them", async () => {
    const { request, logger } = bench(() => 1, { input: { db: database } });
    expect((await request()).sent!.status).toBe(500);
    expect(String(logger.lines[0]!.details)).toContain("database has not been started");
  });
});
