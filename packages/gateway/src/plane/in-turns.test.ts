import { expect, test } from "vitest";
import { inTurns } from "./in-turns.ts";

const busyFor = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

test("others have their turn between the items of a long list, which keep their order", async () => {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const made = await inTurns([1, 2, 3, 4, 5, 6, 7, 8], (each) => {
    busyFor(3);
    return each * 10;
  });
  isOver = true;
  expect(made).toEqual([10, 20, 30, 40, 50, 60, 70, 80]);
  expect(turns).toBeGreaterThanOrEqual(2);
});

test("what cannot be made ends it", async () => {
  const made: number[] = [];
  const failing = inTurns([1, 2, 3], (each) => {
    if (each === 2) throw new TypeError("not this one");
    made.push(each);
  });
  await expect(failing).rejects.toThrow("not this one");
  expect(made).toEqual([1]);
});
