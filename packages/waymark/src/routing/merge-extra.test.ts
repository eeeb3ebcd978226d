import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeExtra } from "./merge-extra.ts";

it("merges objects, appends lists, replaces the rest", () => {
  expect(mergeExtra({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2], e: null }, d: { f: 1 } })).toEqual({
    a: { b: 1, c: [1, 2], e: null },
    d: { f: 1 },
  });
});

it("changes neither, and leaves prototypes alone", () => {
  const json = fc.jsonValue();
  fc.assert(
    fc.property(json, json, (base, extra) => {
      const before = JSON.stringify([base, extra]);
      mergeExtra(base, extra);
      expect(JSON.stringify([base, extra])).toBe(before);
    }),
  );
  mergeExtra({}, JSON.parse('{"__proto__":{"polluted":1}}'));
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

it("is the base where there is nothing to lay over it", () => {
  expect(mergeExtra({ a: 1 }, undefined)).toEqual({ a: 1 });
  expect(mergeExtra(undefined, { a: 1 })).toEqual({ a: 1 });
});
