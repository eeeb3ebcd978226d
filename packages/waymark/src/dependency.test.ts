import { describe, expect, it } from "vitest";
import { dependency } from "./dependency.ts";
import { constant } from "./inputs/constant.ts";

describe("a dependency", () => {
  it("is called like the function it is", async () => {
    const plain = dependency({ input: { n: constant(2) } }, ({ n }) => n * 2);
    const asynchronous = dependency({}, async () => "x");
    expect(plain({ n: 2 })).toBe(4);
    expect(await asynchronous({})).toBe("x");
  });

  it("that is a generator gives one", () => {
    const steps: string[] = [];
    const pool = dependency({}, function* () {
      steps.push("open");
      yield "pool";
      steps.push("close");
    });
    const running = pool({});
    expect(steps).toEqual([]);
    expect(running.next().value).toBe("pool");
    running.next();
    expect(steps).toEqual(["open", "close"]);
  });

  it("carries its contract and its function's name", () => {
    const contract = { scope: "app", cleanup: "before-reply", errors: { 503: "No database" } } as const;
    const made = dependency(contract, function database() {});
    expect([made.in, made.name]).toEqual(["dependency", "database"]);
    expect(made.contract).toBe(contract);
    expect(dependency({ name: "db" }, function database() {}).name).toBe("db");
  });

  it("is another one each time, even of the same function", () => {
    const run = (): number => 1;
    expect(dependency({}, run)).not.toBe(dependency({}, run));
    expect(Object.keys(run)).toEqual([]);
  });

  it("is told of when its contract was forgotten", () => {
    expect(() => (dependency as (run: unknown) => unknown)(() => 1)).toThrow(
      "dependency takes a contract and a function: dependency({ … }, function)",
    );
  });
});
