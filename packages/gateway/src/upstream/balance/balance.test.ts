import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Balance } from "../../snapshot.ts";
import { Live } from "../live-target.ts";
import { makeBalancer } from "./balancer.ts";

const live = (weights: readonly number[]): Live[] =>
  weights.map((weight, i) => new Live({ origin: `http://10.0.0.${i + 1}:80`, weight }, false));

/** How often each target is picked; what was picked stays in flight while `busy` of them are. */
function picks(
  kind: Balance["kind"],
  targets: Live[],
  rounds: number,
  key?: (i: number) => string,
): number[] {
  const balancer = makeBalancer(kind, targets);
  const counts = targets.map(() => 0);
  for (let i = 0; i < rounds; i++) {
    const target = balancer.pick(key?.(i)) as Live;
    counts[targets.indexOf(target)]!++;
  }
  return counts;
}

describe("round robin", () => {
  test("takes each in turn", () => {
    expect(picks("round-robin", live([1, 1, 1]), 9)).toEqual([3, 3, 3]);
  });

  test("gives each its share exactly in every round, and the heavy one not in a row", () => {
    const targets = live([5, 1, 1]);
    const balancer = makeBalancer("round-robin", targets);
    const order = Array.from({ length: 7 }, () => targets.indexOf(balancer.pick(undefined) as Live)).join("");
    expect(order).toBe("0010200");
  });

  test("any weights", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (weights) => {
        const total = weights.reduce((a, b) => a + b);
        expect(picks("round-robin", live(weights), total * 3)).toEqual(weights.map((weight) => weight * 3));
      }),
    );
  });
});

describe("least connections", () => {
  test("takes the one with the least in flight", () => {
    const targets = live([1, 1, 1]);
    targets[0]!.active = 2;
    targets[1]!.active = 1;
    targets[2]!.active = 2;
    expect(picks("least-connections", targets, 10)).toEqual([0, 10, 0]);
  });

  test("counts a target of twice the weight half", () => {
    const targets = live([1, 4]);
    targets[0]!.active = 1;
    targets[1]!.active = 4;
    expect(picks("least-connections", targets, 10)).toEqual([0, 10]);
    targets[1]!.active = 10;
    expect(picks("least-connections", targets, 10)).toEqual([10, 0]);
  });

  test("takes equal ones in turn", () => {
    expect(picks("least-connections", live([1, 1, 1, 1]), 8)).toEqual([2, 2, 2, 2]);
  });
});

describe("power of two choices", () => {
  test("never takes the one that is busiest of all, where there are three and all differ", () => {
    const targets = live([1, 1, 1]);
    targets[0]!.active = 9;
    targets[1]!.active = 5;
    const counts = picks("p2c", targets, 3000);
    // Both draws fall on it in one of nine.
    expect(counts[0]!).toBeLessThan(3000 / 9 + 150);
    expect(counts[2]!).toBeGreaterThan(counts[1]!);
  });

  test("spreads by weight where nothing is in flight", () => {
    const [one, three] = picks("p2c", live([1, 3]), 8000) as [number, number];
    expect(three / one).toBeGreaterThan(3);
    expect(one).toBeGreaterThan(200);
  });
});

describe("consistent hash", () => {
  const keys = Array.from({ length: 3000 }, (_, i) => `user-${i}`);
  const placed = (targets: Live[]): string[] => {
    const balancer = makeBalancer("hash", targets);
    return keys.map((key) => balancer.pick(key).origin);
  };

  test("takes the same target for the same key, whatever is in flight", () => {
    const targets = live([1, 1, 1, 1]);
    const before = placed(targets);
    targets[0]!.active = 50;
    expect(placed(targets)).toEqual(before);
  });

  test("moves only the keys of a target that went", () => {
    const targets = live([1, 1, 1, 1, 1]);
    const before = placed(targets);
    const after = placed(targets.filter((_, i) => i !== 2));
    const moved = keys.filter((_, i) => before[i] !== targets[2]!.origin && after[i] !== before[i]);
    expect(moved).toEqual([]);
  });

  test("spreads evenly, and by weight", () => {
    for (const count of picks("hash", live([1, 1, 1, 1]), 8000, (i) => `k${i}`)) {
      expect(count).toBeGreaterThan(1800);
      expect(count).toBeLessThan(2200);
    }
    const [one, three] = picks("hash", live([1, 3]), 8000, (i) => `k${i}`) as [number, number];
    expect(three / one).toBeGreaterThan(2.6);
    expect(three / one).toBeLessThan(3.4);
  });

  test("without a key goes anywhere", () => {
    expect(Math.min(...picks("hash", live([1, 1, 1]), 600))).toBeGreaterThan(100);
  });
});

test("one target needs no choice, by any balance", () => {
  for (const kind of ["p2c", "round-robin", "least-connections", "hash"] as const)
    expect(picks(kind, live([0]), 3)).toEqual([3]);
});
