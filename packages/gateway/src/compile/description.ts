import type { Spot } from "../documents/spot.ts";

/** What the document tells people here, for the published one; nothing where it tells nothing. */
export function descriptionOf(spot: Spot): { readonly description?: string } {
  const { value } = spot.get("description");
  return typeof value === "string" && value !== "" ? { description: value } : {};
}
