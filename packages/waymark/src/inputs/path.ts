import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/**
 * A schema that takes undefined makes the parameter optional. One that takes anything at all (`z.coerce.number()`) does
 * not say so: it counts as required.
 */
type PathPlace<X extends Schema> =
  unknown extends InputOf<X> ? "path" : undefined extends InputOf<X> ? "path?" : "path";

/** Read from the options' own type: a type parameter for the name alone would be inferred from the context instead. */
type WireName<O> = O extends { readonly name: infer N extends string } ? N : never;

/**
 * A parameter of the path: the `{itemId}` of `/items/{itemId}`. Each segment is decoded once, converted to what the
 * schema wants, then validated. `name` is its name in the template where that differs from the input's own; a route whose
 * template says otherwise matches the one leftover name by itself, or binds it. An optional schema makes a parameter that
 * a template may leave out.
 *
 * ```ts
 * input: { itemId: path(z.int().min(1), { description: "Catalogue number" }) }
 * ```
 */
export function path<X extends Schema, const O extends InputOptions = {}>(
  schema: X,
  options?: O,
): Input<PathPlace<X>, OutputOf<X>, WireName<O>, InputOf<X>> {
  const marker: WireMarker = {
    in: acceptsUndefined(schema) ? "path?" : "path",
    schema,
    options: options ?? {},
  };
  return marker as Input<any, OutputOf<X>, WireName<O>, InputOf<X>>;
}

/**
 * Only the schema itself knows. One that cannot tell at once, because it is asynchronous, counts as required: a route
 * that leaves it out is then refused at start-up, which is better than a value that was never there.
 */
function acceptsUndefined(schema: Schema): boolean {
  try {
    const result = schema["~standard"].validate(undefined);
    if (!(result instanceof Promise)) return result.issues === undefined;
    result.catch(() => {});
    return false;
  } catch {
    return false;
  }
}
