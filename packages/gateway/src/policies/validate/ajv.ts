import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { Ajv, FuncKeywordDefinition } from "ajv";
import { canonical } from "./canonical.ts";

export interface AjvOptions {
  readonly allErrors: boolean;
  /** Only own properties count, so that `constructor` is not there unless it was sent. */
  readonly ownProperties: boolean;
}

/**
 * Ajv as the gateway uses it: draft 2020-12, nothing coerced and nothing filled in, formats that it does not know are
 * annotations.
 */
export function newAjv(options: AjvOptions): Ajv {
  const ajv = new Ajv2020({
    ...options,
    strict: false,
    logger: false,
    // Checked when the snapshot was made.
    validateSchema: false,
    code: { regExp },
  });
  ajvFormats.default(ajv as Ajv);
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword(UNIQUE_ITEMS);
  return ajv as Ajv;
}

/** Schemas of policies in TypeScript may have patterns that only the older grammar of ECMAScript takes, such as `\_`. */
function documentPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

const regExp = Object.assign((pattern: string): RegExp => documentPattern(pattern), {
  code: "documentPattern",
});

/** Ajv's own compares each item with each: a body of a megabyte could keep it busy for hours. */
const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  validate: (wanted: boolean, items: readonly unknown[]) =>
    !wanted || new Set(items.map(canonical)).size === items.length,
  errors: false,
  error: { message: "must NOT have duplicate items" },
};
