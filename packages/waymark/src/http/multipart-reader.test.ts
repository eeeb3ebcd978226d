import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HttpError } from "./http-error.ts";
import { isBoundary, MultipartReader } from "./multipart-reader.ts";
import { cut, latin1, Pieces, readAll, textOf } from "./multipart.fixture.ts";

const two = "--b\r\na: 1\r\nb: 2\r\n\r\nfirst\r\n--b\r\nc: 3\r\n\r\n\r\n--b--\r\n";
const refused = (pieces: Pieces, boundary?: string, limit?: number): Promise<unknown> =>
  readAll(pieces, boundary, limit).then(
    (parts) => parts,
    (error: unknown) => (error instanceof HttpError ? error.status : error),
  );

describe("parts", () => {
  test("come with head and content, in order", async () => {
    expect(await readAll(new Pieces(two))).toEqual([
      ["a: 1\r\nb: 2", "first"],
      ["c: 3", ""],
    ]);
  });

  test("are the same however the body is cut", async () => {
    const contents = fc.array(
      fc
        .array(fc.constantFrom("\r", "\n", "-", "b", "\r\n", "--", "\r\n-", "\r\n--", "x", "ÿ"))
        .map((all) => all.join("")),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.array(fc.nat()), async (all, places) => {
        const safe = all.map((each) => each.replaceAll(/(^|\r\n)--b/g, "$1-b"));
        const body = `${safe.map((each) => `--b\r\nn: v\r\n\r\n${each}\r\n`).join("")}--b--`;
        expect(await readAll(cut(latin1(body), places))).toEqual(safe.map((each) => ["n: v", each]));
      }),
      { numRuns: 500 },
    );
  });

  test("may have no header at all, and a body no parts", async () => {
    expect(await readAll(new Pieces("--b\r\n\r\nx\r\n--b--"))).toEqual([["", "x"]]);
    expect(await readAll(new Pieces("--b--"))).toEqual([]);
    expect(await readAll(new Pieces())).toEqual([]);
    expect(await readAll(new Pieces("", ""))).toEqual([]);
  });

  test("stand between a preamble and an epilogue, which mean nothing (RFC 2046 §5.1.1)", async () => {
    const around = ["a line --b\r\n--c\r\n", `\r\n${two}`, "--b\r\nno part", "nor this"];
    expect(await readAll(new Pieces(...around))).toEqual(await readAll(new Pieces(two)));
  });

  test("are passed over where nobody reads them", async () => {
    const reader = new MultipartReader(new Pieces(two), "b", 100);
    expect([textOf((await reader.nextHead())!), textOf((await reader.nextHead())!)]).toEqual([
      "a: 1\r\nb: 2",
      "c: 3",
    ]);
    expect(await reader.nextHead()).toBeUndefined();
    expect([await reader.piece(), await reader.nextHead()]).toEqual([undefined, undefined]);
  });
});

describe("what is no multipart body is refused", () => {
  test.each([
    ["\r\n".repeat(1000), 400],
    ["-".repeat(100_000), 400],
    ["--b", 400],
    ["--b-", 400],
    ["--b\r", 400],
    ["--bx\r\n\r\nv\r\n--bx--", 400],
    ["--b \r\n\r\nv\r\n--b--", 400],
    ["--b\n\nv\n--b--\n", 400],
    ["--b\r\na: 1", 400],
    ["--b\r\na: 1\r\n\r\n--b\r\na: 2\r\n\r\n\r\n--b--", 400],
    ["--b\r\n\r\n--b--", 400],
    ["--b\r\na: 1\r\n--b: 2\r\n\r\nv\r\n--b--", 400],
    ["--b\r\n--bc: 1\r\n\r\nv\r\n--b--", 400],
    ["--b\r\na: 1\r\n\r\nv", 400],
    ["--b\r\na: 1\r\n\r\nv\r\n--b", 400],
    ["--b\r\na: 1\r\n\r\nv\r\n--bogus\r\n\r\n", 400],
    [`--b\r\na: ${"1".repeat(100)}\r\n\r\nv\r\n--b--`, 413],
    [`--b\r\na: ${"1".repeat(100)}`, 413],
  ])("%j", async (body, status) => {
    expect(await refused(new Pieces(body), "b", 50)).toBe(status);
    expect(await refused(cut(latin1(body), [1, 2, 3, 4, 5, 7, 11, 13, 17]), "b", 50)).toBe(status);
  });

  test("with what the body itself throws, if that is what happens", async () => {
    const gone = new HttpError(400, "gone");
    await expect(readAll(new Pieces("--b\r\n\r\nv", gone))).rejects.toBe(gone);
  });
});

describe("the body", () => {
  test("is taken no further than was asked for", async () => {
    const pieces = new Pieces("--b\r\n", "a: 1\r\n\r\n", "one", "two", "three", "\r\n--b--");
    const reader = new MultipartReader(pieces, "b", 100);
    expect(pieces.taken).toBe(0);
    await reader.nextHead();
    expect(pieces.taken).toBe(2);
    expect([textOf((await reader.piece())!), textOf((await reader.piece())!), pieces.taken]).toEqual([
      "one",
      "two",
      4,
    ]);
  });

  test("is read to its end, so that the connection can go on", async () => {
    const pieces = new Pieces(two, "epilogue", "more");
    await readAll(pieces);
    expect(pieces.taken).toBe(3);
  });

  test("is let go where nobody wants the rest", async () => {
    const pieces = new Pieces("--b\r\n\r\none", "two", "three");
    const reader = new MultipartReader(pieces, "b", 100);
    await reader.nextHead();
    reader.close();
    expect([await reader.piece(), await reader.nextHead()]).toEqual([undefined, undefined]);
    expect(pieces).toMatchObject({ taken: 1, returned: 1 });
  });

  test("keeps the bytes that were handed out as they were", async () => {
    const reader = new MultipartReader(
      cut(latin1(`--b\r\n\r\n${"a\r\n-".repeat(50)}\r\n--b--`), [...Array(200).keys()]),
      "b",
      9,
    );
    await reader.nextHead();
    const held: Uint8Array[] = [];
    for (let piece = await reader.piece(); piece !== undefined; piece = await reader.piece())
      held.push(piece);
    expect(held.map(textOf).join("")).toBe("a\r\n-".repeat(50));
  });
});

test("a boundary is what RFC 2046 §5.1.1 allows", () => {
  const good = ["b", "a b", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "'()+_,-./:=?", "x".repeat(70)];
  const bad = ["", " ", "a ", "x".repeat(71), "ä", "a\r\nb", "a;b", '"'];
  expect(good.filter((each) => !isBoundary(each))).toEqual([]);
  expect(bad.filter((each) => isBoundary(each))).toEqual([]);
});
