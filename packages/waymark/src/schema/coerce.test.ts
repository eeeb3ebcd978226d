import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UNREADABLE, wireReader, type WireInput } from "./coerce.ts";
import { parseQuery } from "./query.ts";

function reader(
  schema: WireInput["schema"],
  options: WireInput["options"] = {},
  place: WireInput["in"] = "query",
) {
  return wireReader({ in: place, schema, options }, "value");
}

/** As a client would write it. */
function inQuery(pairs: readonly (readonly [string, string])[]) {
  return parseQuery(
    new URLSearchParams(pairs.map(([name, value]) => [name, value] as [string, string])).toString(),
  );
}

const text = fc.string({ unit: "grapheme" });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });

describe("round trips", () => {
  test("strings", () => {
    const read = reader(z.string());
    fc.assert(
      fc.property(text, (value) => {
        expect(read.read(inQuery([["value", value]]).get("value"))).toBe(value);
      }),
    );
  });

  test("integers that are safe, and no others", () => {
    const read = reader(z.int());
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(read.read(String(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const safe = Number.isSafeInteger(Number(value));
        expect(read.read(String(value))).toBe(safe ? Number(value) : UNREADABLE);
      }),
    );
  });

  test("numbers, as JSON writes them", () => {
    const read = reader(z.number());
    fc.assert(
      fc.property(double, (value) => {
        expect(read.read(JSON.stringify(value))).toBe(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("a number is read when JSON reads it, and as JSON reads it", () => {
    const read = reader(z.number());
    const unit = fc.constantFrom("0", "1", "9", "-", "+", ".", "e", "E", " ", "_", "x", "n", "\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), (word) => {
        const value = read.read(word);
        let json: unknown = UNREADABLE;
        // JSON lets white space stand around a value; a parameter has none to spare.
        if (word === word.trim()) try { json = JSON.parse(word); } catch {} // prettier-ignore
        expect(value).toBe(Number.isFinite(json) ? json : UNREADABLE);
      }),
      { numRuns: 1000 },
    );
  });

  test("blanks around the elements of a header field mean nothing, those inside of them stay", () => {
    const list = reader(z.array(z.string()), {}, "header");
    expect(list.read(" a,\t b \t,, ,c  d,\u00a0e\u00a0")).toEqual(["a", "b", "c  d", "\u00a0e\u00a0"]);
    const blanks = fc.string({ unit: fc.constantFrom(" ", "\t") });
    const word = fc.string({ unit: fc.constantFrom("a", " ", "\t", "b") }).map((text) => `x${text}x`);
    fc.assert(
      fc.property(fc.array(fc.tuple(blanks, word, blanks), { minLength: 1 }), (elements) => {
        const sent = elements.map((parts) => parts.join("")).join(",");
        expect(list.read(sent)).toEqual(elements.map(([, element]) => element));
      }),
    );
  });

  test("arrays in every style of the query, the path and header fields", () => {
    const numbers = reader(z.array(z.number()));
    const strings = reader(z.array(z.string()));
    const tail = { minLength: 1 };
    fc.assert(
      fc.property(fc.array(double, tail), fc.array(text, tail), (values, words) => {
        const expected = JSON.parse(JSON.stringify(values)) as unknown;
        const texts = values.map((value) => JSON.stringify(value));
        expect(numbers.read(inQuery(texts.map((each) => ["value", each])).get("value"))).toEqual(expected);
        expect(strings.read(inQuery(words.map((each) => ["value", each])).get("value"))).toEqual(words);
        for (const [place, options, separator] of [
          ["query", { explode: false }, ","],
          ["query", { style: "pipeDelimited" }, "|"],
          ["query", { style: "spaceDelimited" }, " "],
          ["path", {}, ","],
          ["path", { explode: true }, ","],
          ["header", {}, ", "],
          ["cookie", { explode: false }, ","],
        ] as const)
          expect(reader(z.array(z.number()), options, place).read(texts.join(separator))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test("objects in every style", () => {
    const schema = z.object({ name: z.string(), size: z.int().optional(), live: z.boolean() });
    const noComma = text.map((word) => word.replaceAll(",", ""));
    fc.assert(
      fc.property(fc.record({ name: noComma, size: fc.maxSafeInteger(), live: fc.boolean() }), (value) => {
        const entries = Object.entries(value).map(([key, member]) => [key, String(member)] as const);
        const deep = inQuery(entries.map(([key, member]) => [`value[${key}]`, member]));
        expect(reader(schema, { style: "deepObject" }).readObject!(deep)).toEqual(value);
        expect(reader(schema, { style: "form" }).readObject!(inQuery(entries))).toEqual(value);
        const list = entries.flat().join(",");
        expect(reader(schema, { style: "form", explode: false }).read(list)).toEqual(value);
        expect(reader(schema, { style: "simple" }, "path").read(list)).toEqual(value);
        const pairs = entries.map((entry) => entry.join("=")).join(",");
        expect(reader(schema, { style: "simple", explode: true }, "path").read(pairs)).toEqual(value);
      }),
    );
  });

  test("nothing that a client sends makes a reader throw, and `explain` agrees with `read`", () => {
    const schema = z.object({ name: z.string(), size: z.int().optional(), tags: z.array(z.int()).optional(), in: z.object({ a: z.boolean().optional() }).optional() }); // prettier-ignore
    const deep = reader(schema, { style: "deepObject" });
    const list = reader(schema.omit({ tags: true, in: true }), { style: "form", explode: false });
    const key = fc.constantFrom("value", "value[", "value[]", "value[name]", "value[size]", "value[size", "value[tags]", "value[in]", "value[in][a]", "value[in][a][b]", "value[__proto__]", "value[size][x]", "other"); // prettier-ignore
    const value = fc.constantFrom("", "1", "x", "true", "1,2");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, value)),
        fc.string({ unit: fc.constantFrom(",", "name", "size", "1", "__proto__") }),
        (pairs, word) => {
          const query = inQuery(pairs);
          expect(deep.readObject!(query) === UNREADABLE).toBe(deep.explainObject!(query).length > 0);
          expect(list.read(word) === UNREADABLE).toBe(list.explain(word).length > 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("deepObject", () => {
  const filter = z.object({
    price: z.object({ min: z.number().optional(), max: z.number().optional() }).optional(),
    tags: z.array(z.int()).optional(),
    live: z.boolean().default(true),
  });
  const read = (search: string) => reader(filter, { style: "deepObject" }).readObject!(parseQuery(search));
  const explain = (search: string) =>
    reader(filter, { style: "deepObject" }).explainObject!(parseQuery(search));

  test("nests, and repeats keys for arrays", () => {
    expect(read("value[price][min]=1&value[tags]=1&value[tags]=2&x=y")).toEqual({
      price: { min: 1 },
      tags: [1, 2],
    });
  });

  test("tells every mistake at its place", () => {
    expect(
      explain("value[price][min]=a&value[price][max]=b&value[live]=maybe&value[tags]=1&value[tags]=z"),
    ).toMatchObject([
      { path: ["price", "min"] },
      { path: ["price", "max"] },
      { path: ["tags", 1] },
      { path: ["live"] },
    ]);
  });

  test.each(["value=1", "value[price]=1", "value[live][x]=true", "value[live", "value[price][min][x]=1"])(
    "refuses %s",
    (search) => {
      expect(read(search)).toBe(UNREADABLE);
      expect(explain(search)).toMatchObject([{ code: "malformed" }]);
    },
  );

  test("passes undeclared keys on, so that a strict object can refuse them", () => {
    expect(read("value[other]=1&value[other]=2")).toEqual({ other: ["1", "2"] });
  });

  test("has no prototype", () => {
    expect(Object.getPrototypeOf(read("value[live]=true"))).toBeNull();
    expect(Object.keys(read("value[__proto__]=1") as object)).toEqual(["__proto__"]);
  });

  test("is empty when nothing was sent, so that its properties tell what they miss, unless it may be absent", () => {
    expect(read("other=1")).toEqual({});
    expect(reader(filter.optional(), { style: "deepObject" }).readObject!(parseQuery(""))).toBeUndefined();
    expect(
      reader(filter.omit({ price: true }).default({ live: false }), { style: "form" }).readObject!(
        parseQuery(""),
      ),
    ).toBeUndefined();
  });
});

describe("issues", () => {
  test.each([
    [z.int(), "x", "expected an integer"],
    [z.number(), "x", "expected a number"],
    [z.boolean(), "x", "expected true or false"],
    [z.union([z.number(), z.boolean()]), "x", "expected a number, true or false"],
    [z.never(), "x", "expected no value"],
  ])("say what was expected, not what was sent", (schema, sent, message) => {
    expect(reader(schema).explain(sent)).toEqual([{ path: [], message, code: "invalid_type" }]);
    expect(reader(schema).read(sent)).toBe(UNREADABLE);
  });

  test("there are none for what can be read or is absent", () => {
    expect(reader(z.int()).explain("1")).toEqual([]);
    expect(reader(z.int()).explain(undefined)).toEqual([]);
    expect(reader(z.array(z.int())).explain(undefined)).toEqual([]);
  });
});

describe("what a string is admitted by", () => {
  test.each([
    ["anything", z.any()],
    ["a literal beside numbers", z.literal([1, "one"])],
    ["a transformed string", z.string().transform(Number)],
    ["stringbool", z.stringbool()],
    ["a coerced date", z.coerce.date()],
    [
      "a codec from text",
      z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
    ],
  ])("%s", (_what, schema) => {
    expect(reader(schema).read("1")).toBe("1");
  });

  test("not: an enum of numbers, a constant, or a number behind a pipe", () => {
    expect(reader(z.enum({ low: 1, high: 2 })).read("2")).toBe(2);
    expect(reader(z.literal(true)).read("true")).toBe(true);
    expect(reader(z.coerce.number()).read("")).toBe(UNREADABLE);
    expect(reader(z.preprocess((value) => value, z.number())).read("5")).toBe(5);
  });
});

describe("mistakes that are told at start", () => {
  test.each<[WireInput["in"], WireInput["schema"], WireInput["options"], string]>([
    ["query", z.union([z.string(), z.array(z.string())]), {}, "an array or a single value"],
    ["query", z.union([z.object({}), z.array(z.string())]), {}, "an array or a single value"],
    ["query", z.object({}), {}, '"value" is an object and needs a style: "deepObject"'],
    ["header", z.object({}), {}, 'needs a style: "simple"'],
    ["query", z.array(z.array(z.string())), {}, "elements that are arrays or objects"],
    ["query", z.string(), { style: "simple" }, 'a query does not have: use "form"'],
    ["path", z.string(), { style: "form" }, 'a path does not have: use "simple"'],
    ["path?", z.string(), { style: "form" }, 'a path does not have: use "simple"'],
    ["query", z.string(), { style: "deepObject" }, "is not an object"],
    ["query", z.object({}), { style: "deepObject", explode: false }, "always exploded"],
    ["query", z.string(), { style: "pipeDelimited" }, "is a single value"],
    ["query", z.array(z.string()), { style: "pipeDelimited", explode: true }, "never exploded"],
    ["cookie", z.array(z.string()), {}, "explode: false"],
    ["query", z.record(z.string(), z.string()), { style: "form" }, "properties of any name"],
    [
      "query",
      z.object({ a: z.array(z.object({})) }),
      { style: "deepObject" },
      "elements that are arrays or objects",
    ],
    ["query", z.record(z.string(), z.object({})), { style: "deepObject" }, "objects under any name"],
    [
      "query",
      z.object({ a: z.union([z.int(), z.array(z.int())]) }),
      { style: "deepObject" },
      "a property that is an array or a single value",
    ],
  ])("%s %#", (place, schema, options, message) => {
    expect(() => reader(schema, options, place)).toThrow(message);
  });

  test("an object that contains itself", () => {
    const Tree = z.object({ name: z.string(), get child() { return Tree.optional(); } }); // prettier-ignore
    expect(() => reader(Tree, { style: "deepObject" })).toThrow("contains itself");
    const Linked = z.object({ tree: Tree });
    expect(() => reader(Linked, { style: "deepObject" })).toThrow("contains itself");
  });
});
