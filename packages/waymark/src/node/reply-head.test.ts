import { expect, it } from "vitest";
import { readReplyHead } from "./reply-head.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

it("reads status and fields, each line of its own, without what belongs to the connection", () => {
  const text =
    "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\nX-Latin: \xe9\r\n\r\nbody";
  const { head, rest } = readReplyHead(bytes(text))!;
  expect(head).toEqual({
    status: 201,
    contentType: "text/plain",
    headers: { "set-cookie": ["a=1", "b=2"], "x-latin": ["\xe9"] },
  });
  expect(rest.toString()).toBe("body");
});

it("waits for all of it, and passes over interim heads", () => {
  expect(readReplyHead(bytes("HTTP/1.1 200 OK\r\nA: 1\r\n"))).toBeUndefined();
  expect(readReplyHead(bytes("HTTP/1.1 100 Continue\r\n\r\n"))).toBeUndefined();
  const both = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
  expect(readReplyHead(bytes(both))!.head).toEqual({ status: 204, contentType: null, headers: {} });
});

it("takes no field name for something else, and no change of protocol", () => {
  const { headers } = readReplyHead(bytes("HTTP/1.1 200 OK\r\n__proto__: x\r\n\r\n"))!.head;
  expect(Object.keys(headers)).toEqual(["__proto__"]);
  expect(() => readReplyHead(bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n"))).toThrow(
    "cannot change the protocol",
  );
});
