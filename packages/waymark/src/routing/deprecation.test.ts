import { describe, expect, test } from "vitest";
import type { Mistake } from "../start-up-error.ts";
import { checkDeprecation, deprecatedBy, type Deprecated } from "./deprecation.ts";

const old = { since: "2026-01-01" };
const older = { since: "2025-01-01" };

test.each<[Deprecated[], boolean | object]>([
  [[], false],
  [[undefined, undefined], false],
  [[undefined, true], true],
  [[true, undefined], true],
  [[old, undefined], old],
  [[older, undefined, old], old],
  [[old, true], old],
  [[true, old], old],
  [[old, false], false],
  [[false, true], true],
  [[old, false, true], true],
])("%j from the outermost to the innermost is %j", (statements, result) => {
  expect(deprecatedBy(statements)).toEqual(result);
});

describe("dates", () => {
  const told = (deprecated: Deprecated): string[] => {
    const found: Mistake[] = [];
    checkDeprecation(deprecated, (mistake) => found.push(mistake));
    return found.map(({ code, message }) => `${code} ${message}`);
  };

  test.each(["2026-06-01", "2024-02-29", "2026-06-01T12:00Z", "2026-06-01T12:00:00.5+02:00"])(
    "%s is one",
    (since) => {
      expect(told({ since })).toEqual([]);
    },
  );

  test.each([
    "",
    "soon",
    "2026-6-1",
    "2026-13-01",
    "2026-02-30",
    "2025-02-29",
    "2026-06-01T12:00:00",
    "01/02/2026",
  ])("%s is none", (since) => {
    expect(told({ since })).toEqual([
      `WM406 deprecated.since is ${JSON.stringify(since)}, which is not a date`,
    ]);
    expect(told({ since: "2020-01-01", sunset: since })).toEqual([
      `WM406 deprecated.sunset is ${JSON.stringify(since)}, which is not a date`,
    ]);
  });

  test("a missing date is none either", () => {
    expect(told({} as { since: string })).toEqual([
      "WM406 deprecated.since is undefined, which is not a date",
    ]);
  });

  test("the sunset is not before the deprecation", () => {
    expect(told({ since: "2026-06-01", sunset: "2026-06-01" })).toEqual([]);
    expect(told({ since: "2026-06-01", sunset: "2026-05-31" })).toEqual([
      "WM407 the sunset 2026-05-31 is before the deprecation 2026-06-01",
    ]);
  });

  test("a successor is a template", () => {
    expect(told({ since: "2026-06-01", successor: "/v2/{id}" })).toEqual([]);
    expect(told({ since: "2026-06-01", successor: "v2" })).toEqual(["WM103 'v2' must start with '/'"]);
  });
});
