import { describe, expect, test } from "vitest";
import { upstreamOf } from "../plane/snapshot.fixture.ts";
import { makeTargetSet } from "../upstream/targets.ts";
import { finished, operationOf } from "./finished.fixture.ts";
import { GatewayMetrics } from "./metrics.ts";

const made = (): GatewayMetrics => new GatewayMetrics({ process: false });
const linesOf = async (metrics: GatewayMetrics, name: string): Promise<string[]> =>
  (await metrics.registry.metrics())
    .split("\n")
    .filter((line) => line.startsWith(name) && !line.startsWith("#"));

describe("the measures", () => {
  test("count requests by operation and class of status", async () => {
    const metrics = made();
    metrics.over(finished());
    metrics.over(finished({ status: 204 }));
    metrics.over(
      finished({ status: 503, failure: "breaker-open", attempts: 0, upstreamMilliseconds: undefined }),
    );
    metrics.over(finished({ operation: null, status: 404, attempts: 0, upstreamMilliseconds: undefined }));
    expect(await linesOf(metrics, "gateway_requests_total")).toEqual([
      'gateway_requests_total{service="orders",operation="orders:readOrder",status="2xx"} 2',
      'gateway_requests_total{service="orders",operation="orders:readOrder",status="5xx"} 1',
      'gateway_requests_total{service="",operation="",status="4xx"} 1',
    ]);
    expect(await linesOf(metrics, "gateway_upstream_failures_total")).toEqual([
      'gateway_upstream_failures_total{service="orders",reason="breaker-open"} 1',
    ]);
    expect(await linesOf(metrics, "gateway_upstream_attempts_total")).toEqual([
      'gateway_upstream_attempts_total{service="orders"} 2',
    ]);
    expect(await linesOf(metrics, "gateway_upstream_duration_seconds_count")).toEqual([
      'gateway_upstream_duration_seconds_count{service="orders"} 2',
    ]);
  });

  test("do not time connections that stay open", async () => {
    const metrics = made();
    metrics.over(finished({ status: 101, milliseconds: 1e9 }));
    expect(await linesOf(metrics, "gateway_request_duration_seconds_count")).toEqual([]);
  });

  test("have as many series as there are operations, whatever clients ask for", async () => {
    const metrics = made();
    for (let i = 0; i < 10_000; i++)
      metrics.over(finished({ path: `/orders/${i}`, method: `M${i}`, host: `h${i}`, principal: `p${i}` }));
    expect((await metrics.registry.metrics()).split("\n").length).toBeLessThan(70);
  });

  test("forget operations that went", async () => {
    const metrics = made();
    metrics.over(finished());
    const stays = operationOf("orders:listOrders");
    metrics.over(finished({ operation: stays }));
    metrics.over(finished({ operation: null }));
    metrics.keepOnly([stays]);
    const text = await metrics.registry.metrics();
    expect(text).not.toContain("readOrder");
    expect(text).toContain("listOrders");
    metrics.over(finished());
    expect(
      await linesOf(metrics, 'gateway_requests_total{service="orders",operation="orders:readOrder"'),
    ).toEqual(['gateway_requests_total{service="orders",operation="orders:readOrder",status="2xx"} 1']);
  });

  test("forget an operation of a service's other address, and one that has moved there", async () => {
    const metrics = made();
    const there = operationOf("orders:upload", { service: "orders@uploads.example" });
    const here = operationOf("orders:upload");
    metrics.over(finished({ operation: there }));
    metrics.keepOnly([here]);
    metrics.over(finished({ operation: here }));
    expect(await linesOf(metrics, "gateway_requests_total")).toEqual([
      'gateway_requests_total{service="orders",operation="orders:upload",status="2xx"} 1',
    ]);
  });

  test("show targets and breakers as they are when asked", async () => {
    const metrics = made();
    const set = makeTargetSet(upstreamOf(["http://10.0.0.1", "http://10.0.0.2"]), { report: () => {} });
    await set.start();
    metrics.watchTargets(() => new Map([["orders", set]]));
    set.take({ hashKey: undefined, tried: [], isCanary: false });
    expect(await linesOf(metrics, 'gateway_targets{service="orders",state="up"}')).toEqual([
      'gateway_targets{service="orders",state="up"} 2',
    ]);
    expect(await linesOf(metrics, "gateway_upstream_requests_in_flight")).toEqual([
      'gateway_upstream_requests_in_flight{service="orders"} 1',
    ]);
    expect(await linesOf(metrics, "gateway_breaker_open")).toEqual([
      'gateway_breaker_open{service="orders"} 0',
    ]);
    set.close();
  });
});

test("counts what was refused, by the phase that did", async () => {
  const metrics = new GatewayMetrics({ process: false });
  metrics.over(finished({ status: 429, refused: "limit", attempts: 0 }));
  metrics.over(finished({ status: 404, refused: "route", attempts: 0, operation: null }));
  const text = await metrics.registry.metrics();
  expect(text).toContain('gateway_refused_total{service="orders",reason="limit"} 1');
  expect(text).toContain('gateway_refused_total{service="",reason="route"} 1');
});
