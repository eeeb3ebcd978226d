import { context, propagation, trace, type TextMapPropagator } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";

/** A provider whose spans are kept; register() makes it the global one, with contexts and W3C Trace Context. */
export class KeptSpans {
  readonly #exporter = new InMemorySpanExporter();
  readonly provider: BasicTracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
  });

  register(propagator: TextMapPropagator = new W3CTraceContextPropagator()): void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(propagator);
    trace.setGlobalTracerProvider(this.provider);
  }

  /** Takes back what register() did. */
  unregister(): void {
    context.disable();
    propagation.disable();
    trace.disable();
  }

  get spans(): ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }
  reset(): void {
    this.#exporter.reset();
  }
}

/** Everything that was measured so far, by instrument. */
export class KeptMeasures {
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#exporter,
    exportIntervalMillis: 3_600_000,
  });
  readonly provider: MeterProvider = new MeterProvider({ readers: [this.#reader] });

  async read(): Promise<Map<string, DataPoint<unknown>[]>> {
    this.#exporter.reset();
    await this.#reader.forceFlush();
    const found = new Map<string, DataPoint<unknown>[]>();
    for (const { scopeMetrics } of this.#exporter.getMetrics())
      for (const { metrics } of scopeMetrics)
        for (const { descriptor, dataPoints } of metrics) found.set(descriptor.name, dataPoints);
    return found;
  }
}
