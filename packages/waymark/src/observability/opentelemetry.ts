export { telemetry, type TelemetryOptions } from "./telemetry.ts";
export { traceHeaders } from "./trace-headers.ts";
