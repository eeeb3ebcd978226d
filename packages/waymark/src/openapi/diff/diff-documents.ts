import { canonicalText } from "../canonical-text.ts";
import type { Change } from "./change.ts";
import type { Comparison } from "./comparison.ts";
import { compareCallbacks, compareWebhooks } from "./compare-callbacks.ts";
import { compareOperation } from "./compare-operation.ts";
import { compareSecurity } from "./compare-security.ts";
import { compareDocumentServers, compareOperationServers } from "./compare-servers.ts";
import { Findings, Place } from "./findings.ts";
import { match, operationsOf, shapeOfPath, type Operation } from "./operations.ts";
import { SchemaComparison } from "./schema/schema-comparison.ts";
import { SecuritySchemes } from "./security-schemes.ts";
import { Source } from "./source.ts";

/** What two documents are compared by. */
export interface DiffOptions {
  /**
   * The day against which dates of `x-sunset` are held; today by default. An operation may go, without breaking anything,
   * when its day has passed.
   */
  readonly today?: Date;
}

/**
 * What changed between two OpenAPI documents (3.0, 3.1 or 3.2, parsed), and whether a client that was made for the older
 * one can live with it. What requests may hold can be widened, what responses may hold can be narrowed; what cannot be
 * decided, such as one pattern and another, counts as breaking. How a document is put together - references, names of
 * schemas, order, shared parameters - is no difference. Ordered by path and method.
 *
 * Throws a `TypeError` for what is not an OpenAPI 3 document. References out of the document are compared as text.
 */
export function diffDocuments(
  before: unknown,
  after: unknown,
  { today = new Date() }: DiffOptions = {},
): Change[] {
  const [older, newer] = [new Source(before, "older"), new Source(after, "newer")];
  const findings = new Findings();
  const comparison: Comparison = {
    before: older,
    after: newer,
    findings,
    schemas: new SchemaComparison(),
    schemes: new SecuritySchemes(older, newer),
    today: today.toISOString().slice(0, 10),
  };
  const whole = new Place(undefined, "", "received");
  compareInfo(comparison, whole);
  compareDocumentServers(older, newer, whole, findings);
  comparison.schemes.compare(whole, findings);
  compareOperations(comparison);
  compareWebhooks(comparison);
  return findings.sorted();
}

/** Not the version: it is meant to change. */
function compareInfo({ before, after, findings }: Comparison, whole: Place): void {
  for (const key of ["title", "summary", "description", "termsOfService", "contact", "license"]) {
    const [was, is] = [before, after].map(({ root }) => root.at("info")?.get(key)?.value);
    if (canonicalText(was) === canonicalText(is)) continue;
    const spot = after.root.at("info") ?? after.root;
    findings.add(whole.in("info"), "description-changed", {
      spot,
      before: was,
      after: is,
      message: `the ${key} changed`,
    });
  }
  const [was, is] = [before, after].map(({ root }) => root.at("tags"));
  if (canonicalText(was?.value ?? []) !== canonicalText(is?.value ?? []))
    findings.add(whole.in("tags"), "tags-changed", { spot: is ?? after.root, message: "the tags changed" });
}

function compareOperations(comparison: Comparison): void {
  const { before, after, findings } = comparison;
  const { pairs, removed, added } = match(
    operationsOf(before),
    operationsOf(after),
    ({ method, path }) => `${method} ${path}`,
    ({ method, path }) => `${method} ${shapeOfPath(path)}`,
  );
  for (const [old, now] of pairs) {
    const place = placeOf(now);
    compareOperation(old, now, place, comparison);
    compareOperationServers(old, now, place, findings);
    compareSecurity(old, now, place, comparison);
    compareCallbacks(old, now, place, comparison);
  }
  for (const old of removed) tellRemoved(old, comparison);
  for (const now of added)
    findings.add(placeOf(now), "operation-added", { spot: now.spot, message: "the operation is new" });
}

function placeOf({ method, path }: Operation): Place {
  return new Place(`${method} ${path}`, "", "received");
}

function tellRemoved(operation: Operation, { findings, today }: Comparison): void {
  const { spot } = operation;
  const sunset = spot.text("x-sunset");
  if (sunset !== undefined && isPast(sunset, today))
    findings.add(placeOf(operation), "sunset-operation-removed", {
      spot,
      before: sunset,
      message: `the operation is gone; its sunset was ${sunset}`,
    });
  else if (spot.says("deprecated"))
    findings.add(placeOf(operation), "deprecated-operation-removed", {
      spot,
      message: "the deprecated operation is gone",
    });
  else findings.add(placeOf(operation), "operation-removed", { spot, message: "the operation is gone" });
}

/** A day, or whatever else `Date` reads; what it does not read has not passed. */
function isPast(sunset: string, today: string): boolean {
  const time = Date.parse(sunset);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) <= today;
}
