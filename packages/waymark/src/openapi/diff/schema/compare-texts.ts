import type { ChangeCode } from "../codes.ts";
import { textsOf } from "./limits.ts";
import { membersOf, spotOf, type Shape } from "./shape.ts";
import type { Atom } from "./types.ts";
import type { Walk } from "./walk.ts";

/** `pattern` and `format`. */
export function compareTexts(before: Shape, after: Shape, types: ReadonlySet<Atom>, walk: Walk): void {
  if (types.has("string"))
    compareSets("pattern", textsOf(before, "pattern"), textsOf(after, "pattern"), after, walk);
  if (types.has("string") || types.has("integer") || types.has("fraction"))
    compareSets("format", formatsOf(before), formatsOf(after), after, walk);
}

/** What 3.0 calls format "binary" and "byte", 3.1 says by `contentMediaType` and `contentEncoding`. */
function formatsOf(shape: Shape): string[] {
  const formats = new Set(textsOf(shape, "format"));
  if (membersOf(shape, "contentEncoding").includes("base64")) formats.add("byte");
  else if (membersOf(shape, "contentMediaType").includes("application/octet-stream")) formats.add("binary");
  return [...formats].toSorted();
}

/** The second of each takes every value of the first. */
const WIDER: readonly (readonly [string, string])[] = [
  ["int32", "int64"],
  ["float", "double"],
];

function compareSets(
  keyword: "pattern" | "format",
  was: string[],
  is: string[],
  after: Shape,
  walk: Walk,
): void {
  const removed = was.filter((text) => !is.includes(text));
  const added = is.filter((text) => !was.includes(text));
  if (removed.length === 0 && added.length === 0) return;
  const spot = spotOf(after, keyword) ?? after.parts[0];
  const [old, now] = [removed.join(" and "), added.join(" and ")];
  if (removed.length === 0)
    walk.tell({ code: `${keyword}-added`, spot, after: now, message: `the ${keyword} ${now} is new` });
  else if (added.length === 0)
    walk.tell({ code: `${keyword}-removed`, spot, before: old, message: `the ${keyword} ${old} is gone` });
  else {
    const code = codeOfChange(keyword, old, now);
    const message = `the ${keyword} was ${old}, and is ${now}`;
    walk.tell({ code, spot, before: old, after: now, message });
  }
}

function codeOfChange(keyword: "pattern" | "format", old: string, now: string): ChangeCode {
  if (keyword === "pattern") return "pattern-changed";
  if (WIDER.some(([small, large]) => small === old && large === now)) return "format-widened";
  if (WIDER.some(([small, large]) => small === now && large === old)) return "format-narrowed";
  return "format-changed";
}
