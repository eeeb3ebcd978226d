import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { writeAtEndOfTurn } from "./turn.ts";

function busyFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it("writes in the order in which it was asked, once, when the turn is over", async () => {
  const written: number[] = [];
  for (const each of [1, 2, 3]) writeAtEndOfTurn({ flush: () => written.push(each) });
  await Promise.resolve();
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual([1, 2, 3]);
  await turn();
  expect(written).toEqual([1, 2, 3]);
});

it("lets nobody wait for the whole of a long turn", async () => {
  const written: number[] = [];
  for (const each of [1, 2, 3]) {
    writeAtEndOfTurn({ flush: () => written.push(each) });
    busyFor(2);
  }
  expect(written).toEqual([1, 2]);
  await turn();
  expect(written).toEqual([1, 2, 3]);
});

it("takes what is given while it writes", async () => {
  const written: string[] = [];
  writeAtEndOfTurn({
    flush: () => {
      written.push("first");
      writeAtEndOfTurn({ flush: () => written.push("second") });
    },
  });
  await turn();
  await turn();
  expect(written).toEqual(["first", "second"]);
});
