import { isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";
import type { Conjunction } from "./conjunction.ts";

/** Whether `null` meets the schema. */
export function admitsNull(schema: Conjunction): boolean {
  return schema.every((spot) => admits(spot, []));
}

function admits(spot: Spot, above: readonly string[]): boolean {
  const { value, source } = spot;
  if (!isRecord(value) || above.includes(spot.pointer)) return value !== false;
  const path = [...above, spot.pointer];
  const reference = value["$ref"];
  const target = typeof reference === "string" ? source.target(reference) : undefined;
  if (target !== undefined && source.isThreeZero) return admits(target, path);
  // By the letter (OpenAPI 3.0.3) `nullable` needs a `type` beside it and does not reach past `allOf`; it is meant to.
  if (source.isThreeZero && value["nullable"] === true) return true;
  const members = (keyword: string): Spot[] => spot.get(keyword)?.raw() ?? [];
  const some = (list: readonly Spot[]): boolean =>
    list.length === 0 || list.some((member) => admits(member, path));
  return (
    typeAdmits(value["type"]) &&
    (!Array.isArray(value["enum"]) || value["enum"].includes(null)) &&
    (!Object.hasOwn(value, "const") || value["const"] === null) &&
    (target === undefined || admits(target, path)) &&
    members("allOf").every((member) => admits(member, path)) &&
    some(members("anyOf")) &&
    some(members("oneOf")) &&
    !(spot.get("not") !== undefined && admits(spot.get("not")!, path))
  );
}

function typeAdmits(type: unknown): boolean {
  return type === undefined || type === "null" || (Array.isArray(type) && type.includes("null"));
}
