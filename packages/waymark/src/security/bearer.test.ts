import { describe, expect, it } from "vitest";
import { appOf, ask } from "./asking.fixture.ts";
import { bearer } from "./bearer.ts";

const app = appOf(bearer());
const optional = appOf(bearer({ optional: true }));

describe("bearer", () => {
  it.each(["Bearer abc", "bearer abc", "BEARER   a-b._~+/c=="])(
    "finds the token of %j",
    async (authorization) => {
      const { status, body } = await ask(app, { authorization });
      expect([status, body.found]).toEqual([200, authorization.split(/ +/)[1]]);
    },
  );

  it.each([undefined, "", "Basic YTpi", "Bearerabc", "abc", "Digest x"])(
    "takes %j for no token",
    async (field) => {
      const headers: Record<string, string> = field === undefined ? {} : { authorization: field };
      expect(await ask(app, headers)).toMatchObject({
        status: 401,
        challenge: "Bearer",
        body: { detail: "Not authenticated" },
      });
      expect(await ask(optional, headers)).toMatchObject({ status: 200, body: { found: null } });
    },
  );

  it.each([
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a=b",
    "Bearer \u00e9",
    "Bearer a, Bearer a",
    "Bearer {}",
  ])("refuses %j, even where none would do", async (authorization) => {
    for (const each of [app, optional])
      expect(await ask(each, { authorization })).toMatchObject({
        status: 401,
        challenge: 'Bearer error="invalid_token", error_description="The token is not valid"',
      });
  });

  it("takes a token of 64 KB as it is, where the limit of header fields lets it through", async () => {
    const token = "a".repeat(65_536);
    const { body } = await ask(app, { authorization: `Bearer ${token}` });
    expect(body.found.length).toBe(65_536);
    expect((await ask(app, { authorization: `Bearer ${token}!` })).status).toBe(401);
  });
});
