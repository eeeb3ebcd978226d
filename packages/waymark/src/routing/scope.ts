import type { ErrorHandler, Middleware } from "../http/handlers.ts";

/** What a router, an inclusion of one, a route or the app lays around; the outer ones follow by `parent`. */
export interface RouterScope {
  readonly parent: RouterScope | undefined;
  readonly errorHandlers: readonly {
    readonly on: number | (new (...args: any[]) => Error);
    readonly handler: ErrorHandler;
  }[];
  readonly middleware: readonly Middleware[];
  /** What every path within begins with; undefined where paths do not tell it from its parent. */
  readonly prefix?: string | undefined;
}

/** The innermost scope that lies around all of these; undefined where there is none. */
export function commonScope(scopes: readonly RouterScope[]): RouterScope | undefined {
  const [first, ...others] = scopes.map(outwards);
  return first?.find((scope) => others.every((each) => each.includes(scope)));
}

/** A scope and those around it, inner to outer. */
export function outwards(scope: RouterScope): RouterScope[] {
  const all: RouterScope[] = [];
  for (let at: RouterScope | undefined = scope; at !== undefined; at = at.parent) all.push(at);
  return all;
}
