import { describe, expect, it } from "vitest";
import { mistakesOf, orders, snapshotOf } from "./compile.fixture.ts";

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

describe("consumers", () => {
  it("are known by plain hashes and fingerprints, however those are written", () => {
    const { consumers } = snapshotOf(
      { orders: orders("paths: {}") },
      {
        consumers: {
          mobile: {
            keys: [`SHA256:${HASH.toUpperCase()}`, { hash: HASH.replace("9", "a"), scheme: "partner" }],
            certificates: [HASH.toUpperCase().replace(/..(?!$)/g, "$&:")],
          },
        },
      },
    );
    expect(consumers).toEqual([
      {
        id: "mobile",
        keys: [
          { hash: HASH, scheme: null },
          { hash: HASH.replace("9", "a"), scheme: "partner" },
        ],
        basic: [],
        certificates: [HASH],
        scopes: [],
        claims: {},
      },
    ]);
  });

  it("have keys of their own: who called would be a matter of chance", () => {
    expect(
      mistakesOf(orders("paths: {}"), {
        consumers: { mobile: { keys: [HASH] }, web: { keys: [`sha256:${HASH.toUpperCase()}`] } },
      }),
    ).toEqual([
      "gateway.config.ts#/consumers/web/keys/0: the same key is also that of 'mobile'. Each consumer needs keys of its own. [GW404]",
    ]);
  });
});
