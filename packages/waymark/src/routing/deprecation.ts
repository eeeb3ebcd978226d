import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { Deprecation } from "./route.ts";
import { parseTemplate } from "./template.ts";

/** What the app, routers, endpoint or route say about being deprecated. */
export type Deprecated = boolean | Deprecation | undefined;

/**
 * Of statements from the outermost to the innermost: deprecated by whoever says so, with the dates of the innermost that
 * gives any; an inner `false` takes back what is said further out.
 */
export function deprecatedBy(statements: readonly Deprecated[]): boolean | Deprecation {
  let isDeprecated = false;
  for (const statement of statements.toReversed()) {
    if (typeof statement === "object") return statement;
    if (statement === false) break;
    isDeprecated ||= statement === true;
  }
  return isDeprecated;
}

/** Tells of dates that are none, of a sunset before the deprecation, and of a successor that is no template. */
export function checkDeprecation(deprecated: Deprecated, report: (mistake: Mistake) => void): void {
  if (typeof deprecated !== "object") return;
  const { since, sunset, successor } = deprecated;
  const isSince = isDate(since);
  if (!isSince) report(mistakes.invalidDate("since", since));
  if (sunset !== undefined) {
    if (!isDate(sunset)) report(mistakes.invalidDate("sunset", sunset));
    else if (isSince && Date.parse(sunset) < Date.parse(since))
      report(mistakes.sunsetBeforeDeprecation(since, sunset));
  }
  const faults = successor === undefined ? [] : parseTemplate(successor);
  if (Array.isArray(faults)) for (const fault of faults) report(mistakes.malformedTemplate(fault));
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** An ISO 8601 date that exists; with a time only where the offset is given, which otherwise depends on the machine. */
function isDate(value: unknown): value is string {
  const [, year, month, day] = (typeof value === "string" && DATE.exec(value)) || [];
  if (year === undefined || Number.isNaN(Date.parse(value as string))) return false;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= last;
}
