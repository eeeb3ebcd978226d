import { group, type Group } from "./group.ts";
import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/** `query(schema)` reads one parameter, `query.all(schema)` all of them. */
export interface QueryInput {
  /**
   * A parameter of the query: the `limit` of `?limit=10`, converted to what the schema wants, then validated. An absent
   * one is undefined, so the schema's default or optionality decides. Arrays are repeated keys (`?tag=a&tag=b`) or, with
   * `explode: false`, one comma list; objects need `style: "deepObject"` (`?price[min]=1`).
   *
   * ```ts
   * input: { limit: query(z.int().min(1).max(100).default(10)), tags: query(z.array(z.string()), { name: "tag" }) }
   * ```
   */
  <X extends Schema>(schema: X, options?: InputOptions): Input<"query", OutputOf<X>, never, InputOf<X>>;
  /**
   * The query as one object: each property is a parameter of its own, converted like one of `query`, and then the schema
   * judges the object as a whole, with what it says of several properties together. Parameters that the schema does not
   * know are refused where it has no further keys (`z.strictObject`), and its own where it takes them (`z.looseObject`).
   *
   * ```ts
   * input: { page: query.all(z.strictObject({ limit: z.int().max(100).default(10), cursor: z.string().optional() })) }
   * ```
   */
  readonly all: Group;
}

export const query: QueryInput = Object.assign(
  function query<X extends Schema>(
    schema: X,
    options: InputOptions = {},
  ): Input<"query", OutputOf<X>, never, InputOf<X>> {
    const marker: WireMarker = { in: "query", schema, options };
    return marker as Input<"query", OutputOf<X>, never, InputOf<X>>;
  },
  { all: group("query") },
);
