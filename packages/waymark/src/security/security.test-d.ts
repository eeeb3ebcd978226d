import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { ValueOf } from "../inputs/input.ts";
import {
  anyOf,
  apiKey,
  basic,
  bearer,
  jwt,
  oauth2,
  openIdConnect,
  requiredScopes,
  type BasicCredentials,
  type JwtClaims,
} from "./index.ts";

const secret = "s".repeat(32);
const flows = { password: { tokenUrl: "/token" } } as const;

describe("the value of a credential", () => {
  it("is what the scheme gives, or undefined where it is optional", () => {
    const token = bearer();
    expectTypeOf<ValueOf<typeof token>>().toEqualTypeOf<string>();
    const optional = basic({ optional: true });
    expectTypeOf<ValueOf<typeof optional>>().toEqualTypeOf<BasicCredentials | undefined>();
    const scopes = requiredScopes();
    expectTypeOf<ValueOf<typeof scopes>>().toEqualTypeOf<readonly string[]>();
  });

  it("is the claims, as their schema makes them", () => {
    const plain = jwt({ secret });
    expectTypeOf<ValueOf<typeof plain>>().toEqualTypeOf<JwtClaims>();
    const typed = jwt({ secret, claims: z.object({ sub: z.string(), level: z.int().default(1) }) });
    expectTypeOf<ValueOf<typeof typed>>().toEqualTypeOf<{ sub: string; level: number }>();
    const maybe = openIdConnect({
      issuer: "https://i.example",
      audience: "a",
      claims: z.object({ sub: z.string() }),
      optional: true,
    });
    expectTypeOf<ValueOf<typeof maybe>>().toEqualTypeOf<{ sub: string } | undefined>();
  });

  it("of oauth2 is the token, or its claims", () => {
    const opaque = oauth2({ flows });
    expectTypeOf<ValueOf<typeof opaque>>().toEqualTypeOf<string>();
    const verified = oauth2({ flows, jwt: { secret, claims: z.object({ sub: z.string() }) } });
    expectTypeOf<ValueOf<typeof verified>>().toEqualTypeOf<{ sub: string }>();
  });

  it("of anyOf is one of theirs, with its name where they have names", () => {
    const key = apiKey({ in: "header", name: "X-Key" });
    const plain = anyOf(jwt({ secret }), key);
    expectTypeOf<ValueOf<typeof plain>>().toEqualTypeOf<JwtClaims | string>();
    const named = anyOf({ user: jwt({ secret }), machine: key });
    expectTypeOf<ValueOf<typeof named>>().toEqualTypeOf<
      { readonly by: "user"; readonly value: JwtClaims } | { readonly by: "machine"; readonly value: string }
    >();
    const optional = anyOf({ user: bearer({ optional: true }), machine: key });
    expectTypeOf<Extract<ValueOf<typeof optional>, undefined>>().toEqualTypeOf<undefined>();
  });
});

it("settings that would verify nothing do not compile", () => {
  // @ts-expect-error there is nothing to verify by
  jwt({ audience: "a" });
  // @ts-expect-error one of them, not both
  jwt({ secret, jwksUrl: "https://i.example/jwks" });
  // @ts-expect-error no such algorithm
  jwt({ secret, algorithms: ["none"] });
  // @ts-expect-error the implicit flow is no more
  oauth2({ flows: { implicit: { authorizationUrl: "https://a.example" } } });
  // @ts-expect-error whom tokens are for has to be said
  openIdConnect({ issuer: "https://i.example" });
});

it("scopes are an option of routes, routers and contracts", () => {
  const read = endpoint({ input: { token: jwt({ secret }) }, scopes: ["a"] }, ({ token }) => token.sub);
  const app = new App();
  app.get("/a", read, { scopes: ["b"] });
  // @ts-expect-error a list
  app.get("/b", read, { scopes: "b" });
});
