import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { Logger as Pino } from "pino";
import { endpoint } from "../endpoint.ts";
import { path } from "../inputs/index.ts";
import { appWith } from "../middleware/app.fixture.ts";
import { requestId } from "../middleware/request-id.ts";
import { Secret } from "../security/secret.ts";
import { KeptLines, keptPino } from "./kept-entries.fixture.ts";
import { requestLogger } from "./request-logger.ts";

const input = { itemId: path(z.string()) };

describe("a logger of a request", () => {
  it("is a child of pino that knows its request", async () => {
    const { logger, entries } = keptPino();
    const log = requestLogger(logger);
    const app = appWith([requestId({ generate: () => "r-1" })]);
    const read = endpoint({ name: "read", input: { ...input, log } }, ({ itemId, log }) => {
      expectTypeOf(log).toEqualTypeOf<Pino>();
      log.info({ itemId }, "read");
    });
    app.get("/items/{itemId}", read);
    await app.request("/items/7");
    expect(entries).toMatchObject([
      {
        requestId: "r-1",
        method: "GET",
        route: "/items/{itemId}",
        endpoint: "read",
        operationId: "read",
        itemId: "7",
        msg: "read",
      },
    ]);
  });

  it("writes lines of JSON where there is no pino, without what is secret or would move a cursor", async () => {
    const kept = new KeptLines();
    const log = requestLogger(kept);
    const held = new Secret("HELD-SECRET");
    const app = appWith([]);
    app.get(
      "/items/{itemId}",
      endpoint({ input: { ...input, log } }, ({ itemId, log }) => {
        log.warn({ itemId, url: `db://${held.reveal()}@host` }, `used ${held.reveal()}`);
        log.error(new Error(`no ${itemId}`));
        log.debug("plain");
      }),
    );
    await app.request("/items/%1B%5B2J%C2%9B");
    expect(kept.lines.map(([level]) => level)).toEqual(["warn", "error", "debug"]);
    expect(kept.entries).toMatchObject([
      { itemId: "\\u001b[2J\\u009b", url: "db://***@host", msg: "used ***", route: "/items/{itemId}" },
      { err: { message: "no \\u001b[2J\\u009b" } },
      { msg: "plain" },
    ]);
    for (const [, line] of kept.lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});
