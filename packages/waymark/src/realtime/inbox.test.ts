import fc from "fast-check";
import { expect, test } from "vitest";
import { Inbox } from "./inbox.ts";

test("gives messages in their order, whoever is first", async () => {
  const inbox = new Inbox(() => undefined);
  inbox.push("a");
  inbox.push("b");
  expect([inbox.take(), inbox.take()]).toEqual(["a", "b"]);
  const waiting = inbox.take();
  inbox.push("c");
  expect(await waiting).toBe("c");
});

test("lets the peer wait when it is full, and go on when it is empty", () => {
  const said: boolean[] = [];
  const inbox = new Inbox((isPaused) => said.push(isPaused));
  for (let i = 0; i < 100; i++) inbox.push("x");
  expect([said, inbox.isFull]).toEqual([[true], true]);
  for (let i = 0; i < 99; i++) void inbox.take();
  expect(said).toEqual([true]);
  void inbox.take();
  expect([said, inbox.isFull]).toEqual([[true, false], false]);
  inbox.push(new Uint8Array(65_536));
  expect(said).toEqual([true, false, true]);
});

test("ends for whoever waits, with or without what came before", async () => {
  const inbox = new Inbox(() => undefined);
  const waiting = inbox.take();
  inbox.end(true);
  expect([await waiting, inbox.take()]).toEqual([undefined, undefined]);
  const kept = new Inbox(() => undefined);
  kept.push("a");
  kept.end(true);
  kept.push("too late");
  expect([kept.take(), kept.take()]).toEqual(["a", undefined]);
  const dropped = new Inbox(() => undefined);
  dropped.push("a");
  dropped.end(false);
  expect(dropped.take()).toBeUndefined();
});

test("gives what was put in, whatever the order of both, and never leaves an idle peer waiting", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant(undefined), fc.string({ maxLength: 3000 }))),
      async (steps) => {
        let isPaused = false;
        const inbox = new Inbox((paused) => (isPaused = paused));
        const put: string[] = [];
        const got: unknown[] = [];
        let pending: Promise<unknown> | undefined;
        for (const step of steps) {
          if (step !== undefined) {
            put.push(step);
            inbox.push(step);
          } else if (pending === undefined) {
            const taken = inbox.take();
            if (taken instanceof Promise) pending = taken;
            else got.push(taken);
          }
          if (pending !== undefined && put.length > got.length) {
            got.push(await pending);
            pending = undefined;
          }
        }
        while (got.length < put.length) got.push(await inbox.take());
        expect(got).toEqual(put);
        expect(isPaused).toBe(false);
      },
    ),
  );
});
