import { Counter, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { header, path } from "../inputs/index.ts";
import { appWith } from "../middleware/app.fixture.ts";
import { metrics, type MetricsOptions } from "./metrics.ts";

const readItem = endpoint({ name: "readItem", input: { itemId: path(z.string()) } }, ({ itemId }) => itemId);

function measured(options: MetricsOptions<never> = {}): { app: App; read: () => Promise<string> } {
  const measures = metrics({ process: false, ...options });
  const app = appWith([measures]);
  app.include(measures.router);
  return { app, read: async () => await (await app.request(options.path ?? "/metrics")).text() };
}

/** The lines of one measure, its comments aside. */
const linesOf = (text: string, name: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(name));

describe("the measures", () => {
  it("are by method, route, class of status and endpoint, however many paths and methods there were", async () => {
    const { app, read } = measured();
    app.get("/items/{itemId}", readItem);
    for (const each of [
      "/items/1",
      "/items/2",
      "HEAD /items/2",
      "/a",
      "/b",
      "DELETE /items/1",
      "BREW1 /x",
      "BREW2 /x",
    ])
      await app.request(each);
    expect(linesOf(await read(), "http_requests_total")).toEqual([
      'http_requests_total{method="GET",route="/items/{itemId}",status="2xx",endpoint="readItem"} 2',
      'http_requests_total{method="HEAD",route="/items/{itemId}",status="2xx",endpoint="readItem"} 1',
      'http_requests_total{method="GET",route="",status="4xx",endpoint=""} 2',
      'http_requests_total{method="DELETE",route="",status="4xx",endpoint=""} 1',
      'http_requests_total{method="OTHER",route="",status="4xx",endpoint=""} 2',
    ]);
  });

  it("have durations in seconds, in buckets", async () => {
    const { app, read } = measured({ buckets: [0.5, 30] });
    app.get("/", () => "ok");
    await app.request("/");
    const labels = 'method="GET",route="/",status="2xx",endpoint="GET /"';
    const text = await read();
    expect(
      linesOf(text, "http_request_duration_seconds_bucket").map((line) => /le="([^"]*)"/.exec(line)![1]),
    ).toEqual(["0.5", "30", "+Inf"]);
    expect(linesOf(text, "http_request_duration_seconds_count")[0]).toMatch(/ 1$/);
    expect(labels).toContain("GET");
  });

  it("tell how many are being answered, the one that asks among them", async () => {
    const { read } = measured();
    expect(linesOf(await read(), "http_requests_in_flight")).toEqual(["http_requests_in_flight 1"]);
  });

  it("have a prefix and stand beside those of the application", async () => {
    const registry = new Registry();
    const bought = new Counter({ name: "bought_total", help: "Bought.", registers: [registry] });
    bought.inc(3);
    const { read } = measured({ registry, prefix: "shop_" });
    await read();
    const text = await read();
    expect(text).toContain("bought_total 3");
    expect(linesOf(text, "shop_http_requests_total")[0]).toContain('endpoint="metrics"');
  });

  it("of the process are there unless they are not wanted", async () => {
    const text = await measured({ process: true }).read();
    for (const name of [
      "nodejs_eventloop_lag_seconds",
      "nodejs_heap_size_used_bytes",
      "process_resident_memory_bytes",
    ])
      expect(linesOf(text, name)).not.toEqual([]);
    expect(await measured().read()).not.toContain("nodejs_");
  });
});

describe("the path that Prometheus asks", () => {
  it("speaks its text format, is not kept and is not in the document", async () => {
    const { app } = measured({ path: "/internal/metrics" });
    const response = await app.request("/internal/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(app.openapi().paths).toEqual({});
  });

  it("can be guarded", async () => {
    const operator = dependency({ input: { key: header(z.string().default("")) } }, ({ key }) =>
      key === "open" ? undefined : HttpError.throw(403),
    );
    const { app } = measured({ dependencies: [operator] });
    expect((await app.request("/metrics")).status).toBe(403);
    expect((await app.request("/metrics", { headers: { key: "open" } })).status).toBe(200);
  });

  it("can be another application's", async () => {
    const measures = metrics({ process: false });
    const shop = appWith([measures]);
    shop.get("/", () => "ok");
    const inside = appWith([]);
    inside.include(measures.router);
    await shop.request("/");
    expect(await (await inside.request("/metrics")).text()).toContain('route="/"');
    expect((await shop.request("/metrics")).status).toBe(404);
  });
});
