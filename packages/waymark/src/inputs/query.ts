import type { Input, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/**
 * A parameter of the query: the `limit` of `?limit=10`, converted to what the schema wants, then validated. An absent one
 * is undefined, so the schema's default or optionality decides. Arrays are repeated keys (`?tag=a&tag=b`) or, with
 * `explode: false`, one comma list; objects need `style: "deepObject"` (`?price[min]=1`).
 *
 * ```ts
 * input: { limit: query(z.int().min(1).max(100).default(10)), tags: query(z.array(z.string()), { name: "tag" }) }
 * ```
 */
export function query<X extends Schema>(
  schema: X,
  options: InputOptions = {},
): Input<"query", OutputOf<X>, never> {
  const marker: WireMarker = { in: "query", schema, options };
  return marker as Input<"query", OutputOf<X>, never>;
}
