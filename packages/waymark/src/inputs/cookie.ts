import { group, type Group } from "./group.ts";
import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/** `cookie(schema)` reads one cookie, `cookie.all(schema)` several by the schema of one object. */
export interface CookieInput {
  /**
   * A cookie of the request (RFC 6265), converted to what the schema wants, then validated. For a cookie that proves who
   * is asking use `apiKey({ in: "cookie" })` of `waymark/security`, which also documents it as a security scheme.
   *
   * ```ts
   * input: { theme: cookie(z.enum(["light", "dark"]).default("light")) }
   * ```
   */
  <X extends Schema>(schema: X, options?: InputOptions): Input<"cookie", OutputOf<X>, never, InputOf<X>>;
  /**
   * Cookies as one object: each property is a cookie, converted like one of `cookie`, and then the schema judges the
   * object as a whole. A schema without further keys (`z.strictObject`) refuses every cookie that nothing on the route
   * reads; name those that middleware or the rest of the site sets in `allow`.
   *
   * ```ts
   * input: { settings: cookie.all(z.object({ theme: z.enum(["light", "dark"]).default("light"), lang: z.string().optional() })) }
   * ```
   */
  readonly all: Group;
}

export const cookie: CookieInput = Object.assign(
  function cookie<X extends Schema>(
    schema: X,
    options: InputOptions = {},
  ): Input<"cookie", OutputOf<X>, never, InputOf<X>> {
    const marker: WireMarker = { in: "cookie", schema, options };
    return marker as Input<"cookie", OutputOf<X>, never, InputOf<X>>;
  },
  { all: group("cookie") },
);
