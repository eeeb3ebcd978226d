import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptedEncodings, chooseEncoding } from "./accept-encoding.ts";

const available = ["br", "zstd", "gzip"] as const;
const chosen = (field: string | undefined) => chooseEncoding(field, available).encoding;

describe("chooseEncoding", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["gzip", "gzip"],
    ["GZip", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, deflate, br, zstd", "br"],
    ["deflate", undefined],
    ["gzip;q=0", undefined],
    ["gzip;q=0.000, br;q=0.0", undefined],
    ["gzip;q=1.0, br;q=0.9", "gzip"],
    ["gzip ; q=0.5 , zstd\t;\tq=0.6", "zstd"],
    ["*", "br"],
    ["*;q=0", undefined],
    ["br;q=0, *", "zstd"],
    ["gzip;q=0.1", "gzip"],
    ["identity", undefined],
    ["identity;q=1, gzip;q=0.5", undefined],
    ["identity;q=0.5, gzip;q=1", "gzip"],
    ["identity;q=0.5, gzip;q=0.5", "gzip"],
    ["identity;q=0, gzip;q=0.1", "gzip"],
    // What is not a member says nothing.
    ["gzip;q=2", undefined],
    ["gzip;q=-1", undefined],
    ["gzip;level=9", undefined],
    ["gz ip, br", "br"],
    [",,, ,gzip,", "gzip"],
  ])("%j is answered with %s", (field, encoding) => {
    expect(chosen(field)).toBe(encoding);
  });

  it.each([
    [undefined, false],
    ["gzip", false],
    ["identity;q=0", true],
    ["*;q=0", true],
    ["*;q=0, identity;q=0.1", false],
    ["gzip, identity; q=0.000", true],
    ["gzip, *;q=0", true],
  ])("%j refuses identity: %s", (field, refused) => {
    expect(chooseEncoding(field, available).isIdentityRefused).toBe(refused);
  });

  it("never chooses what the client weighs less than something else it could have", () => {
    const member = fc.tuple(
      fc.constantFrom("br", "zstd", "gzip", "identity", "*", "deflate"),
      fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), (members) => {
        const field = members
          .map(([name, q]) => (q === undefined ? name : `${name};q=${(q / 1000).toFixed(3)}`))
          .join(", ");
        const accepted = acceptedEncodings(field);
        const { encoding, isIdentityRefused } = chooseEncoding(field, available);
        const weight = encoding === undefined ? accepted.identity : accepted.weightOf(encoding);
        expect(encoding === undefined || weight > 0).toBe(true);
        for (const each of available) expect(accepted.weightOf(each)).toBeLessThanOrEqual(weight);
        expect(isIdentityRefused).toBe(accepted.identity === 0);
      }),
    );
  });

  it("reads any text, and takes no longer for a long one than it must", () => {
    fc.assert(fc.property(fc.string(), (field) => void chosen(field)));
    expect(chosen(`${"a;".repeat(8000)}, gzip`)).toBe("gzip");
    expect(chosen(`gzip${" \t".repeat(8000)};q=x, br`)).toBe("br");
  });
});
