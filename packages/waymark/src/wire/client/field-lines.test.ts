import fc from "fast-check";
import { expect, it } from "vitest";
import * as kinds from "./field-kinds.ts";
import { FieldLines, INCOMPLETE, MALFORMED, TOO_LARGE } from "./field-lines.ts";

function read(text: string, most = 65_536, maxCount = 100): { fields: FieldLines; end: number } {
  const fields = new FieldLines(maxCount);
  const bytes = Buffer.from(`skipped${text}behind`, "latin1");
  return { fields, end: fields.read(bytes, 7, 7 + text.length, most) };
}

it("gives names, values and kinds", () => {
  const text = "Date: today\r\nX-A:b\r\nServer:\t nginx \t\r\nEmpty:\r\nx-a: \xe9\r\n\r\n";
  const { fields, end } = read(text);
  expect(end).toBe(7 + text.length);
  expect(fields.entries()).toEqual([
    ["date", "today"],
    ["x-a", "b"],
    ["server", "nginx"],
    ["empty", ""],
    ["x-a", "\xe9"],
  ]);
  expect(fields.get("x-a")).toBe("b, \xe9");
  expect(fields.get("empty")).toBe("");
  expect(fields.get("x-b")).toBeUndefined();
  expect(Array.from({ length: 5 }, (_, i) => fields.kindAt(i))).toEqual([kinds.DATE, 0, kinds.SERVER, 0, 0]);
  expect(fields.kinds).toBe(kinds.DATE | kinds.SERVER);
});

it("knows every field that has a rule, in any case", () => {
  const known: Record<string, number> = {
    "Keep-Alive": kinds.KEEP_ALIVE,
    "PROXY-CONNECTION": kinds.PROXY,
    "Proxy-Authenticate": kinds.PROXY,
    "proxy-authorization": kinds.PROXY,
    "Proxy-Authentication-Info": kinds.PROXY,
    TE: kinds.TE,
    Trailer: kinds.TRAILER,
    "transfer-Encoding": kinds.TRANSFER_ENCODING,
    Upgrade: kinds.UPGRADE,
    "Content-Type": kinds.CONTENT_TYPE,
    "Proxy-Status": 0,
    "Proxy-Authenticatf": 0,
    [`X-${"y".repeat(40)}`]: 0,
  };
  for (const [name, kind] of Object.entries(known))
    expect(read(`${name}: chunked\r\n\r\n`).fields.kindAt(0)).toBe(kind);
});

it("copies what a forwarder passes on, byte for byte", () => {
  const text =
    "Connection: keep-alive, X-Mine\r\nA:1\r\nB:  2 \r\nKeep-Alive: timeout=5\r\nx-mine: secret\r\nC: 3\r\nTransfer-Encoding: chunked\r\n\r\n";
  const { fields } = read(text);
  expect(fields.copy()).toBe("A:1\r\nB:  2 \r\nC: 3\r\n");
  expect(fields.copy(0)).toBe(text.slice(0, -2));
  expect(fields.copy(kinds.NOMINATED)).toBe(text.slice(0, -2).replace("x-mine: secret\r\n", ""));
  expect(read("A: 1\r\nB: 2\r\n\r\n").fields.copy()).toBe("A: 1\r\nB: 2\r\n");
  expect(read("\r\n").fields.copy()).toBe("");
  expect(read("TE: a\r\n\r\n").fields.copy()).toBe("");
});

it("a Connection field names any field, in any of its lines", () => {
  for (const name of ["cookie", "x-user", "date", "content-type", "authorization"]) {
    const { fields } = read(
      `Connection: close\r\n${name}: 1\r\nA: 2\r\nConnection: other ,${name.toUpperCase()}\r\n\r\n`,
    );
    expect(fields.copy()).toBe("A: 2\r\n");
    expect(fields.closes).toBe(true);
  }
});

it("reads the length, and how long a connection is kept", () => {
  expect(read("Content-Length:\t 0042 \r\n\r\n").fields.contentLength).toBe(42);
  expect(read("A: 1\r\n\r\n").fields.contentLength).toBe(-1);
  expect(read("Keep-Alive: max=3, timeout=15\r\n\r\n").fields.keepAliveSeconds()).toBe(15);
  expect(read("Keep-Alive: Timeout=0\r\n\r\n").fields.keepAliveSeconds()).toBe(0);
  for (const value of ["", "timeout", "timeout=", "timeout=x", "timeout=-1", "max=5"])
    expect(read(`Keep-Alive: ${value}\r\n\r\n`).fields.keepAliveSeconds()).toBe(-1);
  expect(read("A: timeout=5\r\n\r\n").fields.keepAliveSeconds()).toBe(-1);
});

it("forgets the message before", () => {
  const fields = new FieldLines(10);
  const first = Buffer.from("Connection: close, keep-alive\r\nContent-Length: 5\r\nTE: x\r\n\r\n");
  const second = Buffer.from("A: b\r\n\r\n");
  fields.read(first, 0, first.length, 1000);
  expect(fields).toMatchObject({ closes: true, keepsAlive: true, contentLength: 5, count: 3 });
  fields.read(second, 0, second.length, 1000);
  expect(fields).toMatchObject({ closes: false, keepsAlive: false, contentLength: -1, count: 1, kinds: 0 });
});

it("waits for the rest, wherever it is cut", () => {
  const text = "Content-Length: 5\r\nConnection: a, b\r\nA: b\r\n\r\n";
  for (let size = 0; size < text.length; size++) expect(read(text.slice(0, size)).end).toBe(INCOMPLETE);
});

it("keeps to its limits", () => {
  const text = "A: b\r\nC: d\r\n\r\n";
  expect(read(text, 12, 2).end).toBeGreaterThan(0);
  expect(read(text, 11, 2).end).toBe(TOO_LARGE);
  expect(read(text, 12, 1).end).toBe(TOO_LARGE);
  expect(read(text.slice(0, 13), 11, 2).end).toBe(TOO_LARGE);
  expect(read("x".repeat(50), 11).end).toBe(TOO_LARGE);
  expect(read(`x: ${"y".repeat(50)}`, 11).end).toBe(TOO_LARGE);
});

it("takes no line that is not a field", () => {
  const line = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  const good = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
  fc.assert(
    fc.property(line, (text) => {
      fc.pre(text !== "" && !text.includes("\r\n"));
      const { fields, end } = read(`${text}\r\n\r\n`);
      if (end > 0) expect(text).toMatch(good);
      else expect(end === MALFORMED && fields.reason !== "").toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it("copies nothing that is dropped and loses nothing else", () => {
  const name = fc.constantFrom(
    "A",
    "b-c",
    "TE",
    "Upgrade",
    "Connection",
    "X-1",
    "Keep-Alive",
    "Date",
    "Trailer",
  );
  const value = fc.constantFrom("x", "", "x-1", "b-c, close", "a");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { maxLength: 12 }),
      fc.integer({ min: 0, max: 4095 }),
      (lines, drop) => {
        const { fields } = read(`${lines.map(([key, text]) => `${key}: ${text}\r\n`).join("")}\r\n`);
        const kept = lines.filter((_, i) => (fields.kindAt(i) & drop) === 0);
        expect(fields.copy(drop)).toBe(kept.map(([key, text]) => `${key}: ${text}\r\n`).join(""));
      },
    ),
  );
});
