import { isRecord } from "../canonical-text.ts";
import { mapSubschemas } from "../../schema/subschemas.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";

type Subschema = JsonSchema | boolean;
/** A number from 0 to 99. */
type Dice = () => number;

/**
 * The same document put together differently, as the dice fall: components under other names, references resolved one or
 * two deep, schemas wrapped, `null` and single values written in another way, keys in another order.
 */
export function restyled(document: object, dice: Dice): object {
  const whole = structuredClone(document) as {
    components: { schemas: Record<string, Subschema> };
    paths: object;
  };
  const schemas = whole.components.schemas;
  const restyle = (schema: Subschema, depth: number): Subschema => {
    if (typeof schema === "boolean") return schema;
    if (typeof schema.$ref === "string") {
      const name = schema.$ref.replace("#/components/schemas/", "");
      if (dice() < 40 && depth < 3) return restyle(structuredClone(schemas[name]!), depth + 1);
      return { $ref: `#/components/schemas/New${name}` };
    }
    return spelt(
      mapSubschemas(schema, (each) => restyle(each, depth)),
      dice,
    );
  };
  const renamed = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`New${name}`, restyle(schema, 0)]),
  );
  const paths = withSchemas(whole.paths, (schema) => restyle(schema, 0));
  return shuffled({ ...whole, paths, components: { schemas: renamed } }, dice) as object;
}

function withSchemas(value: unknown, map: (schema: Subschema) => Subschema): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "schema" ? map(member as Subschema) : withSchemas(member, map),
    ]),
  );
}

function spelt(schema: JsonSchema, dice: Dice): JsonSchema {
  const { type, ...others } = schema;
  if (dice() < 20) return { allOf: [schema] };
  if (dice() < 20) return { anyOf: [schema] };
  if (Array.isArray(type) && type.length > 1 && Object.keys(others).length === 0 && dice() < 50)
    return { anyOf: type.map((each: string) => ({ type: each })) };
  if ("const" in schema && dice() < 50) {
    const { const: only, ...rest } = schema;
    return { ...rest, enum: [only] };
  }
  if (type === "object" && Object.keys(others).length > 0 && dice() < 30)
    return { allOf: [{ type }, others] };
  return schema;
}

function shuffled(value: unknown, dice: Dice): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, dice));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => ({
    key,
    member: shuffled(member, dice),
    place: dice(),
  }));
  return Object.fromEntries(
    entries.toSorted((a, b) => a.place - b.place).map(({ key, member }) => [key, member]),
  );
}
