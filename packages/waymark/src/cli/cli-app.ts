import type { DocsPaths } from "../docs/settings.ts";
import type { DocumentName } from "../documents.ts";
import type { Application } from "../http/exchange.ts";
import type { Route } from "../routing/route.ts";

/**
 * What the commands need of an App. Recognised by its brand and not by `instanceof`: the user's project may hold another
 * copy of the package than the one whose command is running.
 */
export interface CliApp extends Application {
  readonly "~waymark": "app";
  readonly docs: DocsPaths;
  /** Everything about every route decided. Throws `StartUpError`. */
  routes(): readonly Route[];
  /** The OpenAPI document, or one of several. Throws `StartUpError`, and a `TypeError` for one that there is not. */
  openapi(name?: DocumentName): object;
}

export function isApp(value: unknown): value is CliApp {
  return typeof value === "object" && value !== null && "~waymark" in value && value["~waymark"] === "app";
}
