import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptedTypes } from "./accept.ts";

const read = (field: string): [string, number, Record<string, string>][] =>
  acceptedTypes(field).map(({ type, weight, parameters }) => [type, weight, Object.fromEntries(parameters)]);

describe("acceptedTypes", () => {
  it("reads media types and ranges, their parameters and weights, in their order", () => {
    expect(read("text/html, application/*;q=0.5 ,*/*;Q=0.001, Application/JSON; Version=2;q=1.000")).toEqual([
      ["text/html", 1, {}],
      ["application/*", 0.5, {}],
      ["*/*", 0.001, {}],
      ["application/json", 1, { version: "2" }],
    ]);
  });

  it("takes a comma or a semicolon within a quoted string as part of it", () => {
    expect(read('a/b;c="d, e;q=0", f/g')).toEqual([
      ["a/b", 1, { c: "d, e;q=0" }],
      ["f/g", 1, {}],
    ]);
  });

  it("leaves out members that are malformed, and keeps the others", () => {
    expect(read("json, a/b;q=2, a/b;q=0.1234, a/b;q=x, a/b;v=1;v=2, , a/c;q=0")).toEqual([["a/c", 0, {}]]);
    expect(read("")).toEqual([]);
  });

  it("never throws, and never gives a weight outside of 0 to 1", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("a/b", "*", ";", "q=", "0", "1", ".", ",", '"', "\\", " ", "v=2"),
        }),
        (field) => acceptedTypes(field).every(({ weight }) => weight >= 0 && weight <= 1),
      ),
    );
  });
});
