import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * Whether a value may be left out: the library's own verdict on undefined. JSON Schema cannot tell, since optional,
 * defaulted and caught values look like any other. undefined where it cannot be told: the library decides asynchronously,
 * or a transformation of the application throws.
 */
export function admitsAbsence(schema: StandardSchemaV1): boolean | undefined {
  try {
    const verdict = schema["~standard"].validate(undefined);
    if (!(verdict instanceof Promise)) return !verdict.issues;
    verdict.catch(() => {}); // Nobody waits for it, and an unhandled rejection would end the process.
  } catch {
    // Not known, as above.
  }
  return undefined;
}
