import { expect, test } from "vitest";
import { finished } from "./finished.fixture.ts";
import { Totals } from "./totals.ts";

test("the last minute, and no more", () => {
  let time = 1_000_000;
  const totals = new Totals(() => time);
  for (let i = 0; i < 99; i++) totals.over(finished({ milliseconds: 9 }));
  totals.over(finished({ milliseconds: 900, status: 500 }));
  const { requests, errors, p50, p99 } = totals.of("orders");
  expect([requests, errors]).toEqual([100, 1]);
  // Bounds are a quarter apart.
  expect(p50! / 9).toBeLessThan(1.25);
  expect(p99! / 9).toBeLessThan(1.25);
  time += 30_000;
  for (let i = 0; i < 10; i++) totals.over(finished({ milliseconds: 2000 }));
  expect(totals.of("orders").p99! / 2000).toBeLessThan(1.25);
  time += 31_000;
  expect(totals.of("orders").requests).toBe(10);
  time += 60_000;
  expect(totals.of("orders")).toEqual({ requests: 0, errors: 0, p50: null, p99: null });
});

test("services apart, and what nobody answered", () => {
  const totals = new Totals(() => 0);
  totals.over(finished());
  totals.over(finished({ operation: null, status: 404 }));
  expect(totals.of("orders").requests).toBe(1);
  expect(totals.of("").requests).toBe(1);
  expect(totals.of("users").requests).toBe(0);
});
