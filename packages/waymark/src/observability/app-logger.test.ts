import { expect, it } from "vitest";
import { App } from "../app.ts";
import { appLogger } from "./app-logger.ts";
import { KeptLines, keptPino } from "./kept-entries.fixture.ts";

it("gives pino what was thrown as a field", async () => {
  const { logger, entries } = keptPino();
  const app = new App({ logger: appLogger(logger), openapi: false });
  app.get("/", () => {
    throw Object.assign(new RangeError("broken", { cause: new Error("below") }), { code: "E_BROKEN" });
  });
  expect((await app.request("/")).status).toBe(500);
  expect(entries).toMatchObject([
    {
      level: 50,
      msg: "GET /: answered 500 for an error that nothing handled",
      err: { type: "RangeError", message: "broken: below", code: "E_BROKEN" },
    },
  ]);
  expect((entries[0]!["err"] as { stack: string }).stack).toContain("app-logger.test.ts");
});

it("writes lines of JSON to anything else", () => {
  const kept = new KeptLines();
  const logger = appLogger(kept);
  logger.warn("late", { ms: 5 });
  logger.error("no details");
  logger.error("failed", new RangeError("broken", { cause: new Error("below") }));
  logger.error("not an error", "text");
  expect(kept.entries).toMatchObject([
    { level: "warn", msg: "late", details: { ms: 5 } },
    { level: "error", msg: "no details" },
    { err: { type: "RangeError", message: "broken", cause: { message: "below" } } },
    { details: "text" },
  ]);
});
