import { canonicalText } from "../canonical-text.ts";
import type { Comparison } from "./comparison.ts";
import { compareParameters } from "./compare-parameters.ts";
import { compareRequestBodies } from "./compare-request-body.ts";
import { compareResponses } from "./compare-responses.ts";
import { compareWords } from "./compare-words.ts";
import type { Place } from "./findings.ts";
import type { Operation } from "./operations.ts";
import { schemaAt } from "./schema/conjunction.ts";

/** What every operation has, the API's own or one of a callback. `place` flows the way of its request. */
export function compareOperation(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const [was, is] = [before.spot.text("operationId"), after.spot.text("operationId")];
  if (was !== is) {
    const message = `the operationId was ${was ?? "absent"}, and is ${is ?? "absent"}`;
    findings.add(place, "operation-id-changed", { spot: after.spot, before: was, after: is, message });
  }
  compareWords(before.spot, after.spot, place, findings);
  compareLabels(before, after, place, comparison);
  compareParameters(before, after, place, comparison);
  compareRequestBodies(before, after, place, comparison);
  compareResponses(before, after, place.back(), comparison);
  if (after.method === "WEBSOCKET") compareMessages(before, after, place, comparison);
}

function compareLabels(before: Operation, after: Operation, place: Place, { findings }: Comparison): void {
  const [was, is] = [before, after].map(
    ({ spot }) =>
      spot
        .get("tags")
        ?.raw()
        .map(({ value }) => String(value)) ?? [],
  );
  if (canonicalText(was!.toSorted()) !== canonicalText(is!.toSorted()))
    findings.add(place, "tags-changed", {
      spot: after.spot,
      before: was,
      after: is,
      message: "the tags changed",
    });
  const [sunset, date] = [before.spot.text("x-sunset"), after.spot.text("x-sunset")];
  if (sunset !== date) {
    const message = `x-sunset was ${sunset ?? "absent"}, and is ${date ?? "absent"}`;
    findings.add(place, "sunset-changed", { spot: after.spot, before: sunset, after: date, message });
  }
}

/** Of a WebSocket: what it receives, what it sends, and the subprotocols that it speaks. */
function compareMessages(
  before: Operation,
  after: Operation,
  place: Place,
  { findings, schemas }: Comparison,
): void {
  const of = (operation: Operation, key: string): ReturnType<typeof schemaAt> =>
    schemaAt(operation.spot, key);
  schemas.compare(of(before, "receive"), of(after, "receive"), place.in("receive"), findings);
  schemas.compare(of(before, "send"), of(after, "send"), place.back().in("send"), findings);
  const [was, is] = [before, after].map(
    ({ spot }) =>
      new Set(
        spot
          .get("protocols")
          ?.raw()
          .map(({ value }) => String(value)) ?? [],
      ),
  );
  for (const protocol of was!)
    if (!is!.has(protocol))
      findings.add(place, "protocol-removed", {
        spot: after.spot,
        before: protocol,
        message: `the subprotocol ${protocol} is gone`,
      });
  for (const protocol of is!)
    if (!was!.has(protocol))
      findings.add(place, "protocol-added", {
        spot: after.spot,
        after: protocol,
        message: `the subprotocol ${protocol} is new`,
      });
}
