import { isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";

/**
 * A schema as it is compared: all of these have to be met, none means that anything goes. `allOf`, a property that two
 * members of it declare, and `additionalProperties` beside `properties` all come down to this.
 */
export type Conjunction = readonly Spot[];

/** What tells one conjunction of a document from another. */
export function keyOf(schema: Conjunction): string {
  return schema.map((spot) => (isBareReference(spot) ? spot.follow() : spot).pointer).join(" & ");
}

/** It says nothing but where the schema is. */
function isBareReference({ value, source }: Spot): boolean {
  return isRecord(value) && "$ref" in value && (source.isThreeZero || Object.keys(value).length === 1);
}

/** Whether it refuses everything. */
export function isFalse(schema: Conjunction): boolean {
  return schema.some(({ value }) => value === false);
}

/** The schema that stands under the key; anything goes where there is none. */
export function schemaAt(spot: Spot | undefined, key: string): Conjunction {
  const found = spot?.get(key);
  return found === undefined ? [] : [found];
}
