import type { ErrorHandler, Middleware } from "../http/handlers.ts";

/** What a router (or the app) lays around its routes; the outer ones follow by `parent`. */
export interface RouterScope {
  readonly parent: RouterScope | undefined;
  readonly errorHandlers: readonly {
    readonly on: number | (new (...args: any[]) => Error);
    readonly handler: ErrorHandler;
  }[];
  readonly middleware: readonly Middleware[];
}
