import { expect, it } from "vitest";
import { FieldLines, MALFORMED } from "./field-lines.ts";
import { ResponseBody } from "./response-body.ts";
import { ResponseHead } from "./response-head.ts";

const body = new ResponseBody(new FieldLines(10), 1000);

/** Whether the connection can be used again, after a head with `lines`. */
function begin(status: string, lines: readonly string[], isHead = false): boolean {
  const head = new ResponseHead(1000, 10);
  const bytes = Buffer.from(`HTTP/1.1 ${status}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`);
  expect(head.read(bytes, 0, bytes.length)).toBe(bytes.length);
  return body.begin(head, isHead);
}

const CHUNKED = "Transfer-Encoding: chunked";

it.each([
  ["200 OK", ["Content-Length: 0"], false, true],
  ["200 OK", ["Content-Length: 5"], true, true],
  ["200 OK", [CHUNKED], true, true],
  ["200 OK", [], true, true],
  ["304 Not Modified", ["Content-Length: 5"], false, true],
  ["304 Not Modified", [CHUNKED], false, true],
  ["204 No Content", [], false, true],
  ["204 No Content", ["Content-Length: 0"], false, true],
  ["204 No Content", ["Content-Length: 5"], false, false],
  ["204 No Content", [CHUNKED], false, false],
])("has nothing behind %j %j, HEAD: %j", (status, lines, isHead, isReusable) => {
  expect(begin(status, lines, isHead)).toBe(isReusable);
  expect(body).toMatchObject({ isDone: true, endsWithConnection: false, trailers: undefined });
  expect(body.isWithin(0)).toBe(true);
});

it("reads to a length", () => {
  expect(begin("200 OK", ["Content-Length: 5"])).toBe(true);
  expect([body.isWithin(4), body.isWithin(5), body.isWithin(6)]).toEqual([false, true, true]);
  const bytes = Buffer.from("..hello, more");
  expect(body.read(bytes, 2, 5)).toBe(5);
  expect(String(body.taken(bytes, undefined))).toBe("hel");
  expect(body.isDone).toBe(false);
  expect(body.read(bytes, 5, bytes.length)).toBe(7);
  expect(String(body.taken(bytes, undefined))).toBe("lo");
  expect(body.isDone).toBe(true);
  expect(body.read(bytes, 7, 7)).toBe(7);
  expect(body.taken(bytes, undefined)).toBeUndefined();
});

it("joins chunks", () => {
  expect(begin("200 OK", [CHUNKED])).toBe(true);
  expect(body.isWithin(1000)).toBe(false);
  const bytes = Buffer.from("2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\nmore");
  expect(body.read(bytes, 0, bytes.length)).toBe(bytes.length - 4);
  expect(String(body.taken(bytes, undefined))).toBe("hello");
  expect(body.isDone).toBe(true);
  expect(body.trailers?.entries()).toEqual([["x", "y"]]);
});

it("refuses bad chunks", () => {
  begin("200 OK", [CHUNKED]);
  expect(body.read(Buffer.from("x"), 0, 1)).toBe(1);
  expect(body.read(Buffer.from("\r\n"), 0, 2)).toBe(MALFORMED);
  expect(body.reason).toMatch(/size of a chunk/);
});

it("reads until the connection closes when nothing else is said", () => {
  expect(begin("200 OK", [])).toBe(false);
  const bytes = Buffer.from("hello");
  expect(body.read(bytes, 0, 5)).toBe(5);
  expect(body).toMatchObject({ isDone: false, endsWithConnection: true });
  expect(body.isWithin(1000)).toBe(false);
});
