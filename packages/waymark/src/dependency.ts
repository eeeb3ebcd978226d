import type { ErrorDeclarations } from "./endpoint.ts";
import type { Input, Inputs, ValueOf } from "./inputs/input.ts";
import type { Markers } from "./inputs/marker.ts";
import type { NamesOf } from "./routing/check-names.ts";

export interface DependencyContract {
  readonly name?: string;
  readonly input?: Markers;
  readonly errors?: ErrorDeclarations;
  /** What the caller must be allowed to do, on every route that reaches it. */
  readonly scopes?: readonly string[];
  /** "app": once per application, cleaned up when it stops. Default "request". */
  readonly scope?: "request" | "app";
  /** When a generator goes on after its yield. "before-reply" makes its failure the reply. Default "after-reply". */
  readonly cleanup?: "after-reply" | "before-reply";
}

/** The runtime side of every dependency: callable by hand, an input, and a guard. */
export interface AnyDependency {
  (values: any): unknown;
  readonly in: "dependency";
  readonly contract: DependencyContract;
}

/** What a dependency's function gives: what it yields, or what it returns. */
export type Provided<R> =
  R extends Generator<infer T, any, any> ? T : R extends AsyncGenerator<infer T, any, any> ? T : Awaited<R>;

/**
 * A contract and its function, whose value is injected. I are its inputs, R what the function returns, N the path names
 * that it and its own dependencies read, S how long its value lives.
 */
export interface Dependency<
  I extends Inputs,
  R,
  N extends string = string,
  S extends "request" | "app" = "request",
> extends Input<"dependency", Provided<R>, N> {
  (values: { -readonly [K in keyof I]: ValueOf<I[K]> }): R;
  readonly contract: DependencyContract;
  readonly "~scope"?: S;
}

/** Inputs as they are when they are good, and a sentence in the place of each that is not. */
type CheckInputs<I, S> = {
  readonly [K in keyof I]: I[K] extends { readonly in: "given" }
    ? `'${K & string}' has no source of its own, and no route can bind what a dependency takes`
    : S extends "app"
      ? I[K] extends { readonly in: "constant" } | { readonly in: "dependency"; readonly "~scope"?: "app" }
        ? I[K]
        : `'${K & string}' lives for one request, and the dependency as long as the app`
      : I[K];
};

/** What `dependency` takes: see `DependencyContract`. */
export interface DependencyContractOf<I, S> extends Omit<DependencyContract, "input" | "scope"> {
  /** Where each argument of the function comes from. */
  readonly input?: [I] extends [never] ? I : CheckInputs<I, S>;
  /** "app": once per application, cleaned up when it stops. Default "request". */
  readonly scope?: S;
}

/**
 * A function whose result is injected: as an input (`user: currentUser`), or in the `dependencies` of a route, router or
 * app, where it is a guard. It runs once per request, however many ask for it; with `scope: "app"` once per application.
 * A generator cleans up after its `yield`.
 *
 * ```ts
 * const database = dependency({ scope: "app" }, async function* () {
 *   const pool = await connect();
 *   yield pool;
 *   await pool.end();
 * });
 * ```
 */
export function dependency<
  const I extends Inputs = {},
  R = unknown,
  const S extends "request" | "app" = "request",
>(
  contract: DependencyContractOf<I, S>,
  run: (values: { -readonly [K in keyof I]: ValueOf<I[K]> }) => R,
): Dependency<I, R, NamesOf<I>, S> {
  if (typeof run !== "function")
    throw new TypeError(`dependency takes a contract and a function: dependency({ … }, function)`);
  const callable = (values: any): R => run(values);
  Object.defineProperty(callable, "name", { value: contract.name ?? run.name });
  return Object.assign(callable, { in: "dependency" as const, contract: contract as DependencyContract });
}

/** A dependency, or a function made one: what stands in for `original`, and lives as long as that. */
export function asDependency(given: AnyDependency | (() => unknown), original: AnyDependency): AnyDependency {
  if ("in" in given) return given;
  const { scope = "request" } = original.contract;
  return dependency({ name: original.name, scope }, given);
}
