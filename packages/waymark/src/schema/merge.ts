import { isRecord } from "./admits.ts";

/** Two copies of one value, each with some of its members left out: a copy with the members that either has. */
export function merge(one: unknown, other: unknown): unknown {
  if (one === other || other === undefined) return one;
  if (one === undefined) return other;
  if (Array.isArray(one) && Array.isArray(other)) {
    const longer = one.length < other.length ? other : one;
    return longer.map((_, i) => merge(one[i], other[i]));
  }
  if (!isRecord(one) || !isRecord(other)) return one;
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    define(merged, key, Object.hasOwn(one, key) && Object.hasOwn(other, key) ? merge(one[key], other[key]) : Object.hasOwn(one, key) ? one[key] : other[key]); // prettier-ignore
  return merged;
}

/** Sets a member; one that is called `__proto__` too, where an assignment would set the prototype. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}
