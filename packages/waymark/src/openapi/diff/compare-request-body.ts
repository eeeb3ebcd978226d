import type { Comparison } from "./comparison.ts";
import { compareContent } from "./compare-content.ts";
import { compareWords } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import type { Operation } from "./operations.ts";

export function compareRequestBodies(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const [was, is] = [before.spot.at("requestBody"), after.spot.at("requestBody")];
  const { findings } = comparison;
  const here = place.in("body");
  if (was === undefined && is === undefined) return;
  if (was === undefined) {
    if (is!.says("required"))
      findings.add(here, "required-request-body-added", { spot: is!, message: "a body is needed now" });
    else findings.add(here, "request-body-added", { spot: is!, message: "there may be a body now" });
    return;
  }
  if (is === undefined) {
    findings.add(here, "request-body-removed", { spot: was, message: "there is no body any more" });
    return;
  }
  if (was.says("required") !== is.says("required"))
    if (is.says("required"))
      findings.add(here, "request-body-became-required", { spot: is, message: "the body is required now" });
    else
      findings.add(here, "request-body-became-optional", { spot: is, message: "the body is optional now" });
  compareWords(was, is, here, findings);
  compareContent(was, is, here, comparison);
}
