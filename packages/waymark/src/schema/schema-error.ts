/**
 * A schema that cannot do what its place asks of it: it gives no JSON Schema, or has no form on the wire. Thrown while an
 * application starts; whoever asked adds the route and the input.
 */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}
