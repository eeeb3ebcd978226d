import { group, type Group } from "./group.ts";
import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/** `header(schema)` reads one header field, `header.all(schema)` several by the schema of one object. */
export interface HeaderInput {
  /**
   * A request header field. Its name is the input's own in kebab-case (`requestId` reads `request-id`), or `name`; case
   * does not matter (RFC 9110 §5.1). The value is converted to what the schema wants, then validated.
   *
   * ```ts
   * input: { ifMatch: header(z.string().optional()), version: header(z.int(), { name: "X-Api-Version" }) }
   * ```
   */
  <X extends Schema>(schema: X, options?: InputOptions): Input<"header", OutputOf<X>, never, InputOf<X>>;
  /**
   * Header fields as one object: each property is a field, its name in kebab-case, converted like one of `header`, and
   * then the schema judges the object as a whole. Clients and proxies add fields of their own, so a schema without further
   * keys (`z.strictObject`) cannot stand here; one that takes them (`z.looseObject`) gets every other field.
   *
   * ```ts
   * input: { trace: header.all(z.object({ requestId: z.uuid(), traceParent: z.string().optional() }), { names: { traceParent: "traceparent" } }) }
   * ```
   */
  readonly all: Group;
}

export const header: HeaderInput = Object.assign(
  function header<X extends Schema>(
    schema: X,
    options: InputOptions = {},
  ): Input<"header", OutputOf<X>, never, InputOf<X>> {
    const marker: WireMarker = { in: "header", schema, options };
    return marker as Input<"header", OutputOf<X>, never, InputOf<X>>;
  },
  { all: group("header") },
);
