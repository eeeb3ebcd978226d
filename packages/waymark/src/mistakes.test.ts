import { expect, test } from "vitest";
import * as mistakes from "./mistakes.ts";
import type { Mistake } from "./start-up-error.ts";

/** Text that is also a list of texts: made-up arguments for every function of the registry. */
const argument = Object.assign("a", { join: () => "a", map: () => ["a"] });

const all = Object.entries(mistakes).map(([name, make]): [name: string, mistake: Mistake] => [
  name,
  (make as (...args: unknown[]) => Mistake)(argument, argument, argument, argument),
]);

test.each(all)(
  "%s has a stable code, a sentence, and a remedy that is one",
  (_, { code, message, remedy }) => {
    expect(code).toMatch(/^WM[1-6]\d\d$/);
    expect(String(message)).toMatch(/^(?:a|['\w].*[^.\s])$/);
    expect(remedy).toMatch(/^[A-Z].*[.?]$/);
  },
);

test("codes are told apart, but for the missing name, which has two remedies", () => {
  const codes = all.map(([, { code }]) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual(["WM201"]);
});
