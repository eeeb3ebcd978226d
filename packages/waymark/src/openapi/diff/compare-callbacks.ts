import type { Comparison } from "./comparison.ts";
import { compareOperation } from "./compare-operation.ts";
import { Place } from "./findings.ts";
import { itemOperations, match, type Operation } from "./operations.ts";
import type { Spot } from "./source.ts";

/** Requests that the API sends, because of this operation. */
export function compareCallbacks(
  before: Operation,
  after: Operation,
  place: Place,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const { pairs, removed, added } = match(callbacksOf(before), callbacksOf(after), keyOf);
  const placeOf = (callback: Operation): Place => place.back().in(`callback ${keyOf(callback)}`);
  for (const [old, now] of pairs) compareOperation(old, now, placeOf(now), comparison);
  for (const each of removed)
    findings.add(placeOf(each), "callback-removed", { spot: each.spot, message: "the callback is gone" });
  for (const each of added)
    findings.add(placeOf(each), "callback-added", { spot: each.spot, message: "the callback is new" });
}

function callbacksOf({ spot }: Operation): Operation[] {
  const callbacks = spot.at("callbacks")?.members() ?? [];
  return callbacks.flatMap(([name, callback]) =>
    callback.members().flatMap(([expression, item]) => itemOperations(`${name} ${expression}`, item)),
  );
}

/** Requests that the API sends to whoever asked for them out of band. */
export function compareWebhooks(comparison: Comparison): void {
  const { before, after, findings } = comparison;
  const { pairs, removed, added } = match(webhooksOf(before.root), webhooksOf(after.root), keyOf);
  const placeOf = ({ method, path }: Operation): Place =>
    new Place(`WEBHOOK ${path}`, method === "POST" ? "" : method, "sent");
  for (const [old, now] of pairs) compareOperation(old, now, placeOf(now), comparison);
  for (const each of removed)
    findings.add(placeOf(each), "callback-removed", { spot: each.spot, message: "the webhook is gone" });
  for (const each of added)
    findings.add(placeOf(each), "callback-added", { spot: each.spot, message: "the webhook is new" });
}

/** 3.0 has no place for them but an extension that Redoc made known. */
function webhooksOf(root: Spot): Operation[] {
  const webhooks = (root.at("webhooks") ?? root.at("x-webhooks"))?.members() ?? [];
  return webhooks.flatMap(([name, item]) => itemOperations(name, item));
}

function keyOf({ path, method }: Operation): string {
  return `${path} ${method}`;
}
