import { canonicalText } from "../../canonical-text.ts";
import type { Spot } from "../source.ts";
import type { Conjunction } from "./conjunction.ts";
import type { Walk } from "./walk.ts";

/** What schemas say to people, and the default. The outermost of several counts. */
export function compareAnnotations(before: Conjunction, after: Conjunction, walk: Walk): void {
  for (const keyword of ["title", "description", "externalDocs"] as const) {
    const [was, is] = [first(before, keyword), first(after, keyword)];
    if (canonicalText(was?.value) === canonicalText(is?.value)) continue;
    const told = { spot: is ?? was, before: was?.value, after: is?.value };
    walk.tell({ ...told, code: "description-changed", message: `the ${keyword} changed` });
  }
  const [was, is] = [first(before, "default"), first(after, "default")];
  if (canonicalText(was?.value) !== canonicalText(is?.value))
    walk.tell({
      code: "default-changed",
      spot: is ?? was,
      before: was?.value,
      after: is?.value,
      message: `the default was ${textOf(was)}, and is ${textOf(is)}`,
    });
  compareDeprecation(before, after, walk);
  compareExamples(before, after, walk);
}

function compareDeprecation(before: Conjunction, after: Conjunction, walk: Walk): void {
  const [was, is] = [before, after].map((own) => own.some((spot) => spot.says("deprecated")));
  if (was === is) return;
  const spot = after[0] ?? before[0];
  if (is === true) walk.tell({ code: "deprecated-added", spot, message: "it is deprecated now" });
  else walk.tell({ code: "deprecated-removed", spot, message: "it is not deprecated any more" });
}

function compareExamples(before: Conjunction, after: Conjunction, walk: Walk): void {
  const [was, is] = [examplesOf(before), examplesOf(after)];
  if (canonicalText(was) === canonicalText(is)) return;
  walk.tell({ code: "example-changed", spot: after[0] ?? before[0], message: "the examples changed" });
}

/** 3.0 knows `example`, 3.1 both. */
function examplesOf(own: Conjunction): unknown[] {
  const single = first(own, "example");
  const list = first(own, "examples")?.value;
  return [
    ...(single === undefined ? [] : [single.value]),
    ...(Array.isArray(list) ? (list as unknown[]) : []),
  ];
}

function first(own: Conjunction, keyword: string): Spot | undefined {
  for (const spot of own) {
    const found = spot.get(keyword);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textOf(spot: Spot | undefined): string {
  return spot === undefined ? "absent" : canonicalText(spot.value);
}
