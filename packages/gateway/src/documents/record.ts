export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of an object in the order of their names, so that what is made of them depends on no order of writing. */
export function sortedEntries(value: unknown): [string, unknown][] {
  return isRecord(value)
    ? Object.keys(value)
        .sort()
        .map((key) => [key, value[key]])
    : [];
}
