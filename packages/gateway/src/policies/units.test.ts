import { describe, expect, it } from "vitest";
import { amount, bytes, milliseconds } from "./units.ts";

describe("units", () => {
  it.each([
    ["30s", 30_000],
    ["1 min", 60_000],
    ["min", 60_000],
    ["2 hours", 7_200_000],
    ["1.5s", 1500],
    ["250ms", 250],
    ["day", 86_400_000],
    [5, 5000],
  ])("reads the time %j", (given, expected) => expect(milliseconds(given)).toBe(expected));
  it.each([
    ["64kb", 65_536],
    ["1 MiB", 1_048_576],
    ["10", 10],
    [4096, 4096],
    ["1.5k", 1536],
  ])("reads the size %j", (given, expected) => expect(bytes(given)).toBe(expected));
  it.each([
    ["10k", 10_000],
    ["2M", 2_000_000],
    ["0.5", 0.5],
    [7, 7],
  ])("reads the amount %j", (given, expected) => expect(amount(given)).toBe(expected));
  it.each(["", "10 parsecs", "-1s", "0s", "1e3s"])("refuses the time %j", (given) =>
    expect(() => milliseconds(given)).toThrow(TypeError),
  );
  it.each(["", "-1", "10x", "1e3"])("refuses the amount %j", (given) =>
    expect(() => amount(given)).toThrow(TypeError),
  );
});
