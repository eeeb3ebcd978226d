import { canonicalText } from "../canonical-text.ts";
import type { Comparison } from "./comparison.ts";
import { compareContent } from "./compare-content.ts";
import { compareHeaders } from "./compare-headers.ts";
import { compareWords } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import { match, type Operation } from "./operations.ts";
import type { Spot } from "./source.ts";

type Response = readonly [status: string, spot: Spot];

/** `place` flows the way of the responses. */
export function compareResponses(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const [was, is] = [responsesOf(before), responsesOf(after)];
  const { pairs, removed, added } = match(was, is, ([status]) => status);
  for (const [[status, old], [, now]] of pairs)
    compareResponse(old, now, place.in(`response ${status}`), comparison);
  compareSuccesses(
    removed.filter((each) => isSuccess(each, was)),
    added.filter((each) => isSuccess(each, is)),
    is,
    place,
    comparison,
  );
  const { findings } = comparison;
  for (const [status, spot] of removed.filter((each) => !isSuccess(each, was)))
    findings.add(place.in(`response ${status}`), "error-status-removed", {
      spot,
      before: status,
      message: `the status ${status} is gone`,
    });
  for (const [status, spot] of added.filter((each) => !isSuccess(each, is)))
    findings.add(place.in(`response ${status}`), "error-status-added", {
      spot,
      after: status,
      message: `the status ${status} is new`,
    });
}

function responsesOf({ spot }: Operation): Response[] {
  const responses = spot.at("responses")?.members() ?? [];
  return responses
    .filter(([status]) => !status.startsWith("x-"))
    .map(([status, each]) => [status.toUpperCase().replace("DEFAULT", "default"), each]);
}

/** "default" stands for errors, unless nothing else is there to stand for success. */
function isSuccess([status]: Response, all: readonly Response[]): boolean {
  return status === "default" ? !all.some(([each]) => /^[123]/.test(each)) : /^[123]/.test(status);
}

function compareSuccesses(
  removed: readonly Response[],
  added: readonly Response[],
  after: readonly Response[],
  place: Place,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const gone = removed.filter(([status, old]) => {
    // "2XX" answers for 200, and "default" for all.
    const wider = after.find(
      (each) => (each[0] === `${status[0]}XX` || each[0] === "default") && isSuccess(each, after),
    );
    if (wider !== undefined) compareResponse(old, wider[1], place.in(`response ${status}`), comparison);
    return wider === undefined;
  });
  const [one, other] = [gone[0], added[0]];
  if (one !== undefined && other !== undefined && gone.length === 1 && added.length === 1) {
    const here = place.in(`response ${other[0]}`);
    const message = `the status was ${one[0]}, and is ${other[0]}`;
    findings.add(here, "success-status-changed", {
      spot: other[1],
      before: one[0],
      after: other[0],
      message,
    });
    compareResponse(one[1], other[1], here, comparison);
    return;
  }
  for (const [status, spot] of gone)
    findings.add(place.in(`response ${status}`), "success-status-removed", {
      spot,
      before: status,
      message: `the status ${status} is gone`,
    });
  for (const [status, spot] of added)
    findings.add(place.in(`response ${status}`), "success-status-added", {
      spot,
      after: status,
      message: `the status ${status} is new`,
    });
}

function compareResponse(before: Spot, after: Spot, place: Place, comparison: Comparison): void {
  const { findings } = comparison;
  compareWords(before, after, place, findings);
  compareContent(before, after, place, comparison);
  compareHeaders(before.at("headers"), after.at("headers"), place, comparison);
  const [was, is] = [before.at("links"), after.at("links")];
  if (canonicalText(was?.value) !== canonicalText(is?.value))
    findings.add(place, "links-changed", { spot: is ?? was ?? after, message: "the links changed" });
}
