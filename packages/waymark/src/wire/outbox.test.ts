import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { MOST_WRITTEN, Outbox } from "./outbox.ts";

/** A socket that wants no more after every write, and tells when it does as `drained` says. */
function reluctant(tellsOfProgress: boolean) {
  const written: Buffer[] = [];
  const socket = Object.assign(new EventEmitter(), {
    bytesRead: 0,
    destroyed: false,
    writableLength: 0,
    isEnded: false,
    cork: () => undefined,
    uncork: () => undefined,
    setTimeout: () => undefined,
    write(bytes: string | Uint8Array): boolean {
      expect(socket.isEnded).toBe(false);
      written.push(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Buffer.from(bytes));
      return false;
    },
    end(callback: () => void) {
      socket.isEnded = true;
      callback();
    },
  });
  const outbox = new Outbox(socket as unknown as Socket, 0, tellsOfProgress);
  const drainAll = (): void => {
    for (let before = -1; before < written.length;) {
      before = written.length;
      outbox.drained();
    }
  };
  return { socket, outbox, written, drainAll };
}

/** More than three parts, in which no two bytes in a row are the same. */
const LARGE = Buffer.from(Uint8Array.from({ length: 3 * MOST_WRITTEN + 5 }, (_, i) => i % 251));

test.each([
  ["bytes", (outbox: Outbox) => outbox.write(LARGE)],
  [
    "text",
    (outbox: Outbox) => {
      outbox.add(LARGE.toString("latin1"));
      outbox.flush();
    },
  ],
])("large %s are written in parts, each when the one before was taken", (_what, put) => {
  const { outbox, written } = reluctant(false);
  put(outbox);
  for (let parts = 1; parts <= 4; parts++) {
    expect(written).toHaveLength(parts);
    expect(outbox.blocked).toBe(true);
    outbox.drained();
  }
  expect(outbox.blocked).toBe(false);
  expect(Buffer.concat(written).equals(LARGE)).toBe(true);
});

test("they are written at once where the socket tells of its progress", () => {
  const { outbox, written } = reluctant(true);
  outbox.write(LARGE);
  expect(written.map(({ length }) => length)).toEqual([LARGE.length]);
});

test("our side ends behind the last part, once", () => {
  const { socket, outbox, written, drainAll } = reluctant(false);
  const onEnded = vi.fn<() => void>();
  outbox.write(LARGE);
  outbox.end(onEnded);
  outbox.drained();
  expect(socket.isEnded).toBe(false);
  drainAll();
  outbox.drained();
  expect(socket.isEnded).toBe(true);
  expect(onEnded).toHaveBeenCalledOnce();
  expect(Buffer.concat(written).equals(LARGE)).toBe(true);
});

test("who waits is called when the last part is taken, not before", () => {
  const { outbox } = reluctant(false);
  const onDrain = vi.fn<() => void>();
  outbox.write(LARGE);
  outbox.onDrain(onDrain);
  for (let i = 0; i < 3; i++) outbox.drained();
  expect(onDrain).not.toHaveBeenCalled();
  outbox.drained();
  expect(onDrain).toHaveBeenCalledOnce();
});

test("a socket that is gone gets nothing more", () => {
  const { socket, outbox, written } = reluctant(false);
  outbox.write(LARGE);
  socket.destroyed = true;
  outbox.write(LARGE);
  expect(written).toHaveLength(1);
});

test("the order of what is written stays, whatever its sizes and whenever it is taken", () => {
  const size = fc.oneof(fc.nat(100), fc.nat(20_000), fc.integer({ min: 250_000, max: 600_000 }));
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom("text", "bytes"), size }),
    fc.record({ kind: fc.constant("drain"), size: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { outbox, written, drainAll } = reluctant(false);
      const expected: Buffer[] = [];
      for (const [i, { kind, size: length }] of steps.entries()) {
        if (kind === "drain") {
          if (outbox.blocked) outbox.drained();
          continue;
        }
        const bytes = Buffer.alloc(length, i + 200);
        expected.push(bytes);
        if (kind === "text") outbox.add(bytes.toString("latin1"));
        else outbox.write(bytes);
      }
      outbox.flush();
      drainAll();
      expect(Buffer.concat(written).equals(Buffer.concat(expected))).toBe(true);
      expect(Math.max(0, ...written.map(({ length }) => length))).toBeLessThanOrEqual(MOST_WRITTEN);
    }),
    { numRuns: 50 },
  );
});
