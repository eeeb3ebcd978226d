import type { OutputKind } from "./output.ts";

/** The runtime side of `empty`. */
export interface EmptyOutput extends OutputKind<undefined> {
  readonly "~output": "empty";
}

/**
 * A reply without content: 204, or a redirect, which the document then shows with its Location.
 *
 * ```ts
 * endpoint({ output: { 200: Job, 303: empty } }, () => (isDone ? reply.redirect("/result", 303) : job));
 * ```
 */
export const empty: OutputKind<undefined> = Object.freeze<EmptyOutput>({ "~output": "empty" });
