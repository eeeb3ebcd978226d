import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseQuery } from "./query.ts";

describe("parseQuery", () => {
  test("agrees with URLSearchParams on what URLSearchParams writes", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string(),
      fc.constantFrom("__proto__", "toString", "a b", "+", "%", "&=", ""),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word)), (pairs) => {
        const { pairs: parsed, fault } = parseQuery(new URLSearchParams(pairs).toString());
        expect(fault).toBeUndefined();
        expect(parsed).toEqual(pairs.flat());
      }),
    );
  });

  test("agrees with URLSearchParams on any text without percent signs", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", "=", "&", "+", ";", "[", "]", "?", "#") }),
        (text) => {
          // URLSearchParams takes one leading "?" away; here it is part of the first name.
          expect(parseQuery(text).pairs).toEqual([...new URLSearchParams(`?${text}`)].flat());
        },
      ),
    );
  });

  test("gives the value of a name, and every value of a repeated one", () => {
    const query = parseQuery("limit=10&tag=a&tag=b&flag&tag=c");
    expect(query.get("limit")).toBe("10");
    expect(query.get("tag")).toEqual(["a", "b", "c"]);
    expect(query.get("flag")).toBe("");
    expect(query.get("missing")).toBeUndefined();
  });

  test("has no names but those that were sent", () => {
    const query = parseQuery("a=1");
    for (const name of ["__proto__", "constructor", "toString", "length", "0"])
      expect(query.get(name)).toBeUndefined();
    expect(parseQuery("__proto__=x").get("__proto__")).toBe("x");
    expect(parseQuery("__proto__[x]=1&constructor[prototype][y]=2").fault).toBeUndefined();
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test.each(["a=%", "a=%z", "a=%zz", "a=%ff", "%c3=1", "a=%c0%af", "a=1&b=%ed%a0%80", "a=%2"])(
    "refuses %s whole: it has no single reading",
    (search) => {
      const { fault, pairs } = parseQuery(search);
      expect(fault).toMatch("malformed percent-encoding");
      expect(pairs).toEqual([]);
    },
  );

  test("refuses more pairs than its maximum", () => {
    expect(parseQuery("a&b&c", 3).fault).toBeUndefined();
    expect(parseQuery("a&b&c&d", 3).fault).toMatch("more than 3");
    expect(parseQuery(`a${"&".repeat(5000)}`, 3).pairs).toEqual(["a", ""]);
    expect(parseQuery("a&".repeat(1001)).fault).toMatch("more than 1000");
  });
});
