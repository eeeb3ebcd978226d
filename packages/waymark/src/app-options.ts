import type { DocsSettings } from "./docs/settings.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import type { Logger } from "./logger.ts";
import * as mistakes from "./mistakes.ts";
import type { DocumentInfo } from "./openapi/info.ts";
import { kindOf } from "./routing/kind.ts";
import type { TrailingSlash } from "./routing/matcher.ts";
import { checkKnown, type Keys } from "./routing/options.ts";
import type { RouterOptions } from "./routing/router.ts";
import type { Mistake } from "./start-up-error.ts";

/** What an application says about itself; tags here are what the document tells of them. */
export interface AppOptions<G extends string = string>
  extends
    Partial<Omit<DocumentInfo, "path">>,
    Omit<DocsSettings, "title" | "servers">,
    Pick<RouterOptions<"", G>, "dependencies"> {
  /** What becomes of a path that has a "/" too many or too few at its end. Default "strict": it is another path. */
  readonly trailingSlash?: TrailingSlash;
  /** What one request may cost; what is not said keeps its default. */
  readonly limits?: Partial<Limits>;
  /** Replies of endpoints that do not say otherwise are filtered by their `output`, but not validated by it. */
  readonly trusted?: boolean;
  /** Where failures are written that no client is told of. Default `console`. */
  readonly logger?: Logger;
  /** Shows stacks in 500s, and warns of errors that are not declared. Default: whether `waymark dev` runs it. */
  readonly dev?: boolean;
}

const KNOWN: Keys<AppOptions> = {
  title: true,
  version: true,
  summary: true,
  description: true,
  termsOfService: true,
  contact: true,
  license: true,
  servers: true,
  tags: true,
  externalDocs: true,
  openapiVersion: true,
  openapi: true,
  docs: true,
  redoc: true,
  dependencies: true,
  trailingSlash: true,
  limits: true,
  trusted: true,
  logger: true,
  dev: true,
};

/** What is wrong with an application's options: a misspelt limit, or one that is no number, would be no limit at all. */
export function checkAppOptions(options: AppOptions): Mistake[] {
  const found: Mistake[] = [];
  const report = (mistake: Mistake): void => void found.push(mistake);
  checkKnown("an app", options, KNOWN, report);
  const { limits = {} } = options;
  checkKnown("limits", limits, DEFAULT_LIMITS, report);
  for (const [limit, value] of Object.entries(limits))
    if (!(typeof value === "number" && value >= 0) && limit in DEFAULT_LIMITS)
      report(mistakes.invalidLimit(limit, kindOf(value)));
  return found;
}
