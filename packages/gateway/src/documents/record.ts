export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a member: `__proto__` is a name like any other. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  else target[key] = value;
}

/** The texts of a list; none of anything else. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The members of an object in the order of their names, so that what is made of them depends on no order of writing. */
export function sortedEntries(value: unknown): [string, unknown][] {
  return isRecord(value)
    ? Object.keys(value)
        .sort()
        .map((key) => [key, value[key]])
    : [];
}
