import type { Conjunction } from "./conjunction.ts";
import type { Shape } from "./shape.ts";
import type { Walk } from "./walk.ts";

/** Items, by position and the rest. */
export function compareArrays(before: Shape, after: Shape, walk: Walk): void {
  const positions = Math.max(positionsOf(before), positionsOf(after));
  for (let index = 0; index < positions; index += 1)
    walk.visit(itemSchema(before, index), itemSchema(after, index), `[${index}]`);
  walk.visit(itemSchema(before, Infinity), itemSchema(after, Infinity), "[]");
}

function positionsOf({ parts }: Shape): number {
  return Math.max(0, ...parts.map((spot) => spot.get("prefixItems")?.raw().length ?? 0));
}

function itemSchema({ parts }: Shape, index: number): Conjunction {
  return parts.flatMap((spot) => {
    const found =
      spot.get("prefixItems")?.get(String(index)) ?? spot.get("items") ?? spot.get("unevaluatedItems");
    return found === undefined || found.value === true ? [] : [found];
  });
}
