import { inspect } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Secret } from "./secret.ts";
import { secretEquals } from "./secret-equals.ts";

afterEach(() => vi.restoreAllMocks());

describe.each(["with node:crypto", "without it"])("secretEquals %s", (how) => {
  const prepare = () => {
    if (how === "without it") vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
  };

  it("says what === would say, of any two texts", () => {
    prepare();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(secretEquals(a, b)).toBe(a === b);
        expect(secretEquals(a, a)).toBe(true);
        expect(secretEquals(a, a + b)).toBe(b === "");
        expect(secretEquals(a + b, a)).toBe(b === "");
      }),
    );
  });

  it("compares bytes, and texts as their UTF-8", () => {
    prepare();
    expect(secretEquals(new Uint8Array([0xc3, 0xa9]), "é")).toBe(true);
    expect(secretEquals(new Uint8Array(), "")).toBe(true);
    expect(secretEquals("", "a")).toBe(false);
    expect(secretEquals("a", "")).toBe(false);
    expect(secretEquals("aa", "a")).toBe(false);
    expect(secretEquals("ab", new Uint8Array([0x61, 0x62, 0x00]))).toBe(false);
  });
});

describe("Secret", () => {
  const secret = new Secret("hunter2");

  it("is *** wherever it is printed", () => {
    const printed = [
      String(secret),
      secret.toString(),
      JSON.stringify({ secret }),
      inspect({ deep: { secret } }, { showHidden: true, depth: 9 }),
      new Error(`with ${String(secret)}`).message,
    ];
    expect(printed.join()).not.toContain("hunter2");
    for (const each of printed) expect(each).toContain("***");
  });

  it("gives itself only when it is asked", () => {
    expect(secret.reveal()).toBe("hunter2");
    expect([secret.matches("hunter2"), secret.matches("hunter"), secret.matches("")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([undefined, ""])("cannot be %j", (value) => {
    expect(() => new Secret(value)).toThrow("is the variable of the environment set?");
  });
});
