import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { StaticDecode, StaticEncode, TOptional, TSchema } from "typebox";
import { IsOptional } from "typebox";
import { Compile } from "typebox/compile";
import { Clone, DecodeUnsafe, Default, HasCodec } from "typebox/value";
import { typeboxJsonSchema } from "./libraries/typebox.ts";
import { SchemaError } from "./schema-error.ts";

/** An optional type may be absent where it stands alone, too. */
type Absence<T extends TSchema> = T extends TOptional<TSchema> ? undefined : never;

/** A TypeBox type as a Standard Schema that gives Standard JSON Schema. `type` is the TypeBox type itself. */
export interface TypeboxSchema<T extends TSchema> {
  readonly type: T;
  readonly "~standard": StandardSchemaV1.Props<StaticEncode<T> | Absence<T>, StaticDecode<T> | Absence<T>> &
    StandardJSONSchemaV1.Props<StaticEncode<T> | Absence<T>, StaticDecode<T> | Absence<T>>;
}

/**
 * Makes a TypeBox type usable wherever a schema is wanted.
 *
 * ```ts
 * const Product = typebox(Type.Object({ name: Type.String(), price: Type.Number() }, { $id: "Product" }));
 * ```
 *
 * Values are checked as they are: nothing is converted, and undeclared members stay. Defaults are filled in; what has been
 * checked passes through the type's codecs. An `$id` names the schema in the document.
 */
export function typebox<const T extends TSchema>(type: T): TypeboxSchema<T> {
  const validator = Compile(type);
  const decodes = HasCodec(type);
  const optional = IsOptional(type);
  const defaults = hasDefault(type);

  const validate = (value: unknown): StandardSchemaV1.Result<any> => {
    // Default writes into what it is given, and that belongs to someone else.
    const candidate = defaults ? Default({}, type, Clone(value)) : value;
    if (candidate === undefined && optional) return { value: undefined };
    if (!validator.Check(candidate)) return { issues: issuesOf(validator.Errors(candidate), candidate) };
    return { value: decodes ? DecodeUnsafe({}, type, Clone(candidate)) : candidate };
  };
  const json = (side: "input" | "output") => (options: StandardJSONSchemaV1.Options) => {
    if (options.target !== "draft-2020-12")
      throw new SchemaError(`typebox() writes draft-2020-12, not ${options.target}`);
    if (side === "output" && decodes)
      throw new SchemaError(
        "what a TypeBox codec decodes to has no JSON Schema: use a type without one for replies",
      );
    return typeboxJsonSchema(type) as Record<string, unknown>;
  };
  return {
    type,
    "~standard": {
      version: 1,
      vendor: "typebox",
      validate,
      jsonSchema: { input: json("input"), output: json("output") },
    },
  };
}

interface TypeboxError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}
interface TypeboxIssue extends StandardSchemaV1.Issue {
  readonly code: string;
}

function issuesOf(errors: readonly TypeboxError[], value: unknown): TypeboxIssue[] {
  return errors.flatMap(({ keyword, instancePath, message, params }) => {
    const path = pathOf(instancePath, value);
    const { requiredProperties } = params as { requiredProperties?: readonly string[] };
    // One issue for each key, at the key: as the other libraries tell it.
    if (keyword === "required" && requiredProperties !== undefined)
      return requiredProperties.map((key) => ({
        path: [...path, key],
        message: "is required",
        code: keyword,
      }));
    // Each undeclared key is told of twice; additionalProperties says it better than "schema is false".
    return keyword === "boolean" ? [] : [{ path, message, code: keyword }];
  });
}

/** A JSON pointer (RFC 6901) as a path; what indexes an array is a number. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  let current = value;
  return pointer
    .split("/")
    .slice(1)
    .map((token) => {
      const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(current) ? Number(key) : key;
      current = typeof current === "object" && current !== null ? (current as Record<string | number, unknown>)[step] : undefined; // prettier-ignore
      return step;
    });
}

function hasDefault(type: unknown): boolean {
  if (typeof type !== "object" || type === null) return false;
  return "default" in type || Object.values(type).some(hasDefault);
}
