import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Body } from "./body.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const read = (body: Body): Promise<string> =>
  Promise.resolve(body.whole()).then((whole) => Buffer.from(whole).toString());

async function inPieces(body: Body): Promise<string> {
  let text = "";
  for (;;) {
    // One piece after the other is the point.
    const piece = await body.next();
    if (piece === undefined) return text;
    text += Buffer.from(piece).toString();
  }
}

it("is the same however it was cut, and leaves what is not its own", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1, unit: "binary-ascii" }), { minLength: 1 }),
      fc.boolean(),
      async (pieces, whole) => {
        const text = pieces.join("");
        const body = new Body(text.length, () => undefined);
        const result = whole ? read(body) : inPieces(body);
        const last = pieces.length - 1;
        for (const [i, piece] of pieces.entries()) {
          expect(body.missing).toBeGreaterThan(0);
          expect(body.feed(bytes(i === last ? `${piece}NEXT` : piece), 0)).toBe(piece.length);
        }
        expect(body.missing).toBe(0);
        expect(await result).toBe(text);
      },
    ),
  );
});

describe("whole", () => {
  it("is given without a promise when it has come", () => {
    const body = new Body(5, () => undefined);
    body.feed(bytes("he"), 0);
    body.feed(bytes("..llo"), 2);
    expect(body.whole()).toEqual(bytes("hello"));
  });

  it("is never full: what is gathered has a taker", () => {
    const body = new Body(1_000_000, () => undefined);
    body.feed(Buffer.alloc(70_000), 0);
    expect(body.full).toBe(true);
    void body.whole();
    expect(body.full).toBe(false);
  });
});

describe("in pieces", () => {
  it("is full while nobody takes them, and tells when that changes", () => {
    let told = 0;
    const body = new Body(1_000_000, () => told++);
    body.feed(Buffer.alloc(40_000), 0);
    expect(body.full).toBe(false);
    body.feed(Buffer.alloc(40_000), 0);
    expect(body.full).toBe(true);
    void body.next();
    expect([body.full, told]).toEqual([false, 1]);
  });

  it("gives what has come before it fails", async () => {
    const body = new Body(5, () => undefined);
    body.feed(bytes("he"), 0);
    body.fail(new Error("cut"));
    expect(body.next()).toEqual(bytes("he"));
    expect(() => body.next()).toThrow("cut");
  });
});

it("fails for whoever waits, and for whoever asks later", async () => {
  const waiting = new Body(5, () => undefined);
  const whole = waiting.whole();
  waiting.fail(new Error("cut"));
  await expect(whole).rejects.toThrow("cut");
  expect(() => waiting.whole()).toThrow("cut");
  const other = new Body(5, () => undefined);
  const next = other.next();
  other.fail(new Error("cut"));
  await expect(next).rejects.toThrow("cut");
});

it("holds nothing once it is discarded", () => {
  const body = new Body(200_000, () => undefined);
  body.feed(Buffer.alloc(70_000), 0);
  body.discard();
  body.feed(Buffer.alloc(70_000), 0);
  expect([body.full, body.missing]).toEqual([false, 60_000]);
});
