import type { Logger } from "../logger.ts";
import { Hiding } from "./hide-secrets.ts";
import { knownSecrets } from "./known-secrets.ts";

/** The same logger, told nothing of the secrets that the application holds. */
export function secretlessLogger(logger: Logger): Logger {
  const at =
    (level: "error" | "warn") =>
    (message: string, details?: unknown): void => {
      const hiding = new Hiding(knownSecrets());
      const shown = hiding.text(message);
      if (details === undefined) logger[level](shown);
      else logger[level](shown, hiding.value(details));
    };
  return { error: at("error"), warn: at("warn") };
}
