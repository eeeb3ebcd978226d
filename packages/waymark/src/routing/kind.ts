import type { AnyDependency } from "../dependency.ts";
import type { Marker } from "../inputs/marker.ts";

/** Whether a value that somebody wrote, perhaps without a compiler, is a dependency. */
export function isDependency(value: unknown): value is AnyDependency {
  return typeof value === "function" && "in" in value && value.in === "dependency" && "contract" in value;
}

const PLACES = new Set<unknown>([
  "path",
  "path?",
  "query",
  "header",
  "cookie",
  "group",
  "form",
  "file",
  "parts",
  "body",
  "raw",
  "credential",
  "request",
  "response",
  "constant",
  "given",
  "scopes",
] satisfies Exclude<Marker["in"], "dependency">[]);

export function isMarker(value: unknown): value is Marker {
  return (
    isDependency(value) ||
    (typeof value === "object" && value !== null && "in" in value && PLACES.has(value.in))
  );
}

/** What a value is, for a sentence: "the number 10", "a function", "a schema", "an object". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "number" || typeof value === "bigint") return `the number ${value}`;
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if ((typeof value === "object" || typeof value === "function") && "~standard" in value) return "a schema";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  return Array.isArray(value)
    ? "an array"
    : `a${typeof value === "object" ? "n object" : ` ${typeof value}`}`;
}
