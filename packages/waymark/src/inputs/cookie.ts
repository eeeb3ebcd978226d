import type { Input, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/**
 * A cookie of the request (RFC 6265), converted to what the schema wants, then validated. For a cookie that proves who is
 * asking use `apiKey({ in: "cookie" })` of `waymark/security`, which also documents it as a security scheme.
 *
 * ```ts
 * input: { theme: cookie(z.enum(["light", "dark"]).default("light")) }
 * ```
 */
export function cookie<X extends Schema>(
  schema: X,
  options: InputOptions = {},
): Input<"cookie", OutputOf<X>, never> {
  const marker: WireMarker = { in: "cookie", schema, options };
  return marker as Input<"cookie", OutputOf<X>, never>;
}
