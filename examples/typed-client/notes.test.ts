// The client of this folder, over a network and without one.
import { afterAll, beforeAll, expect, it } from "vitest";
import { serve, type Running } from "waymark";
import app from "./app.ts";
import { visit } from "./notes.ts";

let running: Running;
beforeAll(async () => {
  running = await serve(app, { port: 0, signals: false });
});
afterAll(() => running.close());

it("visits the notes", async () => {
  expect(await visit({ baseUrl: running.url })).toEqual([
    "bob: Sell the old one",
    "memo: Buy a compass",
    "missing: No note 9",
    "not signed in",
    "added: 3 by ada",
    "no more than 3",
    "followed: 1",
    "followed: 2",
    "followed: 3",
  ]);
  // In the same process it is asked without a network.
  expect(await visit({ app })).toContain("no more than 3");
});
