import { expect, test } from "vitest";
import type { Watcher } from "./observe/watcher.ts";
import { operationOf, serviceOf, snapshotOf, upstreamOf } from "./plane/snapshot.fixture.ts";
import { runGateway } from "./run-gateway.ts";

test("a watcher that fails at the end leaves no port open", async () => {
  const failing: Watcher = {
    over: () => undefined,
    end() {
      throw new Error("no room left");
    },
  };
  const snapshot = snapshotOf(serviceOf(upstreamOf([])), [operationOf("GET /")], {
    admin: { host: "127.0.0.1", port: 0, hosts: [] },
  });
  const { adminUrl, url, close } = await runGateway(snapshot, { watchers: [failing], signals: false });
  expect((await fetch(adminUrl!)).status).toBe(200);
  await expect(close()).rejects.toThrow("no room left");
  for (const each of [url, adminUrl!]) await expect(fetch(each)).rejects.toThrow("fetch failed");
});
