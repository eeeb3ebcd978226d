import type { ErrorDeclarations } from "../endpoint.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";

/** The errors of a route, by all who say some of it: of one status the last, who is the nearest, has the word. */
export function errorsOf(...declared: readonly (ErrorDeclarations | undefined)[]): ErrorDeclarations {
  return Object.assign(Object.create(null) as ErrorDeclarations, ...declared);
}

/** Tells of what is no status of an error. Without a compiler it may be declared. */
export function checkErrors(errors: ErrorDeclarations | undefined, report: (mistake: Mistake) => void): void {
  for (const status of Object.keys(errors ?? {}))
    if (!/^[45]\d\d$/.test(status)) report(mistakes.invalidErrorStatus(status));
}
