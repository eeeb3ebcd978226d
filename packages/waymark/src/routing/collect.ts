import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { Declaration, IncludeOptions } from "./declaration.ts";
import { checkDeprecation, type Deprecated } from "./deprecation.ts";
import { checkKeys } from "./options.ts";
import type { AnyRouter } from "./router.ts";
import type { RouterScope } from "./scope.ts";

/** What lies around a route, outermost first. */
interface Around {
  readonly prefix: string;
  readonly tags: readonly string[];
  readonly dependencies: readonly unknown[];
  readonly deprecated: readonly Deprecated[];
}

/** A declaration at one place where its router is included. */
export interface Placed extends Around {
  readonly declaration: Declaration;
  readonly scope: RouterScope;
}

/** Tells of a mistake; `declaration` is where it shows, if anywhere. */
export type ReportAt = (mistake: Mistake, declaration: Declaration | undefined) => void;

/** Every declaration of a router and of those that it includes, as often as they are included. */
export function collect(root: AnyRouter, report: ReportAt): Placed[] {
  const placed: Placed[] = [];
  const nothing: Around = { prefix: "", tags: [], dependencies: [], deprecated: [] };
  // the root is an application: its options are its own matter
  visit(root, nothing, undefined, [], placed, report);
  return placed;
}

function visit(
  router: AnyRouter,
  outer: Around,
  parent: RouterScope | undefined,
  open: readonly AnyRouter[],
  placed: Placed[],
  report: ReportAt,
): void {
  const declarations = router["~declarations"];
  const options = router["~options"];
  const at = (mistake: Mistake): void => report(mistake, firstDeclaration(router));
  if (open.length > 0) checkKeys("a router", options, at);
  const around = add(outer, options, at);
  const scope: RouterScope = {
    parent,
    errorHandlers: router["~errorHandlers"],
    middleware: router["~middleware"],
  };
  for (const declaration of declarations) placed.push({ ...around, declaration, scope });
  const inside = [...open, router];
  for (const { router: inner, options: including } of router["~includes"]) {
    if (inside.includes(inner)) {
      report(
        mistakes.includesItself(prefixesOf(inside.slice(inside.indexOf(inner)))),
        firstDeclaration(inner),
      );
      continue;
    }
    checkKeys("include", including, at);
    visit(
      inner,
      add(around, including, (mistake) => report(mistake, firstDeclaration(inner))),
      scope,
      inside,
      placed,
      report,
    );
  }
}

function add(outer: Around, options: IncludeOptions, report: (mistake: Mistake) => void): Around {
  const { prefix = "", tags = [], dependencies = [], deprecated } = options;
  checkPrefix(prefix, report);
  checkDeprecation(deprecated, report);
  return {
    prefix: outer.prefix + prefix,
    tags: [...outer.tags, ...tags],
    dependencies: [...outer.dependencies, ...dependencies],
    deprecated: [...outer.deprecated, deprecated],
  };
}

function checkPrefix(prefix: string, report: (mistake: Mistake) => void): void {
  if (prefix === "") return;
  if (!prefix.startsWith("/")) report(mistakes.prefixWithoutSlash(prefix));
  if (prefix.endsWith("/")) report(mistakes.prefixEndsWithSlash(prefix));
}

/** A place for what is wrong with a router: routers do not know where they were made. */
function firstDeclaration(
  router: AnyRouter,
  seen: ReadonlySet<AnyRouter> = new Set(),
): Declaration | undefined {
  if (seen.has(router)) return undefined;
  const [first] = router["~declarations"];
  if (first !== undefined) return first;
  for (const { router: inner } of router["~includes"]) {
    const found = firstDeclaration(inner, new Set([...seen, router]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function prefixesOf(routers: readonly AnyRouter[]): string[] {
  return routers.map((router) => router["~options"].prefix ?? "").filter((prefix) => prefix !== "");
}
