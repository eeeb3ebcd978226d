// One request, through two applications and what lies between them, is one trace.
import { SpanKind, type Span, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { path } from "../inputs/index.ts";
import { appWith } from "../middleware/app.fixture.ts";
import { serve, type Running } from "../server/serve.ts";
import { KeptSpans } from "./kept-spans.fixture.ts";
import { telemetry } from "./telemetry.ts";
import { traceHeaders } from "./trace-headers.ts";

const kept = new KeptSpans();
const running: Running[] = [];
beforeAll(() => kept.register());
afterAll(async () => {
  for (const each of running) await each.close();
  kept.unregister();
});

async function start(app: ReturnType<typeof appWith>): Promise<string> {
  const served = await serve(app, { port: 0, host: "127.0.0.1", signals: false });
  running.push(served);
  return served.url;
}

/** A request to another service, as its client would make it. */
async function call(url: string): Promise<unknown> {
  const tracer = trace.getTracer("client");
  return await tracer.startActiveSpan("GET", { kind: SpanKind.CLIENT }, async (span: Span) => {
    const response = await fetch(url, { headers: traceHeaders() });
    span.setAttribute("http.response.status_code", response.status);
    span.end();
    return await response.json();
  });
}

it("joins client, shop and stock by W3C Trace Context", async () => {
  const input = { sku: path(z.string()) };
  const stock = appWith([telemetry({ meter: false, steps: true })]);
  stock.get(
    "/stock/{sku}",
    endpoint({ name: "readStock", input }, ({ sku }) => ({ sku, left: 3 })),
  );
  const stockUrl = await start(stock);

  const left = dependency({ name: "left", input }, async ({ sku }) => await call(`${stockUrl}/stock/${sku}`));
  const shop = appWith([telemetry({ meter: false, steps: true })]);
  shop.get(
    "/products/{sku}",
    endpoint({ name: "readProduct", input: { left } }, ({ left }) => ({ left })),
  );
  const shopUrl = await start(shop);

  expect(await call(`${shopUrl}/products/a1`)).toEqual({ left: { sku: "a1", left: 3 } });
  await expect.poll(() => kept.spans.length).toBe(7);
  expect(tree(kept.spans)).toBe(
    [
      "CLIENT GET 200",
      "  SERVER GET /products/{sku} 200 readProduct",
      "    INTERNAL dependency left",
      "      CLIENT GET 200",
      "        SERVER GET /stock/{sku} 200 readStock",
      "          INTERNAL endpoint readStock",
      "    INTERNAL endpoint readProduct",
    ].join("\n"),
  );
  expect(new Set(kept.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
});

function tree(spans: readonly ReadableSpan[], parent?: string, indent = ""): string {
  return spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .toSorted((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
    .flatMap((span) => [
      indent + describeSpan(span),
      ...[tree(spans, span.spanContext().spanId, `${indent}  `)].filter((text) => text !== ""),
    ])
    .join("\n");
}

function describeSpan({ kind, name, attributes }: ReadableSpan): string {
  const parts = [attributes["http.response.status_code"], attributes["waymark.endpoint"]];
  return [SpanKind[kind], name, ...parts.filter((part) => part !== undefined)].join(" ");
}
