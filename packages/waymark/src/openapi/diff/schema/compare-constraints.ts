import { canonicalText, isRecord } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";
import { member, type Shape } from "./shape.ts";
import type { Walk } from "./walk.ts";

/** Hold one schema each, which is only asked whether it is the same. */
const SCHEMAS = ["not", "if", "then", "else", "contains", "propertyNames", "contentSchema"];
/** Hold schemas by name. */
const RECORDS = ["patternProperties", "dependentSchemas"];
/** Hold values. */
const VALUES = ["dependentRequired", "minContains", "maxContains", "xml", "$dynamicRef"];

/** Keywords of which it cannot be told whether another value is wider: that they came, went, or are others. */
export function compareConstraints(before: Shape, after: Shape, walk: Walk): void {
  for (const keyword of SCHEMAS) {
    const [was, is] = [spotsOf(before, keyword), spotsOf(after, keyword)];
    tell(keyword, was, is, isSameList(was, is, walk), walk);
  }
  for (const keyword of RECORDS) compareRecord(keyword, before, after, walk);
  for (const keyword of VALUES) {
    const [was, is] = [spotsOf(before, keyword), spotsOf(after, keyword)];
    tell(keyword, was, is, textOf(was) === textOf(is), walk);
  }
  const [was, is] = [before, after].map((shape) => shape.parts.flatMap(foreignReference));
  tell("$ref", was!, is!, textOf(was!) === textOf(is!), walk);
}

function compareRecord(keyword: string, before: Shape, after: Shape, walk: Walk): void {
  const [was, is] = [before, after].map(
    ({ parts }) =>
      new Set(
        parts.flatMap(
          (spot) =>
            spot
              .get(keyword)
              ?.members()
              .map(([name]) => name) ?? [],
        ),
      ),
  );
  for (const name of new Set([...was!, ...is!])) {
    const [old, now] = [before, after].map(({ parts }) =>
      parts.map((spot) => spot.get(keyword)?.get(name)).filter((spot) => spot !== undefined),
    );
    if (old!.length > 0 && now!.length > 0) walk.visit(old!, now!, `{${name}}`);
    else tell(`${keyword} ${name}`, old!, now!, false, walk);
  }
}

function tell(keyword: string, was: readonly Spot[], is: readonly Spot[], same: boolean, walk: Walk): void {
  if ((was.length === 0 && is.length === 0) || same) return;
  const happened = was.length === 0 ? "added" : is.length === 0 ? "removed" : "changed";
  walk.tell({
    code: `constraint-${happened}`,
    spot: is[0] ?? was[0],
    ...(was.length === 0 ? {} : { before: was.length === 1 ? was[0]!.value : was.map(({ value }) => value) }),
    ...(is.length === 0 ? {} : { after: is.length === 1 ? is[0]!.value : is.map(({ value }) => value) }),
    message: `${keyword} ${{ added: "is new", removed: "is gone", changed: "is another one, which may break" }[happened]}`,
  });
}

function spotsOf({ parts }: Shape, keyword: string): Spot[] {
  return parts.flatMap((spot) => spot.get(keyword) ?? []);
}

function isSameList(was: readonly Spot[], is: readonly Spot[], walk: Walk): boolean {
  return was.length === is.length && was.every((spot, index) => walk.same([spot], [is[index]!]));
}

function textOf(spots: readonly Spot[]): string {
  return canonicalText(spots.map(({ value }) => value));
}

/** A reference out of the document, or to nothing. */
function foreignReference(spot: Spot): Spot[] {
  const reference = isRecord(spot.value) ? member(spot, "$ref") : undefined;
  return typeof reference === "string" && spot.source.target(reference) === undefined
    ? [spot.get("$ref")!]
    : [];
}
