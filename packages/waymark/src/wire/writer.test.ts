import { afterEach, describe, expect, it, vi } from "vitest";
import { CHUNKED, HeadWriter, ownFields, UNSIZED } from "./writer.ts";

afterEach(() => vi.useRealTimers());

function at(time: string): HeadWriter {
  vi.useFakeTimers({ now: new Date(time) });
  return new HeadWriter(65);
}

describe("the head of a plain reply", () => {
  it("has status, type, date, connection and length", () => {
    expect(at("2026-01-02T03:04:05Z").plain(200, "text/plain", 5)).toBe(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n" +
        "Connection: keep-alive\r\nKeep-Alive: timeout=65\r\nContent-Length: 5\r\n\r\n",
    );
  });

  it("is not mixed up between statuses and types", () => {
    const heads = at("2026-01-02T03:04:05Z");
    const once = [
      heads.plain(200, "a/b", 1),
      heads.plain(404, "a/b", 1),
      heads.plain(200, null, 1),
      heads.plain(200, "c/d", 1),
    ];
    expect([
      heads.plain(200, "a/b", 1),
      heads.plain(404, "a/b", 1),
      heads.plain(200, null, 1),
      heads.plain(200, "c/d", 1),
    ]).toEqual(once);
    expect(new Set(once).size).toBe(4);
    expect(once[2]).not.toContain("Content-Type");
  });

  it("tells the new time once the clock was read again", () => {
    const heads = at("2026-01-02T03:04:05Z");
    heads.plain(200, null, 1);
    vi.setSystemTime(new Date("2026-01-02T03:04:06Z"));
    expect(heads.plain(200, null, 1)).toContain("03:04:05");
    heads.refresh();
    expect(heads.plain(200, null, 1)).toContain("03:04:06");
  });

  it("stays right when more types were used than are kept", () => {
    const heads = at("2026-01-02T03:04:05Z");
    for (let i = 0; i < 1000; i++)
      expect(heads.plain(200, `a/${i}`, 1)).toContain(`Content-Type: a/${i}\r\n`);
  });
});

it("a content type that would split the head is refused", () => {
  const heads = new HeadWriter(0);
  expect(() => heads.plain(200, "a\r\nX: y", 1)).toThrow(TypeError);
  expect(() => heads.head(200, "a\nb", 1, undefined, true)).toThrow(TypeError);
});

it("any other head says what ends the body, and whether the connection goes on", () => {
  const heads = new HeadWriter(0);
  expect(heads.head(200, null, CHUNKED, undefined, false)).toMatch(
    /Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n$/,
  );
  expect(heads.head(204, null, UNSIZED, undefined, true)).toMatch(
    /Date: [^\r]*\r\nConnection: close\r\n\r\n$/,
  );
  expect(heads.head(299, null, 0, undefined, true)).toMatch(/^HTTP\/1\.1 299 \S/);
});

describe("an application's own fields", () => {
  it("lose what belongs to the connection", () => {
    const own = ownFields([
      "x",
      "1",
      "transfer-encoding",
      "gzip",
      "keep-alive",
      "9",
      "upgrade",
      "h2c",
      "content-length",
      "12",
      "y",
      "2",
    ]);
    expect(own).toEqual({ lines: "x: 1\r\ny: 2\r\n", closes: false, length: 12, hasDate: false });
  });

  it("may close the connection", () => {
    expect(ownFields(["connection", "keep-alive, Close"]).closes).toBe(true);
    expect(ownFields(["connection", "disclose"]).closes).toBe(false);
  });

  it("may have a date of their own", () => {
    const own = ownFields(["date", "yesterday"]);
    expect(new HeadWriter(0).head(200, null, 0, own, false).match(/date:[^\r]*/gi)).toEqual([
      "date: yesterday",
    ]);
  });

  it("with a length that is none have none", () => {
    expect(ownFields(["content-length", "1e3"]).length).toBe(-1);
  });
});
