import { describe, expect, it } from "vitest";
import { CliError } from "./cli-error.ts";
import { parseWorkers } from "./workers-option.ts";

describe("--workers", () => {
  it("is a number, or one for each processor", () => {
    expect([parseWorkers(undefined), parseWorkers("1"), parseWorkers("12")]).toEqual([undefined, 1, 12]);
    expect(parseWorkers("auto")).toBeGreaterThan(0);
  });

  it.each(["0", "-1", "1.5", "", "two", "1025", "99999"])("refuses %j", (text) => {
    expect(() => parseWorkers(text)).toThrow(CliError);
  });
});
