import type { Comparison } from "./comparison.ts";
import { compareWords } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import { match } from "./operations.ts";
import { schemaAt, type Conjunction } from "./schema/conjunction.ts";
import type { Spot } from "./source.ts";

/** Header fields of a response. */
export function compareHeaders(
  before: Spot | undefined,
  after: Spot | undefined,
  place: Place,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const { pairs, removed, added } = match(headersOf(before), headersOf(after), ([name]) =>
    name.toLowerCase(),
  );
  for (const [[, old], [name, now]] of pairs) compareHeader(old, now, place.in(`header ${name}`), comparison);
  for (const [name, old] of removed)
    findings.add(place.in(`header ${name}`), "header-removed", {
      spot: old,
      before: name,
      message: `the field ${name} is gone`,
    });
  for (const [name, now] of added)
    findings.add(place.in(`header ${name}`), "header-added", {
      spot: now,
      after: name,
      message: `the field ${name} is new`,
    });
}

/** `Content-Type` says what `content` says (OpenAPI 3.1, Response Object). */
function headersOf(headers: Spot | undefined): [string, Spot][] {
  return (headers?.members() ?? []).filter(([name]) => name.toLowerCase() !== "content-type");
}

function compareHeader(before: Spot, after: Spot, place: Place, comparison: Comparison): void {
  const { findings, schemas } = comparison;
  if (before.says("required") !== after.says("required"))
    if (after.says("required"))
      findings.add(place, "header-became-required", {
        spot: after,
        message: "the field is always there now",
      });
    else
      findings.add(place, "header-became-optional", { spot: after, message: "the field may be absent now" });
  compareWords(before, after, place, findings);
  schemas.compare(schemaOf(before), schemaOf(after), place, findings);
}

function schemaOf(header: Spot): Conjunction {
  const [content] = header.at("content")?.members() ?? [];
  return schemaAt(content?.[1] ?? header, "schema");
}
