import { Hiding } from "../http/hide-secrets.ts";
import { knownSecrets } from "../http/known-secrets.ts";
import { visibleText } from "../http/visible-text.ts";
import type { Logger } from "../logger.ts";
import { logSink, type FieldLogger, type LineLogger } from "./log-sink.ts";

/**
 * A logger for `new App({ logger })` that writes what the framework reports (failures that no client is told of) as fields:
 * what was thrown is `err`. pino by itself takes no error behind a message.
 *
 * ```ts
 * const logger = pino();
 * const app = new App({ logger: appLogger(logger) });
 * app.use(requestLog({ logger }));
 * ```
 */
export function appLogger(logger: FieldLogger | LineLogger = console): Logger {
  const write = logSink(logger);
  const at =
    (level: "error" | "warn") =>
    (message: string, details?: unknown): void => {
      const hiding = new Hiding(knownSecrets());
      const fields = details === undefined ? {} : fieldsOf(hiding.value(details));
      write(level, fields, hiding.text(visibleText(message)));
    };
  return { error: at("error"), warn: at("warn") };
}

function fieldsOf(details: unknown): Record<string, unknown> {
  return details instanceof Error ? { err: details } : { details };
}
