import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { GroupMarker, GroupOptions } from "./marker.ts";

/** The properties of an object schema; of a union's objects all of them. */
export type PropertyOf<X extends Schema> = NamesIn<InputOf<X>>;
type NamesIn<T> = T extends object ? keyof T & string : never;

/** Takes a whole place by the schema of one object: what `query.all`, `header.all` and `cookie.all` are. */
export type Group = <X extends Schema>(
  schema: X,
  options?: GroupOptions<PropertyOf<X>>,
) => Input<"group", OutputOf<X>, never, InputOf<X>>;

export function group(place: GroupMarker["place"]): Group {
  return <X extends Schema>(schema: X, options: GroupOptions = {}) => {
    const marker: GroupMarker = { in: "group", place, schema, options };
    return marker as Input<"group", OutputOf<X>, never, InputOf<X>>;
  };
}
