import { expect, it } from "vitest";
import { sparing } from "./sparing.ts";

it("tells the first, and after a while how many there were", () => {
  const told: string[] = [];
  let now = 0;
  const say = sparing(
    (problem) => told.push(problem),
    () => now,
  );
  for (let i = 0; i < 3; i++) say("no");
  now = 9999;
  say("no");
  now = 10_000;
  say("still no");
  now = 30_000;
  say("once more");
  expect(told).toEqual(["no", "still no (and 3 times since that was last said)", "once more"]);
});
