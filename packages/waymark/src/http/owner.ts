import type { Logger } from "../logger.ts";

/** What a request knows of the application that it came to. */
export interface Owner {
  /** It is about to stop. */
  readonly draining: boolean;
  readonly "~logger": Logger;
  /** Path and query of a function, from the application's root. Throws a `TypeError` where there is none. */
  "~locate"(
    endpoint: unknown,
    inputs: Readonly<Record<string, unknown>> | undefined,
    options: object | undefined,
    /** The version of the API that goes before others. */
    version?: string,
  ): Located;
}

export interface Located {
  readonly path: string;
  readonly isSocket: boolean;
}
