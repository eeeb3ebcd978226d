import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { dependency, type AnyDependency } from "./dependency.ts";
import { HttpError } from "./http/http-error.ts";
import { constant } from "./inputs/constant.ts";
import type { ValueOf } from "./inputs/input.ts";
import { path } from "./inputs/path.ts";
import { query } from "./inputs/query.ts";
import { response } from "./inputs/response.ts";
import { bearer } from "./security/bearer.ts";

const database = dependency({ scope: "app" }, async function* () {
  yield { userOf: (token: string) => (token === "" ? undefined : { name: token }) };
});

describe("the value of a dependency", () => {
  it("is what its function returns, awaited", () => {
    const plain = dependency({}, () => 1);
    const asynchronous = dependency({}, async () => "x");
    expectTypeOf<ValueOf<typeof plain>>().toEqualTypeOf<number>();
    expectTypeOf<ValueOf<typeof asynchronous>>().toEqualTypeOf<string>();
  });

  it("is what a generator yields", () => {
    const plain = dependency({}, function* () {
      yield 1;
    });
    expectTypeOf<ValueOf<typeof plain>>().toEqualTypeOf<number>();
    expectTypeOf<ValueOf<typeof database>>().toHaveProperty("userOf");
  });

  it("leaves out what throws", () => {
    const currentUser = dependency(
      { input: { token: bearer(), db: database }, errors: { 401: "Not signed in" } },
      async ({ token, db }) => db.userOf(token) ?? HttpError.throw(401),
    );
    expectTypeOf<ValueOf<typeof currentUser>>().toEqualTypeOf<{ name: string }>();
  });
});

describe("a dependency", () => {
  const tenant = dependency(
    { input: { tenantId: path(z.string()), page: query(z.int()) } },
    async (values) => {
      expectTypeOf(values).toEqualTypeOf<{ tenantId: string; page: number }>();
      return values.tenantId;
    },
  );

  it("is still a function", () => {
    expectTypeOf(tenant({ tenantId: "a", page: 1 })).toEqualTypeOf<Promise<string>>();
    expectTypeOf(tenant).toExtend<AnyDependency>();
  });

  it("carries the path names that it and its own dependencies read", () => {
    const outer = dependency({ input: { tenant, region: path(z.string(), { name: "place" }) } }, () => 1);
    expectTypeOf(outer["~names"]!).toEqualTypeOf<readonly ("tenantId" | "place")[]>();
    const lenient = dependency({ input: { lang: path(z.string().default("en")) } }, () => 1);
    expectTypeOf(lenient["~names"]!).toEqualTypeOf<readonly "lang?"[]>();
  });

  it("of the app may use what lives as long", () => {
    dependency({ scope: "app", input: { db: database, size: constant(4) } }, ({ db, size }) => {
      expectTypeOf(db).toHaveProperty("userOf");
      expectTypeOf(size).toEqualTypeOf<4>();
    });
    // @ts-expect-error 'tenant' lives for one request, and the dependency as long as the app
    dependency({ scope: "app", input: { tenant } }, () => 1);
    // @ts-expect-error 'head' lives for one request, and the dependency as long as the app
    dependency({ scope: "app", input: { head: response() } }, () => 1);
  });

  it("says when it cleans up", () => {
    dependency({ cleanup: "before-reply" }, () => 1);
    // @ts-expect-error '"before"' is not assignable
    dependency({ cleanup: "before" }, () => 1);
  });
});
