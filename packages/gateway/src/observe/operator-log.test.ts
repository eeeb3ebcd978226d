import { HttpError } from "waymark/internal";
import { describe, expect, test, vi } from "vitest";
import { operatorLog, reportTo, type OperatorLogOptions } from "./operator-log.ts";

/** What is written for one report. */
function written(
  format: NonNullable<OperatorLogOptions["format"]>,
  ...report: [problem: string, error?: unknown]
): string[] {
  const lines: string[] = [];
  reportTo(operatorLog({ format, write: (line) => void lines.push(line) }))(...report);
  return lines;
}
const json = (...report: [problem: string, error?: unknown]): unknown => {
  const lines = written("json", ...report);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("\n");
  return JSON.parse(lines[0]!);
};

const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.9:6379"), { code: "ECONNREFUSED" });

describe("what an operator is told", () => {
  test("is a line of JSON with time, level and message", () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 2) });
    try {
      expect(json("limits are not counted in Redis: gone")).toEqual({
        time: "2026-01-02T00:00:00.000Z",
        level: "warn",
        msg: "limits are not counted in Redis: gone",
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test("has the code of an error of the system, and no stack", () => {
    expect(json("Redis is gone.", refused)).toEqual({
      time: expect.any(String),
      level: "error",
      msg: "Redis is gone: connect ECONNREFUSED 10.0.0.9:6379",
      code: "ECONNREFUSED",
    });
    expect(json("No way.", { code: "CERT_HAS_EXPIRED" })).toMatchObject({
      level: "error",
      msg: "No way.",
      code: "CERT_HAS_EXPIRED",
    });
  });

  test("has the place and, as one field, the stack of code that failed", () => {
    const told = json("A policy failed.", new TypeError("x is not a function")) as Record<string, string>;
    expect(told["msg"]).toMatch(/^A policy failed: x is not a function \(operator-log\.test\.ts:\d+:\d+\)$/);
    expect(told["stack"]).toMatch(/^TypeError: x is not a function\n/);
  });

  test("is one line of text on a terminal", () => {
    expect(written("text", "Redis is gone.", refused)).toEqual([
      "error: Redis is gone: connect ECONNREFUSED 10.0.0.9:6379",
    ]);
    expect(written("text", "two\nlines")).toEqual(["warning: two\\nlines"]);
    expect(written("text", "odd", "thing")).toEqual(["error: odd: 'thing'"]);
  });

  test("goes to the logger of the access log where there is one", () => {
    const warn = vi.fn();
    const logger = { warn, error: vi.fn(), info: vi.fn(), debug: vi.fn() };
    reportTo(operatorLog({ logger }))("one thing");
    expect(JSON.parse(String(warn.mock.calls[0]![0]))).toMatchObject({ level: "warn", msg: "one thing" });
  });

  test("keeps what a refusal says", () => {
    expect(written("text", "no", new HttpError(500, "So it is"))[0]).toContain("So it is");
  });
});
