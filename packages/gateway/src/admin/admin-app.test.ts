import { afterEach, describe, expect, test } from "vitest";
import type { App } from "waymark";
import { finished, operationOf, snapshotOf } from "../observe/finished.fixture.ts";
import { GatewayMetrics } from "../observe/metrics.ts";
import { Totals } from "../observe/totals.ts";
import type { TargetSet } from "../upstream/target-set.ts";
import { makeTargetSet } from "../upstream/targets.ts";
import type { Policy } from "../snapshot.ts";
import { upstreamOf } from "../plane/snapshot.fixture.ts";
import { adminApp } from "./admin-app.ts";

let app: App | undefined;
let set: TargetSet | undefined;
afterEach(async () => {
  await app?.stop();
  set?.close();
});

async function made(
  snapshot = snapshotOf([operationOf(), operationOf("orders:listOrders")]),
  hosts: readonly string[] = [],
): Promise<App> {
  set = makeTargetSet(upstreamOf(["http://10.0.0.1:8080"]), { report: () => {} });
  await set.start();
  const totals = new Totals(() => 0);
  const metrics = new GatewayMetrics({ process: false });
  for (const each of [finished(), finished({ status: 502 })]) {
    totals.over(each);
    metrics.over(each);
  }
  app = adminApp({
    view: {
      snapshot,
      since: Date.UTC(2026, 0, 2),
      draining: 1,
      inFlight: 3,
      refused: "gateway.yaml:3: no such service",
      targets: new Map([["orders", set]]),
    },
    totals,
    metrics,
    hosts,
  });
  return app;
}

describe("the admin application", () => {
  test("tells how the gateway fares", async () => {
    const reply = await (await made()).request("/status");
    expect(await reply.json()).toMatchObject({
      snapshot: { since: "2026-01-02T00:00:00.000Z", operations: 2 },
      refused: "gateway.yaml:3: no such service",
      inFlight: 3,
      draining: 1,
      services: [
        {
          name: "orders",
          operations: 2,
          requests: 2,
          errors: 1,
          breaker: "closed",
          targets: [{ origin: "http://10.0.0.1:8080", state: "up", active: 0, weight: 1, canary: false }],
        },
      ],
      unmatched: { requests: 0 },
    });
  });

  test("tells which targets are the canary's", async () => {
    const snapshot = snapshotOf([operationOf()]);
    const orders = snapshot.services["orders"]!;
    const canary = {
      targets: [{ origin: "http://10.0.0.1:8080", weight: 1 }],
      weight: 5,
      header: null,
    };
    const services = { orders: { ...orders, upstream: { ...orders.upstream, canary } } };
    const reply = await (await made({ ...snapshot, services })).request("/status");
    expect(await reply.json()).toMatchObject({ services: [{ targets: [{ canary: true }] }] });
  });

  test.each([
    ["default", "./orders.ts in this process"],
    ["api", "./orders.ts#api in this process"],
  ])("names the module of an application in this process as it was written: %s", async (name, origin) => {
    const snapshot = snapshotOf([operationOf()]);
    const orders = snapshot.services["orders"]!;
    const discovery = { kind: "module", path: "./orders.ts", export: name } as const;
    const services = { orders: { ...orders, upstream: { ...orders.upstream, discovery } } };
    const reply = await (await made({ ...snapshot, services })).request("/status");
    expect(await reply.json()).toMatchObject({ services: [{ targets: [{ origin }] }] });
  });

  test("gives Prometheus its measures, and probes their answers", async () => {
    const admin = await made();
    const metrics = await admin.request("/metrics");
    expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toContain('status="5xx"} 1');
    expect((await admin.request("/health")).status).toBe(200);
    expect((await admin.request("/ready")).status).toBe(200);
  });

  test("shows the snapshot without secrets and consumers", async () => {
    const text = await (await (await made()).request("/snapshot")).text();
    expect(text).toContain("orders:readOrder");
    expect(text).not.toMatch(/hunter2|abababab|mobile/);
  });

  test("shows no value that a policy sets or is told", async () => {
    const policy = (kind: string, options: Record<string, unknown>): Policy => ({
      phase: "request",
      kind,
      options,
      origin: { file: "gateway.yaml", line: 1, pointer: "/policies/0" },
    });
    const operation = {
      ...operationOf(),
      policies: [
        policy("requestHeaders", { set: { authorization: "Bearer s3cret" }, remove: ["cookie"] }),
        policy("rewriteBody", { set: { "/login": { password: "s3cret", roles: ["s3cret"] } } }),
        policy("use", { module: "./sign.ts", with: { key: "s3cret", attempts: 3 } }),
      ],
    };
    const text = await (await (await made(snapshotOf([operation]))).request("/snapshot")).text();
    expect(text).not.toContain("s3cret");
    expect(JSON.parse(text)).toMatchObject({
      operations: [
        {
          policies: [
            { options: { set: { authorization: "***" }, remove: ["cookie"] } },
            { options: { set: { "/login": { password: "***", roles: ["***"] } } } },
            { options: { module: "./sign.ts", with: { key: "***", attempts: "***" } } },
          ],
        },
      ],
    });
  });

  test.each([
    ["127.0.0.1:9901", 200],
    ["[::1]:9901", 200],
    ["gateway", 200],
    ["gateway:9901", 200],
    ["localhost", 200],
    ["gateway.infra.svc", 200],
    ["gateway.internal:9901", 200],
    ["status.example.com", 200],
    ["evil.example.net", 421],
    ["127.0.0.1.evil.example.net", 421],
    ["localhost.evil.example.net:9901", 421],
  ])("answers a request for %s with %i", async (host, status) => {
    const admin = await made(undefined, ["status.example.com"]);
    expect((await admin.request("/status", { headers: { host } })).status).toBe(status);
  });

  test("its page loads nothing but its own files", async () => {
    const admin = await made();
    const page = await admin.request("/");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await page.text();
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to)).toEqual([
      "data:,",
      "status.css",
      "status",
      "status.js",
    ]);
    expect((await admin.request("/status.js")).headers.get("content-type")).toBe(
      "text/javascript; charset=utf-8",
    );
  });
});
