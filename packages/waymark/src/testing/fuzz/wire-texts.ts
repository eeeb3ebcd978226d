import { FieldForFile } from "./draft.ts";
import { isObject } from "./write-draft.ts";

/** What stands on the wire for a value: text, wherever JSON has a scalar. */
export function textsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textsOf);
  if (value instanceof FieldForFile) return value.text;
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, textsOf(each)]));
  return value === null ? null : String(value as string | number | boolean);
}

type Fields = readonly (readonly [name: string, value: unknown])[];
/** As many as are looked at. */
const MOST_READINGS = 64;

/** What the fields of a form may be meant as: an object is sent as JSON, which is a text as well. */
export function readingsOf(fields: Fields): Fields[] {
  return fields.reduce<Fields[]>(
    (readings, [name, value]) => {
      const isTwo = isObject(value) && readings.length < MOST_READINGS;
      const meanings = isTwo ? [textsOf(value), JSON.stringify(value)] : [textsOf(value)];
      return readings.flatMap((reading) => meanings.map((meaning) => [...reading, [name, meaning] as const]));
    },
    [[]],
  );
}

/** Whether a field of a form, one that may be absent, is so. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === "" || isEmptyList(value);
}

export function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
