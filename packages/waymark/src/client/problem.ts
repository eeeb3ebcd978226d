import type { Declares, ErrorDeclarations } from "../endpoint.ts";
import type { Problem } from "../http/problem.ts";
import type { OutputOf } from "../inputs/input.ts";
import type { Issue } from "../http/validation-error.ts";
import type { Serialized } from "./serialized.ts";

export type { Problem };

/** The problem document of a status, with the extension members that its declaration has a schema for. */
export type ProblemOf<S, M = {}> = Problem & { readonly status: S } & M;

/** What a request that does not fit its declaration is answered with: all that is wrong with it. */
export type ValidationProblem = ProblemOf<422, { readonly errors: readonly Issue[] }>;

type ErrorFor<S, X> = X extends { readonly mediaType: string; readonly schema: infer Y }
  ? Serialized<OutputOf<Y>>
  : X extends { readonly schema: infer Y }
    ? ProblemOf<S, Serialized<OutputOf<Y>>>
    : ProblemOf<S>;

/** A declared error, as `safe` gives it. */
export interface Failure<S, X> {
  readonly ok: false;
  readonly status: S;
  readonly error: X;
  readonly response: Response;
}

/** Errors of the endpoint, of the route itself, and of its router: E. */
export type DeclaredErrors<W, O, E> =
  | (W extends Declares<any, infer X extends ErrorDeclarations> ? FailuresOf<X> : never)
  | (O extends { readonly errors: infer X } ? FailuresOf<X> : never)
  | FailuresOf<E>;

type FailuresOf<E> = { [S in keyof E & number]: Failure<S, ErrorFor<S, E[S]>> }[keyof E & number];
