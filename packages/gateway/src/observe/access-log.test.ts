import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { accessLog, Lines } from "./access-log.ts";
import { finished } from "./finished.fixture.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function written(...all: Parameters<ReturnType<typeof accessLog>["over"]>[0][]): unknown[] {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  const { over } = accessLog();
  for (const each of all) over(each, undefined);
  vi.runAllTimers();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

describe("the access log", () => {
  test("is a line of JSON a request", () => {
    expect(
      written(finished(), finished({ status: 404, operation: null, target: undefined, attempts: 0 })),
    ).toEqual([
      {
        time: "2026-01-02T03:04:05.000Z",
        method: "GET",
        path: "/orders/1",
        status: 200,
        host: "shop.test",
        service: "orders",
        operation: "orders:readOrder",
        ms: 12.346,
        upstreamMs: 10.5,
        target: "http://10.0.0.1:8080",
        client: "192.0.2.7",
      },
      expect.not.objectContaining({ service: expect.anything(), target: expect.anything() }),
    ]);
  });

  test("tells attempts, failures, callers, aborts, and what policies add", () => {
    const [line] = written(
      finished({
        status: 503,
        attempts: 2,
        failure: "connect",
        principal: "consumer:mobile",
        isAborted: true,
        log: { plan: "gold" },
      }),
    );
    expect(line).toMatchObject({
      attempts: 2,
      failure: "connect",
      principal: "consumer:mobile",
      aborted: true,
      plan: "gold",
    });
  });

  test("tells bytes and the client's own name where it is told to", () => {
    const request = finished({ bytes: 17, userAgent: "curl/8\n", refused: "limit", reason: "ECONNREFUSED" });
    const lines = [{}, { bytes: true, userAgent: true }].map((options) => {
      const info = vi.fn();
      const watcher = accessLog({ ...options, logger: { info, warn: info, error: info, debug: info } });
      expect(watcher.readsUserAgent).toBe("userAgent" in options);
      watcher.over(
        { ...request, userAgent: watcher.readsUserAgent === true ? request.userAgent : undefined },
        undefined,
      );
      return JSON.parse(String(info.mock.calls[0]![0])) as object;
    });
    expect(lines[0]).toMatchObject({ refused: "limit", reason: "ECONNREFUSED" });
    expect(lines[0]).not.toHaveProperty("bytes");
    expect(lines[0]).not.toHaveProperty("userAgent");
    expect(lines[1]).toMatchObject({ bytes: 17, userAgent: "curl/8\\n" });
  });

  test("escapes what would end a line, or speak to a terminal", () => {
    const [line] = written(finished({ path: "/\u001b[31m\n", host: "a\r\nb" }));
    expect(JSON.stringify(line)).not.toMatch(/[^\u0020-\u007e]/);
    expect(line).toMatchObject({ path: "/\\u001b[31m\\n" });
  });

  test("goes to pino by its levels", () => {
    const lines: { level: number; status: number; msg: string }[] = [];
    const logger = pino({}, { write: (line) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
    const { over } = accessLog({ logger });
    over(finished(), undefined);
    over(finished({ status: 502 }), undefined);
    over(finished({ status: 499, isAborted: true }), undefined);
    expect(lines.map(({ level, status, msg }) => [level, status, msg])).toEqual([
      [30, 200, "GET /orders/1 200"],
      [50, 502, "GET /orders/1 502"],
      [40, 499, "GET /orders/1 499"],
    ]);
  });
});

describe("lines", () => {
  test("are written together", () => {
    const writes: string[] = [];
    const lines = new Lines((text, done) => {
      writes.push(text);
      done();
    });
    lines.add("a");
    lines.add("b");
    vi.runAllTimers();
    lines.add("c");
    vi.runAllTimers();
    expect(writes).toEqual(["a\nb\n", "c\n"]);
  });

  test("an output that stands still costs lines, and says so, but never memory without end", () => {
    let taken = 0;
    let release = (): void => {};
    let last = "";
    const lines = new Lines((text, done) => {
      taken += text.length;
      last = text;
      release = done;
    });
    const line = "x".repeat(1024);
    for (let i = 0; i < 20_000; i++) {
      lines.add(line);
      if (i % 1000 === 0) vi.runAllTimers();
    }
    vi.runAllTimers();
    expect(taken).toBeLessThan(9 * 1024 * 1024);
    release();
    lines.add("again");
    vi.runAllTimers();
    expect(last).toMatch(/"dropped":\d+/);
  });
});
