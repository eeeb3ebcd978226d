import { ProxyTracerProvider, trace } from "@opentelemetry/api";
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, it, vi } from "vitest";
import { flushTraces } from "./flush-traces.ts";

afterEach(() => trace.disable());

describe("the spans of the last requests", () => {
  it("are handed over before the process ends", async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }),
    );
    expect(trace.getTracerProvider()).toBeInstanceOf(ProxyTracerProvider);
    trace.getTracer("test").startSpan("GET /orders").end();
    expect(exporter.getFinishedSpans()).toEqual([]);
    await flushTraces();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["GET /orders"]);
  });

  it("hold up no stop where nobody collects them, or where an exporter fails", async () => {
    await expect(flushTraces()).resolves.toBeUndefined();
    const forceFlush = vi.fn(() => Promise.reject(new Error("no")));
    const provider = { getTracer: (name: string) => trace.getTracer(name), forceFlush };
    trace.setGlobalTracerProvider(provider);
    await expect(flushTraces()).resolves.toBeUndefined();
    expect(forceFlush).toHaveBeenCalledTimes(1);
  });
});
