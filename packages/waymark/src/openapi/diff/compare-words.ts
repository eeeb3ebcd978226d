import { canonicalText } from "../canonical-text.ts";
import type { Findings, Place } from "./findings.ts";
import type { Spot } from "./source.ts";

/** What an operation, parameter, body, response or header says to people, and whether it is deprecated. */
export function compareWords(before: Spot, after: Spot, place: Place, findings: Findings): void {
  for (const keyword of ["summary", "description", "externalDocs"]) {
    const [was, is] = [before.get(keyword), after.get(keyword)];
    if (canonicalText(was?.value) === canonicalText(is?.value)) continue;
    const told = { spot: is ?? was ?? after, before: was?.value, after: is?.value };
    findings.add(place, "description-changed", { ...told, message: `the ${keyword} changed` });
  }
  if (before.says("deprecated") !== after.says("deprecated"))
    if (after.says("deprecated"))
      findings.add(place, "deprecated-added", { spot: after, message: "it is deprecated now" });
    else findings.add(place, "deprecated-removed", { spot: after, message: "it is not deprecated any more" });
  compareExamples(before, after, place, findings);
}

export function compareExamples(before: Spot, after: Spot, place: Place, findings: Findings): void {
  if (examplesOf(before) !== examplesOf(after))
    findings.add(place, "example-changed", { spot: after, message: "the examples changed" });
}

function examplesOf(spot: Spot): string {
  const named = spot.at("examples")?.members() ?? [];
  const values = Object.fromEntries(named.map(([name, each]) => [name, each.value]));
  return canonicalText([spot.get("example")?.value, values]);
}
