import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INCOMPLETE } from "./fields.ts";
import { type HeadLimits, NOT_HTTP, RequestReader } from "./head.ts";

const LIMITS: HeadLimits = { url: 60, headers: 400, headerFields: 10 };
const HOST = "Host: a.example\r\n";

function read(text: string, limits: HeadLimits = LIMITS): { verdict: number; reader: RequestReader } {
  const reader = new RequestReader(limits);
  return { verdict: reader.read(Buffer.from(text, "latin1"), 0), reader };
}
const verdictOf = (text: string, limits?: HeadLimits): number => read(text, limits).verdict;

describe("a plain request", () => {
  it("is read to its last byte, and what follows is left alone", () => {
    const head = `POST /a/b?c=d?e HTTP/1.1\r\n${HOST}Content-Length:  12 \r\nConnection: Close\r\n\r\n`;
    const { verdict, reader } = read(`${head}GET /`);
    expect(verdict).toBe(head.length);
    expect(reader.rare).toBe(false);
    expect(reader.method).toBe("POST");
    expect(head.slice(reader.targetStart, reader.targetEnd)).toBe("/a/b?c=d?e");
    expect(head.slice(reader.queryMark)).toMatch(/^\?c=d/);
    expect(head.slice(reader.fieldsStart, reader.fields.fieldsEnd)).toBe(
      `${HOST}Content-Length:  12 \r\nConnection: Close\r\n`,
    );
    expect(reader.fields.contentLength).toBe(12);
    expect(reader.closes).toBe(true);
  });

  it("leaves nothing behind for the next one", () => {
    const reader = new RequestReader(LIMITS);
    const first = Buffer.from(
      `POST /?q HTTP/1.0\r\n${HOST}Content-Length: 5\r\nConnection: close\r\nUpgrade: x\r\n\r\n`,
    );
    const second = Buffer.from(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    reader.read(first, 0);
    expect(reader.read(second, 0)).toBe(second.length);
    expect([reader.method, reader.queryMark, reader.rare, reader.closes]).toEqual(["GET", -1, false, false]);
    expect([reader.fields.contentLength, reader.fields.count]).toEqual([-1, 1]);
  });

  it.each(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"])("may be %s", (method) => {
    const { verdict, reader } = read(`${method} / HTTP/1.1\r\n${HOST}\r\n`);
    expect([verdict > 0, reader.rare, reader.method]).toEqual([true, false, method]);
  });

  it("may have one empty line before it", () => {
    expect(verdictOf(`\r\nGET / HTTP/1.1\r\n${HOST}\r\n`)).toBeGreaterThan(0);
    expect(verdictOf(`\r\n\r\nGET / HTTP/1.1\r\n${HOST}\r\n`)).toBe(-400);
  });

  it.each(["a", "a.example:8080", "127.0.0.1:80", "[::1]:8080", "a_b", "A.EXAMPLE", "a:"])(
    "may have the host %s",
    (host) => {
      expect(verdictOf(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toBeGreaterThan(0);
    },
  );
});

describe("a rare request is well-formed, but not for the fast lane", () => {
  it.each([
    ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"],
    ["a transfer coding", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: Chunked\r\n\r\n`],
    ["an upgrade", `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ["an upgrade that Connection does not name", `GET / HTTP/1.1\r\n${HOST}Upgrade: h2c\r\n\r\n`],
    ["an expectation", `POST / HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`],
    ["an unusual Connection", `GET / HTTP/1.1\r\n${HOST}Connection: keep-alive, x\r\n\r\n`],
    [
      "two Connection lines",
      `GET / HTTP/1.1\r\n${HOST}Connection: keep-alive\r\nConnection: keep-alive\r\n\r\n`,
    ],
    ["Proxy-Connection", `GET / HTTP/1.1\r\n${HOST}Proxy-Connection: close\r\n\r\n`],
    ["another method", `BREW / HTTP/1.1\r\n${HOST}\r\n`],
    ["a method in lower case", `get / HTTP/1.1\r\n${HOST}\r\n`],
    ["an absolute target", `GET http://a.example/ HTTP/1.1\r\n${HOST}\r\n`],
    ["an asterisk", `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`],
    ["a fragment", `GET /a#b HTTP/1.1\r\n${HOST}\r\n`],
    ["a backslash", `GET /a\\b HTTP/1.1\r\n${HOST}\r\n`],
    ["raw bytes beyond ASCII", `GET /\xe9 HTTP/1.1\r\n${HOST}\r\n`],
  ])("%s", (_, head) => {
    const { verdict, reader } = read(head);
    expect([verdict, reader.rare]).toEqual([head.length, true]);
  });
});

describe("a malformed request is refused", () => {
  it.each([
    ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400],
    ["two Hosts", `GET / HTTP/1.1\r\n${HOST}HOST: b\r\n\r\n`, 400],
    ["the same Host twice", `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
    ["a Host with userinfo", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400],
    ["a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
    ["a numeric Host that is no address", "GET / HTTP/1.1\r\nHost: 1.2.3.999\r\n\r\n", 400],
    ["a port that is none", "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", 400],
    ["a space before the colon", `GET / HTTP/1.1\r\n${HOST}X : 1\r\n\r\n`, 400],
    ["no name", `GET / HTTP/1.1\r\n${HOST}: 1\r\n\r\n`, 400],
    ["no colon", `GET / HTTP/1.1\r\n${HOST}X\r\n\r\n`, 400],
    ["a folded line", `GET / HTTP/1.1\r\n${HOST}X: 1\r\n 2\r\n\r\n`, 400],
    ["a folded first line", `GET / HTTP/1.1\r\n X: 1\r\n${HOST}\r\n`, 400],
    ["a bare LF", `GET / HTTP/1.1\r\n${HOST}X: 1\nY: 2\r\n\r\n`, 400],
    ["a bare CR", `GET / HTTP/1.1\r\n${HOST}X: 1\rY: 2\r\n\r\n`, 400],
    ["NUL in a value", `GET / HTTP/1.1\r\n${HOST}X: \0\r\n\r\n`, 400],
    ["DEL in a value", `GET / HTTP/1.1\r\n${HOST}X: \x7f\r\n\r\n`, 400],
    ["the end without LF", `GET / HTTP/1.1\r\n${HOST}\r\r\n`, 400],
    ["a request line that ends with LF", `GET / HTTP/1.1\n${HOST}\r\n`, 400],
    ["HTTP/0.9", "GET /\r\n\r\n", 400],
    ["a control character in the target", `GET /\x01 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ["a tab in the target", `GET /\ta HTTP/1.1\r\n${HOST}\r\n`, 400],
    ["no target", `GET  HTTP/1.1\r\n${HOST}\r\n`, 400],
    ["two spaces", `GET /  HTTP/1.1\r\n${HOST}\r\n`, 400],
    ["another version", `GET / HTTP/2.0\r\n${HOST}\r\n`, 505],
    ["lower-case http", `GET / http/1.1\r\n${HOST}\r\n`, 400],
    ["two lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`, 400],
    ["an empty length", `POST / HTTP/1.1\r\n${HOST}Content-Length: \r\n\r\n`, 400],
    ["a signed length", `POST / HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\n`, 400],
    ["a list of lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 1, 1\r\n\r\n`, 400],
    ["a length beyond all bounds", `POST / HTTP/1.1\r\n${HOST}Content-Length: 9007199254740993\r\n\r\n`, 400],
    [
      "a length and a coding",
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    [
      "two codings",
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
    ],
    ["another coding", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
  ])("%s", (_, head, status) => {
    expect(verdictOf(head)).toBe(-status);
  });

  it("and another protocol of the same lines gets no answer", () => {
    expect(verdictOf("OPTIONS /media RTSP/1.0\r\nCSeq: 1\r\n\r\n")).toBe(NOT_HTTP);
  });

  it.each([
    "\x16\x03\x01\x00",
    "SSH-2.0-OpenSSH\r",
    "\nGET / ",
    "GET /a\x01",
    "GET / HTTP/1.1\r\nX \r",
    "GET / HTTP/1.1\r\nA\n",
  ])("before its end has come, when nothing can mend it: %j", (beginning) => {
    expect(verdictOf(beginning)).toBe(-400);
  });
});

describe("limits hold to the byte", () => {
  const url = (size: number): string => `GET /${"a".repeat(size - 1)} HTTP/1.1\r\n${HOST}\r\n`;
  const fields = (size: number): string =>
    `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(size - HOST.length - 5)}\r\n\r\n`;
  const count = (size: number): string => `GET / HTTP/1.1\r\n${HOST}${"X: 1\r\n".repeat(size - 1)}\r\n`;

  it.each([
    ["target", url, LIMITS.url, -414],
    ["bytes of fields", fields, LIMITS.headers, -431],
    ["number of fields", count, LIMITS.headerFields, -431],
  ])("%s", (_, make, limit, status) => {
    expect([limit - 1, limit, limit + 1].map((size) => Math.min(verdictOf(make(size)), 1))).toEqual([
      1,
      1,
      status,
    ]);
  });

  it("also while the end has not come", () => {
    expect(verdictOf(url(LIMITS.url).slice(0, LIMITS.url + 4))).toBe(INCOMPLETE);
    expect(verdictOf(`GET /${"a".repeat(LIMITS.url)}`)).toBe(-414);
    const start = `GET / HTTP/1.1\r\n${HOST}X: `;
    const left = LIMITS.headers - HOST.length - 3;
    expect(verdictOf(start + "a".repeat(left))).toBe(INCOMPLETE);
    expect(verdictOf(start + "a".repeat(left + 2))).toBe(-431);
    expect(verdictOf("A".repeat(LIMITS.url + 1))).toBe(-400);
  });
});

describe("a head in pieces", () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
  const value = fc.stringMatching(/^[ \t!-~\x80-\xff]{0,20}$/);
  const line = fc.tuple(token, value).map(([name, text]) => `X-${name}:${text}\r\n`);
  const target = fc.stringMatching(/^\/[a-z0-9%|[\]"/]{0,20}(?:\?[a-z=&]{0,10})?$/);
  const head = fc
    .tuple(target, fc.array(line, { maxLength: 4 }))
    .map(([path, lines]) => `GET ${path} HTTP/1.1\r\n${HOST}${lines.join("")}\r\n`);

  it("is incomplete at every byte but the last", () => {
    fc.assert(
      fc.property(head, (text) => {
        for (let size = 0; size < text.length; size++)
          expect(verdictOf(text.slice(0, size))).toBe(INCOMPLETE);
        expect(verdictOf(text)).toBe(text.length);
      }),
      { numRuns: 50 },
    );
  });
});
