import { isRecord } from "../../documents/record.ts";
import type { JsonSchema } from "../../snapshot.ts";
import { type NamedSchemas, referredTo } from "./named-schemas.ts";
import { isSchema } from "./subschemas.ts";

/** Schemas that one value may be held against, those that are applied more than once counted each time. */
const MOST = 100_000;

const ONE = ["not", "if", "then", "else"];
const MANY = ["allOf", "anyOf", "oneOf"];

/**
 * Whether a schema applies so many others to one and the same value that a small request could keep the process busy for
 * minutes: thirty schemas, each of which has the next one twice, are a thousand million.
 */
export function isTooDear(schema: JsonSchema, schemas: NamedSchemas, known: Map<string, number>): boolean {
  return cost(schema, schemas, known) > MOST;
}

function cost(schema: JsonSchema, schemas: NamedSchemas, known: Map<string, number>): number {
  if (typeof schema === "boolean") return 0;
  let sum = 1;
  const add = (inner: unknown): void => {
    if (isSchema(inner)) sum += cost(inner, schemas, known);
  };
  for (const keyword of ONE) add(schema[keyword]);
  for (const keyword of MANY) {
    const list = schema[keyword];
    if (Array.isArray(list)) list.forEach(add);
  }
  if (isRecord(schema["dependentSchemas"])) Object.values(schema["dependentSchemas"]).forEach(add);
  return sum + costOf(schema["$ref"], schemas, known);
}

function costOf($ref: unknown, schemas: NamedSchemas, known: Map<string, number>): number {
  if (typeof $ref !== "string") return 0;
  const before = known.get($ref);
  if (before !== undefined) return before;
  const target = referredTo($ref, schemas);
  // One that leads back to itself is refused elsewhere.
  known.set($ref, 0);
  const found = target === undefined ? 0 : cost(target, schemas, known);
  known.set($ref, found);
  return found;
}
