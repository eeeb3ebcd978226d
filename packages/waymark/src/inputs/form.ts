import { group, type Group } from "./group.ts";
import type { Input, InputOf, OutputOf, Schema } from "./input.ts";
import type { InputOptions, WireMarker } from "./marker.ts";

/** `form(schema)` reads one field of a form, `form.all(schema)` several by the schema of one object. */
export interface FormInput {
  /**
   * A field of a form, urlencoded or multipart, converted to what the schema wants like a parameter of the query, then
   * validated. An array is a repeated field. A field that may be absent is so when it is empty, since browsers send every
   * field there is. An object is JSON text, so that a model can stand beside files; with `style: "deepObject"` it is
   * `name[key]=value`.
   *
   * A request of another media type is 415, one above `limits.form` or the body limit 413, a malformed form 400.
   *
   * ```ts
   * input: { title: form(z.string().min(1)), tags: form(z.array(z.string()).default([])), photo: file({ optional: true }) }
   * ```
   */
  <X extends Schema>(schema: X, options?: InputOptions): Input<"form", OutputOf<X>, never, InputOf<X>>;
  /**
   * Fields as one object: each property is a field, converted like one of `form`, and then the schema judges the object as
   * a whole. A schema without further keys (`z.strictObject`) refuses every field that nothing on the route reads.
   *
   * ```ts
   * input: { signUp: form.all(z.strictObject({ email: z.email(), age: z.int().min(18) })) }
   * ```
   */
  readonly all: Group;
}

export const form: FormInput = Object.assign(
  function form<X extends Schema>(
    schema: X,
    options: InputOptions = {},
  ): Input<"form", OutputOf<X>, never, InputOf<X>> {
    const marker: WireMarker = { in: "form", schema, options };
    return marker as Input<"form", OutputOf<X>, never, InputOf<X>>;
  },
  { all: group("form") },
);
