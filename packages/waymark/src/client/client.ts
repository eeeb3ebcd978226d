import type { Inputs } from "../inputs/input.ts";
import type { ConnectionOver, Messages } from "../realtime/socket.ts";
import type { AnyOperation, Operation } from "../routing/operation.ts";
import type { ArgumentsOf, Bound } from "./arguments.ts";
import type { CallOptions } from "./options.ts";
import type { DeclaredErrors, Failure, ValidationProblem } from "./problem.ts";
import type { Serialized } from "./serialized.ts";
import type { ClientSocket, ConnectOptions } from "./socket.ts";
import type { SuccessesOf } from "./value.ts";

/** Operations by the names that the client's methods have. */
export type Operations = Readonly<Record<string, AnyOperation>>;

/** A method for each operation. Only those that are used cost the compiler anything. */
export type Client<A> = { readonly [K in keyof A]: MethodOf<A[K]> };

type MethodOf<X> =
  X extends Operation<infer I, infer R, infer W, infer T, infer E>
    ? [R] extends [ConnectionOver]
      ? SocketMethod<I, W, Latest<T>>
      : Method<I, R, W, Latest<T>, E>
    : never;

/** Of a route with several versions the last one. */
type Latest<T> = {
  readonly [P in keyof T]: T[P] extends readonly [...unknown[], infer Last] ? Last : T[P];
};

/**
 * The options of the route that a method asks when nobody says which: the canonical one, the only one, or the first that
 * changes nothing. Which is the first the compiler cannot see, and need not.
 */
type MainOf<T> = [Canonical<T>] extends [never]
  ? IsOne<keyof T> extends true
    ? T[keyof T]
    : [Unchanged<T>] extends [never]
      ? "no route is canonical, and each has other sources, output or errors: use via"
      : {}
  : T[Canonical<T>];
type Canonical<T> = { [P in keyof T]: T[P] extends { readonly canonical: true } ? P : never }[keyof T];
type Unchanged<T> = {
  [P in keyof T]: T[P] extends { readonly output: unknown } | { readonly errors: unknown }
    ? never
    : T[P] extends { readonly bind: infer B }
      ? [B[keyof B]] extends [string]
        ? P
        : never
      : P;
}[keyof T];
type IsOne<K, U = K> = K extends unknown ? ([U] extends [K] ? true : false) : never;

type Rest<A, O> = {} extends A ? [values?: A, options?: O] : [values: A, options?: O];
type Values<I extends Inputs, O> = ArgumentsOf<Bound<I, O>>;

/** One route of an operation, as a function. */
export interface Call<A, S extends { readonly value: unknown }, F> {
  /** Resolves to the reply's value. Rejects with a `ClientError` for every error, declared or not. */
  (...args: Rest<A, CallOptions>): Promise<S["value"]>;
  /** Resolves for declared errors too, by their status; rejects for those that nobody declared. */
  safe(...args: Rest<A, CallOptions>): Promise<S | F>;
}

type CallOf<I extends Inputs, R, W, O, E> = Call<
  Values<I, O>,
  SuccessesOf<R, W, O>,
  DeclaredErrors<W, O, E> | (keyof Values<I, O> extends never ? never : Failure<422, ValidationProblem>)
>;

/** An operation as a function: asks its main route; `via` another one. */
export interface Via<I extends Inputs, R, W, T, E = {}> {
  /** The same operation by one route of its own: an alias, a version. */
  via<const P extends keyof T & string>(route: P): CallOf<I, R, W, T[P], E>;
}
type Method<I extends Inputs, R, W, T, E> = (MainOf<T> extends infer O
  ? O extends string
    ? O
    : CallOf<I, R, W, O, E>
  : never) &
  Via<I, R, W, T, E>;

/** A route of a socket. */
export interface Connect<A, In, Out> {
  /** Resolves once the connection is open. Rejects with a `ClientError` when it is refused. */
  connect(...args: Rest<A, ConnectOptions>): Promise<ClientSocket<In, Out>>;
}
type SocketMethod<I extends Inputs, W, T> =
  W extends Messages<infer In, infer Out>
    ? Connect<Values<I, MainOf<T>>, Serialized<Out>, In> & {
        via<const P extends keyof T & string>(route: P): Connect<Values<I, T[P]>, Serialized<Out>, In>;
      }
    : never;
