import { countLimit, factorsOf, isTighter, numberLimit, type Limit } from "./limits.ts";
import { membersOf, spotOf, type Shape } from "./shape.ts";
import type { Atom } from "./types.ts";
import type { Walk } from "./walk.ts";

type Side = "minimum" | "maximum";
const COUNTS: readonly (readonly [keyword: string, side: Side, of: Atom])[] = [
  ["minLength", "minimum", "string"],
  ["maxLength", "maximum", "string"],
  ["minItems", "minimum", "array"],
  ["maxItems", "maximum", "array"],
  ["minProperties", "minimum", "object"],
  ["maxProperties", "maximum", "object"],
];

/** Limits on values of the types that both schemas have. */
export function compareLimits(before: Shape, after: Shape, types: ReadonlySet<Atom>, walk: Walk): void {
  if (types.has("integer") || types.has("fraction")) {
    const whole = !types.has("fraction");
    for (const side of ["minimum", "maximum"] as const)
      compareLimit(numberLimit(before, side, whole), numberLimit(after, side, whole), side, after, walk);
    compareFactors(before, after, whole, walk);
  }
  for (const [keyword, side, type] of COUNTS)
    if (types.has(type))
      compareLimit(countLimit(before, keyword, side), countLimit(after, keyword, side), side, after, walk);
  if (types.has("array")) compareUniqueness(before, after, walk);
}

function compareLimit(
  before: Limit | undefined,
  after: Limit | undefined,
  side: Side,
  shape: Shape,
  walk: Walk,
): void {
  if (before?.value === after?.value && before?.exclusive === after?.exclusive) return;
  const narrowed = before === undefined || (after !== undefined && isTighter(after, before, side));
  const keyword = (after ?? before)!.keyword;
  walk.tell({
    code: narrowed ? "limit-narrowed" : "limit-widened",
    spot: spotOf(shape, keyword) ?? shape.parts[0],
    before: before?.value,
    after: after?.value,
    message: limitSentence(before, after, keyword),
  });
}

function limitSentence(before: Limit | undefined, after: Limit | undefined, keyword: string): string {
  if (before === undefined) return `${keyword} is ${after?.value} now`;
  if (after === undefined) return `${keyword} ${before.value} is gone`;
  if (before.value === after.value) return `${before.keyword} ${before.value} became ${after.keyword}`;
  return `${keyword} ${after.value > before.value ? "rose" : "fell"} from ${before.value} to ${after.value}`;
}

function compareFactors(before: Shape, after: Shape, whole: boolean, walk: Walk): void {
  const [was, is] = [factorsOf(before, whole), factorsOf(after, whole)];
  if (String(was) === String(is)) return;
  const narrower = was.every((factor) => is.some((other) => isMultiple(other, factor)));
  const wider = is.every((factor) => was.some((other) => isMultiple(other, factor)));
  walk.tell({
    code: narrower ? "limit-narrowed" : wider ? "limit-widened" : "limit-changed",
    spot: spotOf(after, "multipleOf") ?? after.parts[0],
    ...(was.length === 0 ? {} : { before: was.length === 1 ? was[0] : was }),
    ...(is.length === 0 ? {} : { after: is.length === 1 ? is[0] : is }),
    message: `multipleOf was ${was.join(" and ") || "absent"}, and is ${is.join(" and ") || "absent"}`,
  });
}

function isMultiple(value: number, factor: number): boolean {
  return Number.isInteger(value / factor);
}

function compareUniqueness(before: Shape, after: Shape, walk: Walk): void {
  const [was, is] = [before, after].map((shape) => membersOf(shape, "uniqueItems").includes(true));
  if (was === is) return;
  walk.tell({
    code: is === true ? "limit-narrowed" : "limit-widened",
    spot: spotOf(after, "uniqueItems") ?? after.parts[0],
    before: was,
    after: is,
    message: is === true ? "items must differ from each other now" : "items may repeat now",
  });
}
