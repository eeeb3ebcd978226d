/**
 * One JSON value laid over another: objects are merged key by key, lists appended, anything else is replaced. Neither is
 * changed.
 */
export function mergeExtra(base: unknown, extra: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(extra)) return [...(base as unknown[]), ...(extra as unknown[])];
  if (!isObject(base) || !isObject(extra)) return extra === undefined ? base : extra;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(extra)) merged.set(key, mergeExtra(merged.get(key), value));
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
