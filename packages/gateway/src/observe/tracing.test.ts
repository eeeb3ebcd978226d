import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { App, endpoint, path, serve } from "waymark";
import { telemetry } from "waymark/opentelemetry";
import { z } from "zod";
import { KeptSpans } from "../../../waymark/src/observability/kept-spans.fixture.ts";
import { Gateway } from "../plane/gateway.ts";
import { operationOf, serviceOf, upstreamOf } from "../plane/snapshot.fixture.ts";
import { finished, snapshotOf } from "./finished.fixture.ts";
import { tracedIfProvided } from "./traced.ts";
import { tracing } from "./tracing.ts";

const kept = new KeptSpans();
const closers: (() => unknown)[] = [];
beforeAll(() => kept.register());
afterAll(() => kept.unregister());
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  kept.reset();
});

/** A Waymark application that is traced as well, and a gateway in front of it. */
async function traced(): Promise<string> {
  const app = new App();
  app.use(telemetry());
  const readOrder = endpoint({ input: { id: path(z.string()) } }, function readOrder({ id }) {
    return { id };
  });
  app.get("/orders/{id}", readOrder);
  const upstream = await serve(app, { port: 0, signals: false });
  closers.push(() => upstream.close());
  const snapshot = snapshotOf([operationOf("GET /orders/{id}", { operationId: "readOrder" })]);
  const gateway = new Gateway(
    { ...snapshot, services: { shop: serviceOf(upstreamOf([upstream.url])) } },
    { stepsOf: () => [], watcher: tracing() },
  );
  const running = await serve(gateway, { port: 0, signals: false });
  closers.push(() => running.close());
  return running.url;
}

describe("traces", () => {
  test.each([
    [{ status: 404 }, SpanStatusCode.UNSET, undefined],
    [{ status: 500 }, SpanStatusCode.ERROR, "500"],
    [{ status: 502, failure: "connect" as const, attempts: 2 }, SpanStatusCode.ERROR, "connect"],
  ])("tell what failed: %j", (given, code, type) => {
    const span = kept.provider.getTracer("test").startSpan("GET /orders/{id}");
    tracing().over(finished(given), span);
    const [{ status, attributes }] = kept.spans as [(typeof kept.spans)[number]];
    expect([status.code, attributes["error.type"]]).toEqual([code, type]);
    expect(attributes["http.request.resend_count"]).toBe("attempts" in given ? 1 : undefined);
  });

  test("join client, gateway and application by W3C Trace Context", async () => {
    const url = await traced();
    const caller = kept.provider.getTracer("test").startSpan("caller");
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), caller), headers);
    await (await fetch(`${url}/orders/1`, { headers })).text();
    caller.end();
    await expect.poll(() => kept.spans.length).toBe(3);
    const inGateway = kept.spans.find(({ attributes }) => attributes["waymark.service"] === "shop")!;
    const inApplication = kept.spans.find(
      ({ attributes }) => attributes["waymark.endpoint"] === "readOrder",
    )!;
    expect(inGateway.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
    expect(inApplication.parentSpanContext?.spanId).toBe(inGateway.spanContext().spanId);
    expect(new Set(kept.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(inGateway.attributes).toMatchObject({
      "http.request.method": "GET",
      "http.route": "/orders/{id}",
      "http.response.status_code": 200,
      "url.path": "/orders/1",
      "waymark.operation_id": "readOrder",
    });
  });

  test("are made where somebody gave the API a provider, and not otherwise", async () => {
    expect(await tracedIfProvided()).toHaveLength(1);
    kept.unregister();
    expect(await tracedIfProvided()).toEqual([]);
    kept.register();
  });
});
