import type { AnyDependency } from "../dependency.ts";
import type { Limits } from "../http/limits.ts";
import type { Owner } from "../http/owner.ts";
import type { Logger } from "../logger.ts";
import type { OpenStreams } from "./open-streams.ts";

/** What every plan of an application shares. */
export interface PlanSettings {
  readonly limits: Limits;
  /** In development a 500 shows its stack, and an undeclared status is warned about. */
  readonly dev: boolean;
  readonly logger: Logger;
  /** What the app-scope dependencies gave; filled when the application has started, before the first request. */
  readonly appValues: ReadonlyMap<AnyDependency, unknown>;
  /** Filtering alone is enough for replies, application-wide. */
  readonly trusted?: boolean;
  /** The application itself, for what functions ask it. */
  readonly owner?: Owner;
  /** Where event streams say that they are open. */
  readonly streams?: OpenStreams;
}
