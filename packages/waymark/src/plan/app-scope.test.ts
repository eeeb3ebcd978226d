import { describe, expect, it } from "vitest";
import { constant } from "../inputs/index.ts";
import { startAppDependencies } from "./app-scope.ts";
import { dep, routeOf, TestLogger } from "./route.fixture.ts";

const app = { scope: "app" };
/** What `noting` gives: the values of its own inputs. */
interface Noted {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function noting(log: string[], name: string, input: object = {}, asynchronous = true) {
  const set = function* (values: Noted["values"]): Generator<Noted> {
    log.push(`+${name}`);
    try {
      yield { name, values };
      log.push(`-${name}`);
    } catch (error) {
      log.push(`!${name} ${(error as Error).message}`);
      throw error;
    }
  };
  const setLater = async function* (values: Noted["values"]): AsyncGenerator<Noted> {
    await Promise.resolve();
    yield* set(values);
  };
  return dep(name, asynchronous ? setLater : set, { ...app, input });
}

describe("app-scope dependencies", () => {
  it("start once, each after those it uses, and stop in reverse", async () => {
    const log: string[] = [];
    const config = noting(log, "config", { level: constant(3) }, false);
    const pool = noting(log, "pool", { config });
    const cache = noting(log, "cache", { pool });
    const user = dep("user", () => 1, { input: { cache } });
    const routes = [
      routeOf(() => 1, { guards: [user] }),
      routeOf(() => 1, { input: { pool } }),
      routeOf(() => 1, { input: { user, config } }),
    ];
    const { values, stop } = await startAppDependencies(routes);
    expect(log).toEqual(["+config", "+pool", "+cache"]);
    expect(values.get(config)).toEqual({ name: "config", values: { level: 3 } });
    expect((values.get(cache) as Noted).values.pool).toBe(values.get(pool));
    expect(values.has(user)).toBe(false);
    log.length = 0;
    await Promise.all([stop(), stop()]);
    expect(log).toEqual(["-cache", "-pool", "-config"]);
  });

  it("may be plain functions", async () => {
    const sync = dep("sync", () => 1, app);
    const later = dep("later", async () => undefined, app);
    const { values, stop } = await startAppDependencies([routeOf(() => 1, { input: { sync, later } })]);
    expect([...values]).toEqual([
      [sync, 1],
      [later, undefined],
    ]);
    await stop();
  });

  it("that fail to start stop the others, which see the error", async () => {
    const log: string[] = [];
    const bad = dep("bad", () => Promise.reject(new Error("no disk")), app);
    const input = { a: noting(log, "a"), b: noting(log, "b", {}, false), bad, c: noting(log, "c") };
    const logger = new TestLogger();
    await expect(startAppDependencies([routeOf(() => 1, { input })], logger)).rejects.toThrow("no disk");
    expect(log).toEqual(["+a", "+b", "!b no disk", "!a no disk"]);
    expect(logger.lines).toEqual([]);
  });

  it("without a yield, or with a second one, are told of", async () => {
    const none = dep("none", function* () {}, app);
    await expect(startAppDependencies([routeOf(() => 1, { input: { none } })])).rejects.toThrow(
      "dependency none",
    );
    const logger = new TestLogger();
    const twice = dep(
      "twice",
      async function* () {
        yield 1;
        yield 2;
      },
      app,
    );
    const { stop } = await startAppDependencies([routeOf(() => 1, { input: { twice } })], logger);
    await stop();
    expect(logger.lines[0]!.message).toContain("dependency twice yielded a second time");
  });

  it("whose clean-up fails are logged, and the others still stop", async () => {
    const log: string[] = [];
    const bad = dep(
      "bad",
      function* () {
        yield 1;
        throw new Error("stuck");
      },
      app,
    );
    const logger = new TestLogger();
    const { stop } = await startAppDependencies(
      [routeOf(() => 1, { input: { a: noting(log, "a"), bad } })],
      logger,
    );
    await stop();
    expect(log).toEqual(["+a", "-a"]);
    expect(logger.lines.map(({ message }) => message)).toEqual(["the clean-up of dependency bad failed"]);
  });
});
