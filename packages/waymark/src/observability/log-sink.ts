import { visibleText } from "../http/visible-text.ts";

/** How much a line matters. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** pino, and what takes fields and a message as pino does. */
export interface FieldLogger {
  error(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  debug(fields: object, message?: string): void;
  child(fields: object): FieldLogger;
}

/** What takes lines of text: `console`. */
export interface LineLogger {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

/** Writes one entry. Fields are the framework's, already without secrets. */
export type LogSink = (level: LogLevel, fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Writes to pino by its own ways, and to anything else a line of JSON an entry, with pino's names for level, time and text. */
export function logSink(logger: FieldLogger | LineLogger): LogSink {
  if (isFieldLogger(logger)) return (level, fields, message) => logger[level](fields, message);
  return (level, fields, message) => logger[level](jsonLine(level, fields, message));
}

export function isFieldLogger(logger: object): logger is FieldLogger {
  return typeof (logger as Partial<FieldLogger>).child === "function";
}

function jsonLine(level: LogLevel, fields: Readonly<Record<string, unknown>>, message: string): string {
  const time = new Date().toISOString();
  let text: string;
  try {
    text = JSON.stringify({ level, time, ...fields, msg: message }, plain);
  } catch {
    // A cycle, or a getter that throws, in fields of the application's.
    text = JSON.stringify({ level, time, msg: message });
  }
  // JSON escapes C0 only.
  return visibleText(text);
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Error ? errorFields(value) : value;
}

/** An error as fields: what JSON makes of one by itself is `{}`. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const fields = { ...(error as object), type: name, message, stack };
  return cause === undefined
    ? fields
    : { ...fields, cause: cause instanceof Error ? errorFields(cause) : cause };
}
