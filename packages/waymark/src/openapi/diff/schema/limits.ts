import { member, membersOf, type Shape } from "./shape.ts";
import { canonicalText } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";

/** A limit on one side: the keyword that says it, and its value. */
export interface Limit {
  readonly keyword: string;
  readonly value: number;
  readonly exclusive: boolean;
}

/** The tightest lower or upper limit on numbers. Integers have no exclusive ones: above 0 is from 1. */
export function numberLimit(
  shape: Shape,
  side: "minimum" | "maximum",
  onlyIntegers: boolean,
): Limit | undefined {
  const all = shape.parts.flatMap((spot) => limitsOf(spot, side));
  const limits = onlyIntegers ? all.map((limit) => onIntegers(limit, side)) : all;
  return limits.reduce<Limit | undefined>(
    (tightest, limit) => (tightest === undefined || isTighter(limit, tightest, side) ? limit : tightest),
    undefined,
  );
}

export function isTighter(a: Limit, b: Limit, side: "minimum" | "maximum"): boolean {
  if (a.value === b.value) return a.exclusive && !b.exclusive;
  return side === "minimum" ? a.value > b.value : a.value < b.value;
}

function limitsOf(spot: Spot, side: "minimum" | "maximum"): Limit[] {
  const keyword = side === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
  const [value, exclusive] = [member(spot, side), member(spot, keyword)];
  const found: Limit[] = [];
  // In 3.0 the keyword is a boolean about the other one.
  if (typeof value === "number")
    found.push(
      exclusive === true ? { keyword, value, exclusive: true } : { keyword: side, value, exclusive: false },
    );
  if (typeof exclusive === "number") found.push({ keyword, value: exclusive, exclusive: true });
  return found;
}

function onIntegers({ value, exclusive }: Limit, side: "minimum" | "maximum"): Limit {
  const step = side === "minimum" ? 1 : -1;
  const rounded = side === "minimum" ? Math.ceil(value) : Math.floor(value);
  return { keyword: side, value: exclusive && rounded === value ? value + step : rounded, exclusive: false };
}

/** The tightest of the limits that count: length, items, properties. Zero as a minimum is none. */
export function countLimit(shape: Shape, keyword: string, side: "minimum" | "maximum"): Limit | undefined {
  const values = membersOf(shape, keyword).filter((value) => typeof value === "number");
  if (values.length === 0) return undefined;
  const value = side === "minimum" ? Math.max(...values) : Math.min(...values);
  return side === "minimum" && value <= 0 ? undefined : { keyword, value, exclusive: false };
}

/** Every `multipleOf`; one that whole numbers meet anyway is none. */
export function factorsOf(shape: Shape, onlyIntegers: boolean): number[] {
  const values = membersOf(shape, "multipleOf").filter((value) => typeof value === "number");
  return [...new Set(values)]
    .filter((value) => !(onlyIntegers && Number.isInteger(1 / value)))
    .toSorted((a, b) => a - b);
}

/** Texts of a keyword in all parts, each once. */
export function textsOf(shape: Shape, keyword: string): string[] {
  return [...new Set(membersOf(shape, keyword).map(asText))].toSorted();
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : canonicalText(value);
}
