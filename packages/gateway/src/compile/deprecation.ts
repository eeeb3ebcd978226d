import type { DeprecatedConfig } from "../config/config.ts";
import { FORMATS } from "../config/formats.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import type { Findings } from "../findings.ts";
import * as wrong from "../mistakes.ts";
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
  documentSunset: string | undefined,
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
    // RFC 9110 §5.6.7
    sunset: sunset === undefined ? null : new Date(sunset).toUTCString(),
    successor: successor === undefined ? null : successorOf(successor),
    documentation: documentation ?? null,
  };
}

const DATE = FORMATS.get("date")!;

/** `x-sunset` of an operation. Other spellings of dates would be another day where the time zone is another. */
export function readSunset(operation: Spot, findings: Findings): string | undefined {
  const written = operation.get("x-sunset");
  if (written.value === undefined) return undefined;
  if (DATE.accepts(written.value)) return written.value as string;
  return findings.warn(wrong.wrongPart(shown(written.value), DATE.words), written.origin);
}
