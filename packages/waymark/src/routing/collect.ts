import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { ErrorDeclarations } from "../endpoint.ts";
import type { Declaration, IncludeOptions } from "./declaration.ts";
import { checkErrors } from "./declared-errors.ts";
import { checkDeprecation, type Deprecated } from "./deprecation.ts";
import { checkKeys } from "./options.ts";
import type { SaidVersions } from "./place-versions.ts";
import { middlewareOf } from "./route-middleware.ts";
import type { AnyRouter } from "./router.ts";
import type { RouterScope } from "./scope.ts";

/** What lies around a route, outermost first. */
interface Around {
  readonly prefix: string;
  readonly tags: readonly string[];
  readonly dependencies: readonly unknown[];
  readonly scopes: readonly string[];
  readonly deprecated: readonly Deprecated[];
  readonly versions: readonly SaidVersions[];
  /** What the innermost says of it. */
  readonly audience: string | readonly string[] | undefined;
  /** The same: undefined where none says it. */
  readonly hidden: boolean | undefined;
  /** Of one status the innermost's. */
  readonly errors: ErrorDeclarations;
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
  const nothing: Around = {
    prefix: "",
    tags: [],
    dependencies: [],
    scopes: [],
    deprecated: [],
    versions: [],
    audience: undefined,
    hidden: undefined,
    errors: {},
  };
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
  const own = middlewareOf(options, at);
  const scope: RouterScope = {
    parent,
    errorHandlers: router["~errorHandlers"],
    middleware: own.length === 0 ? router["~middleware"] : [...own, ...router["~middleware"]],
    prefix: newPrefix(parent, around.prefix),
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
    const there = (mistake: Mistake): void => report(mistake, firstDeclaration(inner));
    const within = add(around, including, there);
    const middleware = middlewareOf(including, there);
    visit(
      inner,
      within,
      middleware.length === 0
        ? scope
        : { parent: scope, errorHandlers: [], middleware, prefix: newPrefix(scope, within.prefix) },
      inside,
      placed,
      report,
    );
  }
}

function add(outer: Around, options: IncludeOptions, report: (mistake: Mistake) => void): Around {
  const { prefix = "", tags = [], dependencies = [], scopes = [] } = options;
  const { deprecated, version, audience, hidden, errors } = options;
  checkPrefix(prefix, report);
  checkDeprecation(deprecated, report);
  checkErrors(errors, report);
  return {
    prefix: outer.prefix + prefix,
    tags: [...outer.tags, ...tags],
    dependencies: [...outer.dependencies, ...dependencies],
    scopes: [...outer.scopes, ...scopes],
    deprecated: [...outer.deprecated, deprecated],
    versions: [...outer.versions, version],
    audience: audience ?? outer.audience,
    hidden: hidden ?? outer.hidden,
    errors: errors === undefined ? outer.errors : { ...outer.errors, ...errors },
  };
}

/** A prefix that does not only repeat that of the scope outside. */
function newPrefix(parent: RouterScope | undefined, prefix: string): string | undefined {
  let outside = "";
  for (let at = parent; at !== undefined && outside === ""; at = at.parent) outside = at.prefix ?? "";
  return prefix === outside ? undefined : prefix;
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
