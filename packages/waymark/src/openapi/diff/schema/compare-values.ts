import { spotOf, type Shape } from "./shape.ts";
import type { Walk } from "./walk.ts";

/** `enum` and `const`. */
export function compareValues(before: Shape, after: Shape, walk: Walk): void {
  const [was, is] = [before.values, after.values];
  const spot = spotOf(after, "enum") ?? spotOf(after, "const") ?? after.parts[0] ?? before.parts[0];
  if (was === undefined && is === undefined) return;
  if (was === undefined || is === undefined) {
    const list = [...(was ?? is)!.values()];
    const words = list.map((value) => JSON.stringify(value)).join(", ");
    if (was === undefined)
      walk.tell({
        code: "enum-added",
        spot,
        after: list,
        message: `only these values are possible now: ${words}`,
      });
    else
      walk.tell({
        code: "enum-removed",
        spot,
        before: list,
        message: `any value is possible now, where there were ${words}`,
      });
    return;
  }
  const removed = [...was].filter(([text]) => !is.has(text));
  const added = [...is].filter(([text]) => !was.has(text));
  if (was.size === 1 && is.size === 1 && removed.length === 1) {
    const [[from, old], [to, value]] = [removed[0]!, added[0]!];
    walk.tell({
      code: "const-changed",
      spot,
      before: old,
      after: value,
      message: `the only value was ${from}, and is ${to}`,
    });
    return;
  }
  for (const [text, value] of removed)
    walk.tell({ code: "enum-value-removed", spot, before: value, message: `the value ${text} is gone` });
  for (const [text, value] of added)
    walk.tell({ code: "enum-value-added", spot, after: value, message: `the value ${text} is new` });
}
