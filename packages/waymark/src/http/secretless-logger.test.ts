import { expect, it } from "vitest";
import { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { Secret } from "../security/secret.ts";
import { secretlessLogger } from "./secretless-logger.ts";

class Kept {
  readonly told: unknown[][] = [];
  error(...told: unknown[]): void {
    this.told.push(told);
  }
  warn(...told: unknown[]): void {
    this.told.push(told);
  }
}

it("passes on what holds no secret, as it is", () => {
  const kept = new Kept();
  const error = new Error("fine");
  const logger = secretlessLogger(kept);
  logger.error("failed", error);
  logger.warn("alone");
  expect(kept.told).toEqual([["failed", error], ["alone"]]);
  expect(kept.told[0]![1]).toBe(error);
});

it("stands before the application's own, for what has no request too", async () => {
  const url = new Secret("postgres://app:hunter2@db");
  const logger = new Kept();
  const database = dependency({ scope: "app" }, (): number => {
    throw new Error(`cannot connect to ${url.reveal()}`);
  });
  const app = new App({ logger, openapi: false });
  app.get(
    "/",
    endpoint({ input: { database } }, ({ database }) => database),
  );
  const response = await app.fetch(new Request("http://localhost/"));
  expect(response.status).toBe(500);
  expect(logger.told.map(([message, error]) => [message, (error as Error).message])).toEqual([
    ["the application did not start", "cannot connect to ***"],
  ]);
});
