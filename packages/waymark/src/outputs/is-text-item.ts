import type { Schema } from "../inputs/input.ts";
import { jsonSchema } from "../schema/json-schema.ts";

/** Whether the items of an event stream are sent as text and not as JSON: those that are nothing but text. */
export function isTextItem(item: Schema): boolean {
  return jsonSchema(item, "output").type === "string";
}
