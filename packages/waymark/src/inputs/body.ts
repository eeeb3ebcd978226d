import type { Input, OutputOf, Schema } from "./input.ts";
import type { BodyMarker, BodyOptions } from "./marker.ts";

/**
 * The request's JSON body, validated as it is: nothing is converted. One `body` is the whole body; several are one object
 * keyed by name. It is read only from a request whose content type is JSON (otherwise 415), within the body limit (413).
 *
 * ```ts
 * input: { product: body(Product) }
 * ```
 */
export function body<X extends Schema>(
  schema: X,
  options: BodyOptions = {},
): Input<"body", OutputOf<X>, never> {
  const marker: BodyMarker = { in: "body", schema, options };
  return marker as Input<"body", OutputOf<X>, never>;
}
