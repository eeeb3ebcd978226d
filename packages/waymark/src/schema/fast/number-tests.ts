import type { NumberTest } from "./node.ts";

export function passesNumber(value: number, test: NumberTest): boolean {
  switch (test.test) {
    case "<":
      return value < test.bound;
    case "<=":
      return value <= test.bound;
    case ">":
      return value > test.bound;
    case ">=":
      return value >= test.bound;
    case "integer":
      return Number.isSafeInteger(value);
    case "multiple":
      // Exact between safe integers, whatever tolerance a library has for fractions; other values it judges itself.
      return Number.isSafeInteger(value) && value % test.of === 0;
  }
}
