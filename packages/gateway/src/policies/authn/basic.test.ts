import { scryptSync } from "node:crypto";
import { expect, it, vi } from "vitest";
import type { Consumer } from "../../snapshot.ts";
import { callOf, contextOf, refusalOf } from "../call.fixture.ts";
import { basicCheck } from "./basic.ts";
import { consumerIndex } from "./consumer-index.ts";
import { isPassword } from "./password.ts";

vi.mock(import("./password.ts"), async (original) => {
  const module = await original();
  return { ...module, isPassword: vi.fn(module.isPassword) };
});

it("computes as much for a name that nobody has as for one that somebody has", async () => {
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync("horse", salt, 32, { N: 512, r: 4, p: 2 });
  const password = `scrypt$512$4$2$${salt.toString("base64")}$${hash.toString("base64")}`;
  const ada: Consumer = {
    id: "mobile",
    keys: [],
    basic: [{ user: "ada", password }],
    certificates: [],
    scopes: [],
    claims: {},
  };
  const check = basicCheck("login", "Shop", consumerIndex([ada]), contextOf());
  const run = (username: string, password: string) =>
    refusalOf(
      [
        {
          phase: "authn",
          kind: "authn",
          needs: [],
          run: async () => void (await check.judge({ username, password })),
        },
      ],
      callOf({}),
    );
  for (const [username, password] of [
    ["ada", "guess"],
    ["nobody", "guess"],
    // Whose password it is has no part in it.
    ["nobody", "horse"],
    ["", "horse"],
  ] as const)
    expect((await run(username, password))?.status).toBe(401);
  const costs = vi
    .mocked(isPassword)
    .mock.calls.map(([, { cost, blockSize, parallelization }]) => [cost, blockSize, parallelization]);
  expect(costs).toEqual(Array.from({ length: 4 }, () => [512, 4, 2]));
});
