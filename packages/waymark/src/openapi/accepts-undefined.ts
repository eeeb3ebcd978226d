import type { Schema } from "../inputs/input.ts";
import { admitsAbsence } from "../schema/absence.ts";
import type { SchemaObject } from "./document.ts";

/** Whether a value may be left out. Where the library answers with a promise, a default is what says so. */
export function acceptsUndefined(schema: Schema, json: SchemaObject): boolean {
  try {
    return admitsAbsence(schema) ?? "default" in json;
  } catch {
    // A check of the application that does not expect undefined: it fails in a request too.
    return false;
  }
}
