import { canonicalText } from "../canonical-text.ts";
import type { Comparison } from "./comparison.ts";
import { compareExamples } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import { match } from "./operations.ts";
import { schemaAt } from "./schema/conjunction.ts";
import type { Spot } from "./source.ts";

/** The `content` of two bodies. Absent is empty. */
export function compareContent(
  before: Spot | undefined,
  after: Spot | undefined,
  place: Place,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const [was, is] = [before, after].map((body) => body?.at("content")?.members() ?? []);
  const { pairs, removed, added } = match(was!, is!, ([type]) => plainType(type));
  for (const [[, old], [type, now]] of pairs) compareMedia(old, now, place.in(plainType(type)), comparison);
  for (const [type, old] of removed) {
    // "image/*" takes "image/png" as well.
    const range = place.flow === "received" ? is!.find(([wide]) => covers(wide, type)) : undefined;
    if (range !== undefined) compareMedia(old, range[1], place.in(plainType(type)), comparison);
    else
      findings.add(place.in(plainType(type)), "media-type-removed", {
        spot: old,
        before: type,
        message: `the media type ${type} is gone`,
      });
  }
  for (const [type, now] of added)
    findings.add(place.in(plainType(type)), "media-type-added", {
      spot: now,
      after: type,
      message: `the media type ${type} is new`,
    });
}

/** Case and blanks do not count (RFC 9110, section 8.3.1), and JSON is UTF-8 anyway. */
function plainType(type: string): string {
  return type
    .toLowerCase()
    .replaceAll(/\s/g, "")
    .replace(/;charset="?utf-8"?$/, "");
}

function covers(range: string, type: string): boolean {
  const [wide, plain] = [plainType(range), plainType(type)];
  return wide === "*/*" || (wide.endsWith("/*") && plain.startsWith(wide.slice(0, -1)));
}

function compareMedia(before: Spot, after: Spot, place: Place, comparison: Comparison): void {
  const { findings, schemas } = comparison;
  schemas.compare(schemaAt(before, "schema"), schemaAt(after, "schema"), place, findings);
  schemas.compare(schemaAt(before, "itemSchema"), schemaAt(after, "itemSchema"), place.in("item"), findings);
  compareExamples(before, after, place, findings);
  compareEncodings(before.at("encoding"), after.at("encoding"), place, comparison);
}

/** How the fields of a form are written. */
function compareEncodings(
  before: Spot | undefined,
  after: Spot | undefined,
  place: Place,
  { findings }: Comparison,
): void {
  const [was, is] = [new Map(before?.members()), new Map(after?.members())];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(name), is.get(name)];
    if (canonicalText(old?.value ?? {}) === canonicalText(now?.value ?? {})) continue;
    const told = { spot: (now ?? old)!, before: old?.value, after: now?.value };
    findings.add(place.in(name), "encoding-changed", {
      ...told,
      message: `the field ${name} is written differently`,
    });
  }
}
