import type { DeprecatedConfig } from "../config/config.ts";
import type { Deprecation } from "../snapshot.ts";

/**
 * What a client is told of the end of an operation: by the most particular of what the configuration and `x-waymark` say,
 * then by the document's own `deprecated` and `x-sunset`. Null where nobody says anything.
 *
 * @param successorOf a template of what is named as successor
 */
export function deprecationOf(
  said: boolean | DeprecatedConfig | undefined,
  isDeprecated: boolean,
  documentSunset: unknown,
  successorOf: (successor: string) => string,
): Deprecation | null {
  if (said === false || (said === undefined && !isDeprecated)) return null;
  const {
    since,
    sunset = documentSunset,
    successor,
    documentation,
  } = typeof said === "object" ? said : ({} as DeprecatedConfig);
  return {
    since: since === undefined ? null : Math.floor(Date.parse(since) / 1000),
    sunset: httpDate(sunset),
    successor: successor === undefined ? null : successorOf(successor),
    documentation: documentation ?? null,
  };
}

/** RFC 9110 §5.6.7; null for what is no date. */
function httpDate(date: unknown): string | null {
  const time = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toUTCString();
}
