import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BareExchange } from "./bare-exchange.fixture.ts";
import { codingOf, decode, decodeStream } from "./content-coding.ts";
import { HttpError } from "./http-error.ts";

const text = "a body that is worth its coding ".repeat(100);
const encoded = {
  gzip: gzipSync(text),
  deflate: deflateSync(text),
  br: brotliCompressSync(text),
} as const;
const codings = Object.keys(encoded) as (keyof typeof encoded)[];
const sent = (coding?: string): BareExchange =>
  new BareExchange({ headers: coding === undefined ? [] : [["content-encoding", coding]] });

async function* inPieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read).toString();
}
async function statusOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof HttpError ? error.status : error;
}

describe("codingOf", () => {
  test("is none where none is said, or that there is none", () => {
    for (const said of [undefined, "", "identity", "Identity"])
      expect(codingOf(sent(said), false)).toBeUndefined();
  });

  test("knows the codings in any case, where they are asked for", () => {
    for (const [said, coding] of [
      ["gzip", "gzip"],
      ["X-GZIP", "gzip"],
      ["Deflate", "deflate"],
      ["br", "br"],
    ] as const)
      // prettier-ignore
      expect(codingOf(sent(said), true)).toBe(coding);
  });

  test.each(["gzip", "br"])("refuses %s where bodies with a coding are not asked for", (said) => {
    expect(() => codingOf(sent(said), false)).toThrow(
      expect.objectContaining({ status: 415, headers: { "accept-encoding": "identity" } }),
    );
  });

  test.each(["gzip, gzip", "gzip, identity", "compress", "gzip;q=1", "zstd"])(
    "refuses %s even where they are",
    (said) => {
      expect(() => codingOf(sent(said), true)).toThrow(
        expect.objectContaining({ status: 415, headers: { "accept-encoding": "gzip, deflate, br" } }),
      );
    },
  );
});

describe.each(codings)("a body in %s", (coding) => {
  const bytes = encoded[coding];

  test("is decoded, whole and in pieces", async () => {
    expect(Buffer.from(await decode(bytes, coding, text.length)).toString()).toBe(text);
    expect(await collect(decodeStream(inPieces(bytes), coding, text.length))).toBe(text);
  });

  test("is 413 where more comes out of it than is allowed", async () => {
    expect(await statusOf(decode(bytes, coding, text.length - 1))).toBe(413);
    expect(await statusOf(collect(decodeStream(inPieces(bytes), coding, text.length - 1)))).toBe(413);
  });

  test.each([
    ["it ends too early", bytes.subarray(0, bytes.length - 5)],
    ["it is not in the coding", Buffer.from("plain text, which it is not")],
    ["it is damaged", Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(8, 0xff), bytes.subarray(16)])],
  ])("is 400 where %s", async (_, damaged) => {
    expect(await statusOf(decode(damaged, coding, 1e6))).toBe(400);
    expect(await statusOf(collect(decodeStream(inPieces(damaged), coding, 1e6)))).toBe(400);
  });

  test("passes on what stops it, and stops what it reads from", async () => {
    const gone = new Error("the client went away");
    const cut = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 4);
      throw gone;
    };
    expect(await statusOf(collect(decodeStream(cut(), coding, 1e6)))).toBe(gone);
    let stopped = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield* inPieces(bytes, 1000);
      } finally {
        stopped = true;
      }
    };
    for await (const _ of decodeStream(endless(), coding, 1e9)) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(true);
  });
});

test("a hundred bombs at once cost what is allowed, and not what they hold", async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(64 * 1024);
  const limit = 1024 * 1024;
  const before = process.memoryUsage().rss;
  let peak = before;
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const answer =
        i % 2 === 0
          ? statusOf(decode(bomb, "gzip", limit))
          : statusOf(collect(decodeStream(inPieces(bomb, 16 * 1024), "gzip", limit)));
      const status = await answer;
      peak = Math.max(peak, process.memoryUsage().rss);
      return status;
    }),
  );
  expect(new Set(answers)).toEqual(new Set([413]));
  // 5 GB came in; a limit's worth each, twice over, may stay.
  expect(peak - before).toBeLessThan(100 * limit * 3);
});
