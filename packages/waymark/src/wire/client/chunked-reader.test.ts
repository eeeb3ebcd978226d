import fc from "fast-check";
import { expect, it } from "vitest";
import { CHUNK_END, chunkStart, LAST_CHUNK, lastChunk } from "./chunk-frames.ts";
import { ChunkedReader } from "./chunked-reader.ts";
import { FieldLines } from "./field-lines.ts";

interface Reading {
  body: string;
  /** Bytes behind the body; -1 when it is refused. */
  behind: number;
  isDone: boolean;
  trailers: [string, string][];
}

/** Reads `text` in pieces that end at `cuts`. */
function read(text: string, cuts: readonly number[] = []): Reading {
  const trailers = new FieldLines(20);
  const reader = new ChunkedReader(trailers, 1000);
  const ends = [...new Set([...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
  let body = "";
  let start = 0;
  for (const end of ends) {
    const bytes = Buffer.from(`#${text.slice(start, end)}#`, "latin1");
    const size = bytes.length - 1;
    const at = reader.read(bytes, 1, size);
    if (at < 0) {
      expect(reader.reason).not.toBe("");
      return { body, behind: -1, isDone: false, trailers: [] };
    }
    for (let i = 0; i < reader.pieces.length; i += 2)
      body += bytes.toString("latin1", reader.pieces[i], reader.pieces[i + 1]);
    if (reader.isDone)
      return { body, behind: text.length - (start + at - 1), isDone: true, trailers: trailers.entries() };
    expect(at).toBe(size);
    start = end;
  }
  return { body, behind: 0, isDone: false, trailers: [] };
}

const everyCut = (text: string): number[] => Array.from(text, (_, i) => i);

it.each([
  ["0\r\n\r\n", "", []],
  ["5\r\nhello\r\n0\r\n\r\n", "hello", []],
  ["5\r\nhello\r\n06\r\n world\r\n000\r\n\r\n", "hello world", []],
  [
    "A\r\n0123456789\r\n0\r\nX: y\r\nZ:\r\n\r\n",
    "0123456789",
    [
      ["x", "y"],
      ["z", ""],
    ],
  ],
  ['1;a;b=c;d="e \\" f"\r\nx\r\n0;last\r\n\r\n', "x", []],
])("reads %j, wherever it is cut", (text, body, trailers) => {
  const whole = { body, behind: 0, isDone: true, trailers };
  expect(read(text)).toEqual(whole);
  expect(read(text, everyCut(text))).toEqual(whole);
  for (const cut of everyCut(text)) {
    expect(read(text, [cut])).toEqual(whole);
    expect(read(text.slice(0, cut)).isDone).toBe(false);
  }
  expect(read(`${text}HTTP`)).toEqual({ ...whole, behind: 4 });
});

it.each([
  "\r\n",
  "g\r\n",
  "-1\r\n",
  "+1\r\nx\r\n",
  "0x1\r\n",
  " 1\r\nx\r\n",
  "1 \r\nx\r\n",
  "1\t\r\nx\r\n",
  "1\nx\n0\n\n",
  "1\r\nxy\r\n",
  "2\r\nx\r\n0\r\n\r\n",
  "1\r\nx\n",
  "1\r\nx\r\r",
  "1;\r\nx\r\n",
  "1;a=\r\nx\r\n",
  "1; a\r\nx\r\n",
  "1;a b\r\nx\r\n",
  '1;a="b\r\nx\r\n',
  "1;a=\x01\r\nx\r\n",
  "1;a\rb\r\nx\r\n",
  "1000000000000\r\n",
  `${"0".repeat(13)}1\r\nx\r\n`,
  `1;${"a".repeat(1100)}\r\n`,
  `1;${"a".repeat(1100)}`,
  "0\r\nA b: c\r\n\r\n",
  "0\r\nA: b\n\r\n",
  "0\r\n A: b\r\n\r\n",
  "0\r\nContent-Length: 1\r\n\r\n",
  "0\r\nTransfer-Encoding: chunked\r\n\r\n",
  `0\r\nA: ${"b".repeat(1100)}\r\n\r\n`,
  `0\r\nA: ${"b".repeat(1100)}`,
])("refuses %j, wherever it is cut", (text) => {
  expect(read(text).behind).toBe(-1);
  expect(read(text, everyCut(text)).behind).toBe(-1);
});

it("reads what the writer writes, however it is cut", () => {
  const piece = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 });
  const trailer = fc.tuple(fc.constantFrom("X-A", "checksum"), fc.constantFrom("", "b", "c d"));
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(trailer, { maxLength: 3 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      (pieces, trailers, cuts) => {
        const chunks = pieces.map((bytes) => chunkStart(bytes.length) + bytes + CHUNK_END).join("");
        expect(read(chunks + lastChunk(trailers), cuts)).toEqual({
          body: pieces.join(""),
          behind: 0,
          isDone: true,
          trailers: trailers.map(([name, value]) => [name.toLowerCase(), value]),
        });
      },
    ),
  );
});

it("writes no chunk that ends the body, and no trailer that frames it", () => {
  expect(() => chunkStart(0)).toThrow(RangeError);
  expect(() => chunkStart(Number.NaN)).toThrow(RangeError);
  expect(lastChunk([])).toBe(LAST_CHUNK);
  for (const name of ["Content-Length", "host", "Set-Cookie", "a b", ""])
    expect(() => lastChunk([[name, "x"]])).toThrow(TypeError);
  expect(() => lastChunk([["x", "a\r\nb"]])).toThrow(TypeError);
});
