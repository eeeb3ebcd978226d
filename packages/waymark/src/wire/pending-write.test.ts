import type { Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1, type Octets } from "../http/octets.ts";
import { PendingBytes, PendingText, type PendingWrite } from "./pending-write.ts";

const socketIn = (state: Partial<Socket> = {}): Socket =>
  ({ writableLength: 0, writableCorked: 0, ...state }) as Socket;
const FREE = socketIn();

/** One character a byte, and any byte. */
const text = fc.uint8Array({ maxLength: 40 }).map((bytes) => latin1(bytes));
const octets: fc.Arbitrary<Octets> = fc.oneof(text, fc.uint8Array({ maxLength: 40 }));

describe.each<[string, new () => PendingWrite]>([
  ["as text", PendingText],
  ["as bytes", PendingBytes],
])("what is to be written, %s", (_, Pending) => {
  test("is taken in the order in which it was added, once", () => {
    fc.assert(
      fc.property(fc.array(fc.array(octets)), (rounds) => {
        const pending = new Pending();
        for (const added of rounds) {
          const all = added.map(latin1).join("");
          for (const each of added) pending.add(each);
          expect(pending.length).toBe(all.length);
          expect(latin1(pending.take(FREE, false))).toBe(all);
          expect(pending.length).toBe(0);
        }
        expect(latin1(pending.take(FREE, false))).toBe("");
      }),
    );
  });

  test("is forgotten when it is cleared", () => {
    const pending = new Pending();
    pending.add("head");
    pending.add(Buffer.from("body"));
    pending.clear();
    expect(pending.length).toBe(0);
    pending.add("next");
    expect(latin1(pending.take(FREE, false))).toBe("next");
  });

  test("is whole however much it is", () => {
    const pending = new Pending();
    pending.add("head");
    pending.add(Buffer.alloc(300_000, "x"));
    expect(latin1(pending.take(FREE, false))).toBe(`head${"x".repeat(300_000)}`);
  });

  test.each<[string, Socket, boolean]>([
    ["a socket that is busy", socketIn({ writableLength: 1 }), false],
    ["a socket that is corked", socketIn({ writableCorked: 1 }), false],
    ["somebody else", FREE, true],
  ])("stays as it was taken where %s keeps it", (_why, socket, isKept) => {
    const [kept, next] = [new Pending(), new Pending()];
    for (const pending of [kept, next]) {
      pending.add(pending === kept ? "kept " : "next ");
      pending.add(Buffer.from("body"));
    }
    const taken = kept.take(socket, isKept);
    next.take(FREE, false);
    expect(latin1(taken)).toBe("kept body");
  });
});
