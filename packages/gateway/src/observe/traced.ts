import type { Watcher } from "./watcher.ts";

/**
 * `tracing()` where this process has OpenTelemetry's API and somebody gave it a provider, as `node --import ./telemetry.mjs`
 * does; else nothing, and nothing is done for it per request.
 */
export async function tracedIfProvided(): Promise<readonly Watcher[]> {
  const api = await import("@opentelemetry/api").catch(() => undefined);
  if (api === undefined) return [];
  const provider = api.trace.getTracerProvider();
  const actual = provider instanceof api.ProxyTracerProvider ? provider.getDelegate() : provider;
  if (actual.constructor.name === "NoopTracerProvider") return [];
  const { tracing } = await import("./tracing.ts");
  return [tracing()];
}
