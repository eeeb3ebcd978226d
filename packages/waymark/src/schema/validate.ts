import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Issue } from "./issue.ts";
import { hasZodFunctions } from "./libraries/zod-functions.ts";
import { runZod } from "./libraries/zod-run.ts";
import { issuesOf } from "./normalise.ts";

/** The library's verdict: the value as it makes it, or what is wrong. */
export type Verdict<T = unknown> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

/**
 * Asks the library. Synchronous where the library is. What it throws is a mistake in the schema and is passed on.
 */
export function validate<T>(
  schema: StandardSchemaV1<any, T>,
  value: unknown,
): Verdict<T> | Promise<Verdict<T>> {
  const standard = schema["~standard"];
  const { vendor } = standard;
  const result =
    vendor === "zod" && hasZodFunctions(schema) ? runZod(schema, value) : standard.validate(value);
  if (result instanceof Promise) return result.then((settled) => verdictOf(settled, vendor, value));
  return verdictOf(result, vendor, value);
}

function verdictOf<T>(result: StandardSchemaV1.Result<T>, vendor: string, value: unknown): Verdict<T> {
  if (!result.issues) return result;
  return { issues: issuesOf(result.issues, vendor, value) };
}
