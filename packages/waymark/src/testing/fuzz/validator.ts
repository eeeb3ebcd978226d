import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument } from "../../openapi/document.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { mapSubschemas } from "../../schema/subschemas.ts";

type Schema = JsonSchema | boolean;

const DOCUMENT = "waymark:document";

/** Judges values by the schemas of one document, references into it included. */
export class Validator {
  readonly #strict: Ajv2020;
  /** Takes text for what a parameter may mean by it, and a value for a list of one. */
  readonly #lenient: Ajv2020;
  readonly #known = new Map<Ajv2020, Map<Schema, ValidateFunction>>();

  constructor(document: OpenApiDocument) {
    this.#strict = ajvFor(document, false);
    this.#lenient = ajvFor(document, "array");
  }

  /** Why a value is not what a schema says; undefined where it is. */
  issue(schema: Schema, value: unknown): string | undefined {
    const judge = this.#judge(this.#strict, schema);
    if (judge(value)) return undefined;
    return this.#strict.errorsText(judge.errors?.slice(0, 3), { dataVar: "value", separator: "; " });
  }

  /** Whether any reading of what stands on the wire, text where JSON has other types, is what the schema says. */
  mayBe(schema: Schema, texts: unknown): boolean {
    // Coercion writes into what it is given.
    return this.#judge(this.#lenient, schema)(structuredClone(texts)) === true;
  }

  #judge(ajv: Ajv2020, schema: Schema): ValidateFunction {
    let known = this.#known.get(ajv);
    if (known === undefined) this.#known.set(ajv, (known = new Map()));
    let judge = known.get(schema);
    if (judge === undefined) known.set(schema, (judge = ajv.compile(absolute(schema) as object | boolean)));
    return judge;
  }
}

function ajvFor(document: OpenApiDocument, coerceTypes: false | "array"): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    allErrors: true,
    logger: false,
    coerceTypes,
  });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // RFC 3339 wants an offset; libraries that say "time" mean the time of a clock.
  ajv.addFormat("time", /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/);
  ajv.addSchema(document, DOCUMENT);
  return ajv;
}

/** The same schema away from its document. */
function absolute(schema: Schema): Schema {
  if (typeof schema === "boolean") return schema;
  const mapped = mapSubschemas(schema, absolute);
  return mapped.$ref?.startsWith("#") === true ? { ...mapped, $ref: DOCUMENT + mapped.$ref } : mapped;
}
