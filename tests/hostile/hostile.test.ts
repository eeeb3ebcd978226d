// Hostile requests of the field, sent to a running application: none may crash it, hang it, or be read wrongly.
import { serve, type Running, type ServerName } from "waymark";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { casesOfNode, expectAllAccepted, hostile } from "./corpus.ts";
import { target } from "./target.ts";

const DRIVERS: readonly ServerName[] = ["wire", "node-http"];

/** Node's parser takes RTSP/1.0 for HTTP/1.0 and does not tell: behind `node:http` nobody can refuse it. */
const UNSEEN = new Map<string, readonly ServerName[]>([["line/v-rtsp", ["node-http"]]]);

const rows = hostile();

describe.each(DRIVERS)("%s", (server) => {
  let running: Running;
  beforeAll(async () => {
    running = await serve(target(), { port: 0, signals: false, server });
  });
  afterAll(() => running.close());

  const classes = [...new Set(rows.map((row) => row.class))];
  it.each(classes)("refuses or reads rightly: %s", { timeout: 60_000 }, async (name) => {
    await expectAllAccepted(
      running.port,
      rows.filter((row) => row.class === name && UNSEEN.get(row.id)?.includes(server) !== true),
    );
  });
  it("leaves the prototype of every object as it was", () => {
    expect(Reflect.ownKeys({})).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(["x", "y", "z"].filter((name) => name in {})).toEqual([]);
  });
  it("reads as Node's own parser does, or more strictly", { timeout: 60_000 }, async () => {
    await expectAllAccepted(running.port, casesOfNode());
  });
});
