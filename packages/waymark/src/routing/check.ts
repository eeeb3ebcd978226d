import type { Endpoint } from "../endpoint.ts";
import type { Inputs } from "../inputs/input.ts";
import type { CheckNames } from "./check-names.ts";
import type { CheckOptions, ResultOf } from "./check-options.ts";
import type { RouteOptions } from "./declaration.ts";
import type { ConnectionOver, RoutedSocket } from "../realtime/socket.ts";
import type { HttpMethod, Method } from "./route.ts";

/*
 * How a mistake becomes a sentence on its own line: an argument is inferred as it is written, then compared with what a
 * check made of it. The check answers with the argument's own type when all is well, and with a sentence, as a string
 * literal type, when it is not; the compiler prints it. The same sentences are made at start-up by sentences.ts.
 */

/** Inferred through the first branch, checked against the second. */
type Via<T, Check> = [T] extends [never] ? T : Check;

/**
 * In the constraint of names: what they fall back to where there is no endpoint to infer them from. That is a bare
 * function, which reads none, or the first of two passes over an endpoint written in its place (the compiler sets aside a
 * call of a generic function that returns a function): then nothing is known, the result neither, and all must pass.
 */
export type Bare = undefined;
type KnownNames<N, R> = undefined extends N ? (unknown extends R ? string : never) : N;
type KnownInputs<I extends Inputs, N, R> = undefined extends N ? (unknown extends R ? I : {}) : I;

/** An endpoint, or a bare function as an endpoint without inputs. */
export type EndpointOrBareFunction<I extends Inputs, R, N, D, W = unknown> =
  | Endpoint<I, R, N, D, W>
  | (() => R | Promise<R>);

/** What a table may be for: its rows tell the two apart, by the method that they may have. */
export type Routable<I extends Inputs, R, N, D, W = unknown> =
  | EndpointOrBareFunction<I, R, N, D, W>
  | RoutedSocket<I, R, N, D, W>;

/** The methods of whatever gives R: what a socket comes to tells that it is one. The same for all rows of a table. */
type MethodsOf<R> = unknown extends R
  ? Method
  : [R] extends [never]
    ? HttpMethod
    : [R] extends [ConnectionOver]
      ? "WEBSOCKET"
      : HttpMethod;

// -- the statement form -------------------------------------------------------------------------------------------------

/** The path, or the paths, of `app.get(path, endpoint, options)`. */
export type PathArgument<F extends string, P, I extends Inputs, R, N, D, G, O> = Via<
  P,
  P extends string
    ? CheckPath<F, P, P, KnownInputs<I, N, R>, KnownNames<N, R>, KnownNames<D, R>, G, O>
    : {
        readonly [K in keyof P]: CheckPath<
          F,
          P[K],
          P[K],
          KnownInputs<I, N, R>,
          KnownNames<N, R>,
          KnownNames<D, R>,
          G,
          O
        >;
      }
>;

export type OptionsArgument<I extends Inputs, R, N, O> = Via<O, CheckOptions<KnownInputs<I, N, R>, R, O>>;

/** F: the router's prefix. A path or prefix that is only known as `string` is left to start-up. */
type CheckPath<F extends string, P, Good, I, N, D, G, O> = P extends `/${string}`
  ? string extends F
    ? Good
    : CheckNames<F, P, Good, I, N, D, G, O>
  : string extends P
    ? Good
    : [P, F] extends ["", `/${string}`]
      ? CheckNames<F, "", Good, I, N, D, G, O>
      : `'${P & string}' must start with '/'`;

// -- the table form -----------------------------------------------------------------------------------------------------

/** What a row may be whatever the others are: it gives completions, and `map` the type of its argument. */
interface LooseRow<I, R> extends Readonly<Partial<Record<keyof RouteOptions, unknown>>> {
  readonly bind?: { readonly [K in keyof I]?: unknown } & { readonly [input: string]: unknown };
  readonly map?: (result: ResultOf<R>) => unknown;
  readonly [option: string]: unknown;
}

/** A list of rows. The type of lists has a `map` too, which would take the place of a row's. */
interface LooseRows<I, R> {
  readonly [index: number]: LooseRow<I, R>;
  readonly length: number;
}

/** The table of `app.route(endpoint, table)`: each row is checked by itself; several rows of one route are several versions. */
export type TableArgument<F extends string, I extends Inputs, R, N, D, G, T> = {
  readonly [route: string]: LooseRow<I, R> | LooseRows<I, R>;
} & {
  readonly [K in keyof T]: CheckRow<
    F,
    K,
    KnownInputs<I, N, R>,
    R,
    KnownNames<N, R>,
    KnownNames<D, R>,
    G,
    T[K]
  >;
};

type CheckRow<F extends string, K, I extends Inputs, R, N, D, G, O> = K extends `${MethodsOf<R>} ${infer P}`
  ? O extends readonly unknown[]
    ? { readonly [V in keyof O]: CheckRow<F, K, I, R, N, D, G, O[V]> }
    : CheckPath<F, P, true, I, N, D, G, O> extends infer Verdict
      ? Verdict extends true
        ? CheckOptions<I, R, O>
        : Verdict
      : never
  : string extends K
    ? CheckOptions<I, R, Record<string, unknown>>
    : K extends `${infer M} ${string}`
      ? M extends Method
        ? M extends "WEBSOCKET"
          ? "'WEBSOCKET' takes a socket, and this is an endpoint"
          : `'${M}' does not take a socket: write 'WEBSOCKET'`
        : `'${M}' is not a method`
      : `'${K & string}' must look like 'GET /path'`;
