import { expect, it } from "vitest";
import { INCOMPLETE, MALFORMED, TOO_LARGE } from "./field-lines.ts";
import { ResponseHead } from "./response-head.ts";

function read(text: string, most = 65_536): { head: ResponseHead; end: number } {
  const head = new ResponseHead(most, 100);
  const bytes = Buffer.from(`..${text}behind`, "latin1");
  return { head, end: head.read(bytes, 2, 2 + text.length) };
}

it.each([
  ["HTTP/1.1 200 OK", 200, 1, "OK"],
  ["HTTP/1.0 404 Not Found at all", 404, 0, "Not Found at all"],
  ["HTTP/1.1 599 ", 599, 1, ""],
  ["HTTP/1.1 100", 100, 1, ""],
  ["HTTP/1.1 200 \xe9\t!", 200, 1, "\xe9\t!"],
])("reads %j", (line, status, minor, phrase) => {
  const text = `${line}\r\nA: b\r\n\r\n`;
  const { head, end } = read(text);
  expect(end).toBe(2 + text.length);
  expect(head).toMatchObject({ status, minor, phrase });
  expect(head.fields.get("a")).toBe("b");
});

it("reads a head without fields", () => {
  expect(read("HTTP/1.1 200 OK\r\n\r\n").end).toBe(2 + 19);
});

it("waits for the rest, wherever it is cut", () => {
  const text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  for (let size = 0; size < text.length; size++) expect(read(text.slice(0, size)).end).toBe(INCOMPLETE);
});

it.each([
  "HTTP/1.1 099 X",
  "HTTP/1.1 600 X",
  "HTTP/1.1 2000",
  "HTTP/1.1  200 OK",
  "HTTP/1.1\t200 OK",
  "HTTP/1.1 20 OK",
  "HTTP/1.1 +20 OK",
  "HTTP/1.1 200OK",
  "HTTP/1.1 200\tOK",
  "HTTP/1.1 200 O\x00K",
  "HTTP/1.1 200 O\rK",
  "HTTP/1.1 200 O\x7f",
  "HTTP/1.2 200 OK",
  "HTTP/2.0 200 OK",
  "HTTP/0.9 200 OK",
  "HTTP/11 200 OK ",
  "HTTP/1.10 200 OK",
  "http/1.1 200 OK",
  " HTTP/1.1 200 OK",
  "HTTPS/1.1 200 OK",
  "ICY 200 OK      ",
])("refuses %j", (line) => {
  const { head, end } = read(`${line}\r\n\r\n`);
  expect(end).toBe(MALFORMED);
  expect(head.reason).not.toBe("");
});

it("refuses at the first byte that cannot be", () => {
  expect(read("HTTX").end).toBe(MALFORMED);
  expect(read("\n").end).toBe(MALFORMED);
});

it("refuses framing that says two things", () => {
  const both = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect(read(both).end).toBe(MALFORMED);
  expect(read("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").end).toBe(MALFORMED);
});

it("counts the status line as part of the head", () => {
  const text = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
  expect(read(text, text.length - 2).end).toBeGreaterThan(0);
  expect(read(text, text.length - 3).end).toBe(TOO_LARGE);
  expect(read(`HTTP/1.1 200 ${"x".repeat(100)}`, 50).end).toBe(TOO_LARGE);
});

it.each([
  ["HTTP/1.1 200 OK\r\n\r\n", true],
  ["HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", false],
  ["HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", true],
])("knows whether the connection stays: %j", (text, isPersistent) => {
  expect(read(text).head.isPersistent).toBe(isPersistent);
});
