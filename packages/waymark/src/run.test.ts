import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import { dependency } from "./dependency.ts";
import { endpoint } from "./endpoint.ts";
import { constant } from "./inputs/constant.ts";
import { header } from "./inputs/header.ts";
import { bearer } from "./security/bearer.ts";

function world() {
  const log: string[] = [];
  const said: unknown[][] = [];
  const database = dependency({ name: "database", scope: "app" }, async function* () {
    log.push("connect");
    yield { rows: [1, 2] };
    log.push("disconnect");
  });
  const transaction = dependency(
    { name: "transaction", input: { database } },
    async function* ({ database: { rows } }) {
      log.push("begin");
      try {
        yield rows;
        log.push("commit");
      } catch (error) {
        log.push("roll back");
        throw error;
      }
    },
  );
  const app = new App({
    logger: { error: (...each) => said.push(each), warn: (...each) => said.push(each) },
  });
  return { app, log, said, database, transaction };
}

describe("a function outside of a request", () => {
  it("gets what dependencies give, which are cleaned up after it", async () => {
    const { app, log, transaction } = world();
    const sum = await app.run({ rows: transaction, by: constant(10) }, async ({ rows, by }) => {
      log.push("work");
      return rows.reduce((total, each) => total + each, 0) * by;
    });
    expect(sum).toBe(30);
    expect(log).toEqual(["connect", "begin", "work", "commit"]);
    await app.stop();
    expect(log.at(-1)).toBe("disconnect");
  });

  it("shares what lives with the application: with other jobs, and with requests", async () => {
    const { app, log, database } = world();
    const rows = endpoint({ input: { db: database } }, ({ db }) => db.rows);
    app.get("/rows", rows);
    await app.run({ db: database }, () => undefined);
    await app.run({ db: database }, () => undefined);
    expect(await (await app.request("/rows")).json()).toEqual([1, 2]);
    await app.stop();
    expect(log).toEqual(["connect", "disconnect"]);
  });

  it("starts nothing that it does not need", async () => {
    const { app, log, database } = world();
    app.get(
      "/",
      endpoint({ input: { db: database } }, () => 1),
    );
    expect(await app.run({}, () => "done")).toBe("done");
    expect(log).toEqual([]);
  });

  it("that fails is shown to its dependencies, and rejects", async () => {
    const { app, log, transaction } = world();
    const failure = new Error("no");
    await expect(app.run({ rows: transaction }, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(log).toEqual(["connect", "begin", "roll back"]);
    await app.stop();
  });

  it("does not run where a dependency fails", async () => {
    const { app } = world();
    const broken = dependency({}, () => {
      throw new Error("broken");
    });
    let ran = false;
    await expect(app.run({ broken }, () => (ran = true))).rejects.toThrow("broken");
    expect(ran).toBe(false);
  });

  it("whose clean-up fails is done all the same, unless that belongs to it", async () => {
    const { app, said } = world();
    const late = dependency({ name: "late" }, function* () {
      yield 1;
      throw new Error("late");
    });
    const early = dependency({ name: "early", cleanup: "before-reply" }, function* () {
      yield 1;
      throw new Error("early");
    });
    expect(await app.run({ late }, ({ late: one }) => one)).toBe(1);
    expect(said).toEqual([["the clean-up of dependency late failed", new Error("late")]]);
    await expect(app.run({ early }, () => 1)).rejects.toThrow("early");
  });

  it("uses what stands in for a dependency", async () => {
    const { app, transaction } = world();
    using _ = app.override(transaction, () => [5]);
    expect(await app.run({ rows: transaction }, ({ rows }) => rows)).toEqual([5]);
  });

  it("cannot use what reads a request", async () => {
    const { app } = world();
    const user = dependency({ input: { token: bearer() } }, ({ token }) => token);
    const tenant = dependency({ input: { user, name: header(z.string()) } }, () => 1);
    await expect(app.run({ user }, () => 1)).rejects.toThrow(
      "run: 'user' uses 'token', which is read from a credential, and there is no request",
    );
    await expect(app.run({ tenant }, () => 1)).rejects.toThrow(
      "'tenant' uses 'user' uses 'token', which is read from a credential",
    );
    using _ = app.override(user, () => "ada");
    await expect(app.run({ tenant }, () => 1)).rejects.toThrow(
      "'tenant' uses 'name', which is read from the header of a request",
    );
    expect(await app.run({ user }, ({ user: given }) => given)).toBe("ada");
  });

  it("is a function, and its dependencies are dependencies", async () => {
    const { app } = world();
    await expect(app.run({}, undefined as never)).rejects.toThrow(
      "run takes dependencies by name and a function",
    );
    // @ts-expect-error -- a query needs a request
    await expect(app.run({ page: header(z.string()) }, () => 1)).rejects.toThrow("there is no request");
  });
});
