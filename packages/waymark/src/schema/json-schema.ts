import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Refuse } from "./libraries/refuse.ts";
import { arktypeOptions, unknownMorph } from "./libraries/arktype.ts";
import { valibotOptions } from "./libraries/valibot.ts";
import { zodOptions } from "./libraries/zod.ts";
import { SchemaError } from "./schema-error.ts";
import { mapSubschemas } from "./subschemas.ts";

/** A JSON Schema object, draft 2020-12. The keywords that are read here are typed; all others pass as they are. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly (JsonSchema | boolean)[];
  readonly anyOf?: readonly (JsonSchema | boolean)[];
  readonly oneOf?: readonly (JsonSchema | boolean)[];
  readonly allOf?: readonly (JsonSchema | boolean)[];
  readonly not?: JsonSchema | boolean;
}

/** What the library takes, or what it gives: they differ where it converts, or fills in defaults. */
export type Side = "input" | "output";

const cache: Record<Side, WeakMap<object, JsonSchema>> = { input: new WeakMap(), output: new WeakMap() };

/**
 * The JSON Schema (draft 2020-12, without `$schema`) of what a schema takes or gives. A schema that no JSON value meets,
 * like Zod's `undefined`, is `{ not: {} }`; dates are strings of format date-time.
 *
 * Throws a `SchemaError` where the library gives none, or has a type in it that JSON has no form for.
 */
export function jsonSchema(schema: StandardSchemaV1, side: Side): JsonSchema {
  const converter = converterOf(schema);
  let known = cache[side].get(schema);
  if (known === undefined) cache[side].set(schema, (known = convert(schema, converter, side)));
  return known;
}

interface Converter {
  input(options: {
    target: string;
    libraryOptions?: Readonly<Record<string, unknown>> | undefined;
  }): JsonSchema;
  output(options: {
    target: string;
    libraryOptions?: Readonly<Record<string, unknown>> | undefined;
  }): JsonSchema;
}

function converterOf(schema: StandardSchemaV1): Converter {
  const standard = (schema as Partial<StandardSchemaV1> | null | undefined)?.["~standard"];
  if (typeof standard?.validate !== "function") throw new SchemaError(notStandard(schema));
  const { jsonSchema: converter } = standard as { jsonSchema?: Converter };
  if (typeof converter?.input !== "function" || typeof converter.output !== "function")
    throw new SchemaError(`${standard.vendor} schema gives no JSON Schema: ${remedyFor(standard.vendor)}`);
  return converter;
}

function notStandard(schema: unknown): string {
  // ArkType's .default() and .optional() give tuples that mean something only inside of an object.
  if (Array.isArray(schema))
    return "an array is not a Standard Schema: ArkType's default and optional stand inside objects only";
  if (typeof schema === "object" && schema !== null && "~kind" in schema)
    return "a TypeBox type is not a Standard Schema: wrap it with typebox() of waymark/typebox";
  return `${schema === null ? "null" : typeof schema === "object" ? "an object" : typeof schema} is not a Standard Schema: give one of Zod 4, ArkType, or Valibot or TypeBox through their adapters`;
}

function remedyFor(vendor: string): string {
  if (vendor === "valibot") return "wrap it with toStandardJsonSchema() of @valibot/to-json-schema";
  if (vendor === "zod") return 'use "zod" 4.2 or newer; "zod/mini" has none';
  return "use a version of the library that implements Standard JSON Schema (standardschema.dev/json-schema)";
}

function convert(schema: StandardSchemaV1, converter: Converter, side: Side): JsonSchema {
  const { vendor } = schema["~standard"];
  const refused = new Map<object, string>();
  const refuse: Refuse = (type, remedy) => {
    const note = {};
    refused.set(note, `${type} has no form in JSON${remedy === undefined ? "" : `: ${remedy}`}`);
    return () => refused.delete(note);
  };
  if (vendor === "arktype" && side === "output" && unknownMorph(schema))
    refuse(
      "what a morph gives",
      'say what it is with .to(…), as in .pipe((text) => text.length).to("number")',
    );
  let converted: JsonSchema;
  try {
    converted = converter[side]({ target: "draft-2020-12", libraryOptions: optionsFor(vendor, refuse) });
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SchemaError(`${vendor} gives no JSON Schema: ${reason}`, { cause: error });
  }
  if (refused.size > 0) throw new SchemaError([...new Set(refused.values())].join("; "));
  const { $schema: _, ...rest } = converted;
  return withoutNever(rest) as JsonSchema;
}

function optionsFor(vendor: string, refuse: Refuse): Readonly<Record<string, unknown>> | undefined {
  if (vendor === "zod") return zodOptions(refuse);
  if (vendor === "arktype") return arktypeOptions(refuse);
  if (vendor === "valibot") return valibotOptions(refuse);
  return undefined;
}

/** Drops the alternatives that no JSON value meets: what is left of `undefined` in a union. */
function withoutNever(schema: JsonSchema | boolean): JsonSchema | boolean {
  if (typeof schema === "boolean") return schema;
  const mapped = mapSubschemas(schema, withoutNever);
  const { anyOf } = mapped;
  if (anyOf === undefined) return mapped;
  const left = anyOf.filter((branch) => !isNever(branch));
  if (left.length === anyOf.length || left.length === 0) return mapped;
  const { anyOf: _, ...rest } = mapped;
  const only = left[0];
  if (left.length > 1 || typeof only !== "object") return { ...rest, anyOf: left };
  return { ...only, ...rest };
}

/** Whether no JSON value meets the schema: the library's `undefined`, `void` or `never`. */
export function isNever(schema: JsonSchema | boolean): boolean {
  if (typeof schema === "boolean") return !schema;
  const { not } = schema;
  return not === true || (typeof not === "object" && Object.keys(not).length === 0);
}
