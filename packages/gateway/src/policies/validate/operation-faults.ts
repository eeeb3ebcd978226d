import type { JsonSchema, Operation } from "../../snapshot.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import { type Direction, schemaSet, UnusableSchema } from "./schema-set.ts";
import { admitsAll } from "./subschemas.ts";

/** What is wrong with a schema of an operation, and where it stands. */
export interface SchemaFault {
  readonly where: string;
  readonly why: string;
  readonly direction: Direction;
}

/** What became of schemas before, so that the same one is compiled once: pass it on from operation to operation. */
export type KnownSchemas = Map<string, string | undefined>;

/**
 * Compiles every schema of an operation, which a gateway does when the first request needs it: for checks that may take
 * their time, some milliseconds a schema. One that cannot be compiled has every such request answered by 503.
 */
export function schemaFaults(
  operation: Operation,
  schemas: NamedSchemas,
  known: KnownSchemas = new Map(),
): SchemaFault[] {
  const faults: SchemaFault[] = [];
  const compile = (where: string, schema: JsonSchema | null, direction: Direction): void => {
    if (schema === null || admitsAll(schema)) return;
    const key = `${direction} ${JSON.stringify(schema)}`;
    if (!known.has(key)) known.set(key, faultOf(schema, schemas, direction));
    const why = known.get(key);
    if (why !== undefined) faults.push({ where, why, direction });
  };
  for (const { in: place, name, schema } of operation.parameters)
    compile(`the ${place} parameter ${name}`, schema, "request");
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
    compile(`the body as ${type}`, schema, "request");
  for (const [status, { content }] of Object.entries(operation.responses))
    for (const [type, { schema }] of Object.entries(content))
      compile(`the reply ${status} as ${type}`, schema, "response");
  return faults;
}

function faultOf(schema: JsonSchema, schemas: NamedSchemas, direction: Direction): string | undefined {
  try {
    schemaSet(schemas, direction).validator(schema).isValid(undefined);
    return undefined;
  } catch (error) {
    return error instanceof UnusableSchema ? error.message : String(error);
  }
}
