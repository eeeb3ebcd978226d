import type { Input, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/**
 * A request header field. Its name is the input's own in kebab-case (`requestId` reads `request-id`), or `name`; case does
 * not matter (RFC 9110 §5.1). The value is converted to what the schema wants, then validated.
 *
 * ```ts
 * input: { ifMatch: header(z.string().optional()), version: header(z.int(), { name: "X-Api-Version" }) }
 * ```
 */
export function header<X extends Schema>(
  schema: X,
  options: InputOptions = {},
): Input<"header", OutputOf<X>, never> {
  const marker: WireMarker = { in: "header", schema, options };
  return marker as Input<"header", OutputOf<X>, never>;
}
