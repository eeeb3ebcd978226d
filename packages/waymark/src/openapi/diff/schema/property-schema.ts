import type { Conjunction } from "./conjunction.ts";

/** What every part says of it: a part that does not declare it says what it says of undeclared ones. */
export function propertySchema(parts: Conjunction, name: string): Conjunction {
  return parts.flatMap((spot) => {
    const declared = spot.get("properties")?.get(name);
    if (declared !== undefined) return [declared];
    const undeclared = spot.get("additionalProperties");
    return undeclared === undefined ||
      undeclared.value === true ||
      matchesPattern(spot.get("patternProperties")?.value, name)
      ? []
      : [undeclared];
  });
}

function matchesPattern(patterns: unknown, name: string): boolean {
  return Object.keys((patterns as object | undefined) ?? {}).some((pattern) => {
    try {
      return new RegExp(pattern, "u").test(name);
    } catch {
      return false;
    }
  });
}
