import type { Shape } from "./shape.ts";
import { spotOf } from "./shape.ts";
import { describeTypes, intersection, without, type Atom } from "./types.ts";
import type { Walk } from "./walk.ts";

/** Returns the types that both have: there is nothing else to compare where there are none. */
export function compareTypes(before: Shape, after: Shape, walk: Walk): ReadonlySet<Atom> {
  const common = intersection(before.types, after.types);
  const [was, is] = [describeTypes(before.types), describeTypes(after.types)];
  const told = { spot: spotOf(after, "type") ?? after.parts[0], before: was, after: is };
  const message = `the type was ${was}, and is ${is}`;
  // A list of values that came or went says the same as the types that it leaves.
  const removed =
    after.values !== undefined && before.values === undefined ? 0 : without(before.types, common).size;
  const added =
    before.values !== undefined && after.values === undefined ? 0 : without(after.types, common).size;
  if (common.size === 0 && before.types.size > 0 && after.types.size > 0)
    walk.tell({ ...told, code: "type-changed", message });
  else if (removed > 0 && added > 0) walk.tell({ ...told, code: "type-changed", message });
  else if (removed > 0) walk.tell({ ...told, code: "type-narrowed", message });
  else if (added > 0) walk.tell({ ...told, code: "type-widened", message });
  return common;
}
