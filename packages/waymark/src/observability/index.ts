export { appLogger } from "./app-logger.ts";
export type { FieldLogger, LineLogger, LogLevel } from "./log-sink.ts";
export { requestLog, type LoggedOutcome, type RequestLogOptions } from "./request-log.ts";
export { requestLogger, type RequestLogger } from "./request-logger.ts";
