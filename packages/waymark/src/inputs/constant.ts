import type { Input } from "./input.ts";
import type { ConstantMarker } from "./marker.ts";

/**
 * A fixed value, mostly for a route's `bind`: what differs between versions and aliases of one function. Its type is
 * checked against the input it is bound to; it is not validated, and the input leaves that route's document.
 *
 * ```ts
 * app.get("/v1/items", listItems, { bind: { limit: constant(10) } });
 * ```
 */
export function constant<const T>(value: T): Input<"constant", T, never> {
  const marker: ConstantMarker = { in: "constant", value };
  return marker as Input<"constant", T, never>;
}
