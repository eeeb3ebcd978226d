import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { writeRequestHead } from "./request-head.ts";

const HOST: [string, string] = ["Host", "a.example:8080"];

it("writes a head", () => {
  const fields: [string, string][] = [HOST, ["X-A", "b"], ["Content-Length", "5"], ["X-Empty", ""]];
  expect(writeRequestHead("POST", "/a?b=c", fields)).toBe(
    "POST /a?b=c HTTP/1.1\r\nHost: a.example:8080\r\nX-A: b\r\nContent-Length: 5\r\nX-Empty: \r\n\r\n",
  );
  for (const target of ["*", "/", "//a", "http://a.example/b", "/%00", "/a|b"])
    expect(writeRequestHead("OPTIONS", target, [["host", ""]])).toContain(` ${target} HTTP`);
});

it.each(["", "G T", "GET\r\n", "GET\0", "G\xcaT", "CONNECT", "GET:"])("refuses the method %j", (method) => {
  expect(() => writeRequestHead(method, "/", [HOST])).toThrow(TypeError);
});

it.each([
  "",
  "a",
  "/a b",
  "/a\r\nX: y",
  "/\n",
  "/\0",
  "/\x7f",
  "/\xe9",
  "/a#b",
  "**",
  "http://",
  "ftp://a/",
  "a:80",
  "/\u{10A}",
])("refuses the target %j", (target) => {
  expect(() => writeRequestHead("GET", target, [HOST])).toThrow(TypeError);
});

it.each([
  ["no host", []],
  ["two hosts", [HOST, HOST]],
  ["a host with a path", [["Host", "a/b"]]],
  ["a host with a space", [["Host", "a b"]]],
  ["a name that is no token", [HOST, ["X Y", "z"]]],
  ["an empty name", [HOST, ["", "z"]]],
  ["a colon in a name", [HOST, ["X:", "z"]]],
  ["a line end in a name", [HOST, ["X\r\nY", "z"]]],
  ["a line end in a value", [HOST, ["X", "a\r\nY: b"]]],
  ["a CR in a value", [HOST, ["X", "a\rb"]]],
  ["NUL in a value", [HOST, ["X", "a\0"]]],
  ["a character that becomes another one", [HOST, ["X", "\u{10A}\u{10D}"]]],
  ["two lengths", [HOST, ["Content-Length", "5"], ["content-length", "5"]]],
  ["a length and chunks", [HOST, ["Content-Length", "5"], ["Transfer-Encoding", "chunked"]]],
  ["chunks twice", [HOST, ["Transfer-Encoding", "chunked"], ["Transfer-Encoding", "chunked"]]],
  ["a length that is none", [HOST, ["Content-Length", "+5"]]],
  ["another coding", [HOST, ["Transfer-Encoding", "gzip, chunked"]]],
] as [string, [string, string][]][])("refuses %s", (_, fields) => {
  expect(() => writeRequestHead("GET", "/", fields)).toThrow(TypeError);
});

/** A connection in memory. */
class Line extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, callback: () => void): void {
    callback();
  }
  setTimeout(): this {
    return this;
  }
}

/** What Node's strict parser makes of `text`: requests in turn, or why it refuses. */
function readByNode(text: string): Promise<IncomingMessage[] | Error> {
  return new Promise((resolve) => {
    const requests: IncomingMessage[] = [];
    const server = createServer(
      { insecureHTTPParser: false },
      (request) => void requests.push(request.resume()),
    );
    server.on("clientError", (error) => resolve(error));
    // Behind the head another request is complete: nothing of the head can have swallowed it.
    server.on("request", () => requests.length === 2 && resolve(requests));
    const line = new Line();
    server.emit("connection", line as unknown as Socket);
    line.push(Buffer.from(`${text}GET /sentinel HTTP/1.1\r\nHost: z\r\n\r\n`, "latin1"));
    setTimeout(() => resolve(new Error("nothing was read")), 2000).unref();
  });
}

/** Mostly what is allowed, with what is dangerous among it. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...Array.from("abcXYZ019-_/?=&%.,;")) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "\r",
        "\n",
        "\r\n",
        "\0",
        " ",
        "\t",
        ":",
        "\x7f",
        "\xe9",
        "\u{10A}",
        "\v",
        "#",
      ),
    },
  ),
  maxLength: 12,
});
const name = fc.oneof(
  fc.constantFrom(
    "X-A",
    "accept",
    "Cookie",
    "Connection",
    "Content-Length",
    "Transfer-Encoding",
    "Host",
    "Expect",
    "Keep-Alive",
    "TE",
  ),
  text,
);
const value = fc.oneof(fc.constantFrom("0", "close", "keep-alive", "chunked", "b"), text);

it("what it writes Node reads as the same", { timeout: 180_000 }, async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD"),
      fc.oneof(
        text.map((path) => `/${path}`),
        text,
      ),
      fc.array(fc.tuple(name, value), { maxLength: 6 }),
      async (method, target, others) => {
        const fields: [string, string][] = [HOST, ...others];
        let head: string;
        try {
          head = writeRequestHead(method, target, fields);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        // It says that it has a body, or that the connection ends: the sentinel would not be read, and that is right.
        if (
          /\r\n(?:content-length: *0*[1-9]|transfer-encoding|expect|connection: *close|upgrade)/i.test(head)
        )
          return;
        written++;
        const read = await readByNode(head);
        if (read instanceof Error) expect.fail(`${read.message}: ${JSON.stringify(head)}`);
        expect(read[0]).toMatchObject({ method, url: target, httpVersion: "1.1" });
        const { rawHeaders } = read[0]!;
        const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, i) => [
          rawHeaders[2 * i],
          rawHeaders[2 * i + 1],
        ]);
        expect(pairs).toEqual(fields.map(([key, own]) => [key, own.replace(/^[ \t]+|[ \t]+$/g, "")]));
        expect(read[1]!.url).toBe("/sentinel");
      },
    ),
    { numRuns: 3000 },
  );
  // About one in ten is written: the rest was to be refused, or says that it has a body.
  expect(written).toBeGreaterThan(150);
});
