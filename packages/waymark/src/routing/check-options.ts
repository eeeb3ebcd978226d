import type { Input, InputOf, Inputs, Schema, ValueOf } from "../inputs/input.ts";
import type { Returned } from "../endpoint.ts";
import type { Reply } from "../http/reply.ts";
import type { Output, PlainFor } from "../outputs/output.ts";
import type { RouteOptions } from "./declaration.ts";
import type { Named } from "./check-names.ts";
import type { Meant } from "./nearest.ts";

/** The options of a route: `bind`, `output` and `map` as this route's endpoint allows them. */
export interface Options<B = unknown, X = unknown, M = unknown> extends Omit<
  RouteOptions,
  "bind" | "output" | "map"
> {
  /**
   * Where inputs come from on this route: a string is another wire name in the same place; a marker or a dependency is
   * another source, whose type must fit.
   */
  readonly bind?: B;
  /** What the reply is validated and filtered by on this route, in place of the endpoint's `output`. */
  readonly output?: X;
  /** Makes the reply out of the function's result; returns what `output` takes. */
  readonly map?: M;
}

/** What a function's result is once replies made by hand are set aside: what `map` and `output` see. */
export type ResultOf<R> = Exclude<R, Response | Reply<any, any, any> | undefined>;

/** What `bind` may hold, before it is looked at. */
export type AnyBind<I extends Inputs> = {
  readonly [K in keyof I]?: string | Input<string, ValueOf<I[K]>, string>;
};

/** The options as they are when they are good, and a sentence in the place of each that is not. */
export type CheckOptions<I extends Inputs, R, O> = string extends keyof O
  ? Options<AnyBind<I>, Output, (result: ResultOf<R>) => unknown>
  : [Exclude<keyof O, keyof Options>] extends [never]
    ? Options<
        O extends { readonly bind: infer B } ? CheckBind<I, B> : AnyBind<I>,
        CheckOutput<R, O>,
        CheckMap<R, O>
      >
    : Misspelt<O>;

type Misspelt<O> = {
  readonly [K in keyof O]: K extends keyof Options
    ? O[K]
    : `'${K & string}' is not an option of a route${Meant<K & string, keyof Options>}`;
};

type CheckBind<I, B> = {
  readonly [K in keyof B]: K extends keyof I
    ? B[K] extends string
      ? CheckWireName<I, K, B[K]>
      : B[K] extends Input<infer P, infer T, string>
        ? P extends "given"
          ? `'${K & string}' has no source of its own: bind it`
          : [T] extends [ValueOf<I[K]>]
            ? B[K]
            : CheckConstant<K, P, T, ValueOf<I[K]>, B[K]>
        : string | Input<string, ValueOf<I[K]>, string>
    : `the function has no input '${K & string}'${Meant<K & string, keyof I>}`;
};

type CheckWireName<I, K extends keyof I, Name> = I[K] extends {
  readonly in: "path" | "path?" | "query" | "header" | "cookie" | "form" | "file";
}
  ? Name
  : I[K] extends { readonly in: "body" }
    ? [Exclude<Bodies<I>, K> | Named<I[K], never>] extends [never]
      ? `'${K & string}' is the whole body, which has no name on the wire: bind a source to it`
      : Name
    : string extends keyof I
      ? Name
      : `'${K & string}' has no name on the wire: bind a source to it`;
type Bodies<I> = { [K in keyof I]: I[K] extends { readonly in: "body" } ? K : never }[keyof I];

/** `constant([1])` is a readonly tuple; nobody else has it, so it may be given to a function that takes `number[]`. */
type CheckConstant<K, P, T, Wanted, Good> = P extends "constant"
  ? [Writable<T>] extends [Wanted]
    ? Good
    : WrongType<K, T, Wanted>
  : WrongType<K, T, Wanted>;
type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;
type WrongType<K, T, Wanted> = [Show<T>, Show<Wanted>] extends [Show<Wanted>, Show<T>]
  ? `'${K & string}' does not take ${ShowLiteral<T>}`
  : `'${K & string}' is ${Show<Wanted>}, what is bound to it gives ${Show<T>}`;
type Show<T> = undefined extends T ? `${ShowDefined<Exclude<T, undefined>>} or undefined` : ShowDefined<T>;
type ShowDefined<T> = [T] extends [string]
  ? "string"
  : [T] extends [number]
    ? "number"
    : [T] extends [boolean]
      ? "boolean"
      : "another type";
type ShowLiteral<T> = [T] extends [string]
  ? string extends T
    ? "every string"
    : `'${T}'`
  : [T] extends [number]
    ? number extends T
      ? "every number"
      : `${T}`
    : "what is bound to it";

type CheckOutput<R, O> = O extends { readonly output: infer X extends Schema }
  ? O extends { readonly map: unknown }
    ? Schema
    : Fitting<InputOf<X>, ResultOf<R>>
  : O extends { readonly output: infer X extends Output }
    ? O extends { readonly map: unknown }
      ? Output
      : Fitting<PlainFor<X>, ResultOf<R>> extends infer Verdict extends string
        ? Verdict
        : Output
    : Output;
type Fitting<Wanted, R> = [R] extends [Wanted]
  ? Schema
  : unknown extends R
    ? Schema
    : [Wanted, R] extends [readonly (infer W)[], readonly (infer E)[]]
      ? Difference<W, E>
      : Difference<Wanted, R>;
type Difference<Wanted, R> = [Wanted, R] extends [object, object]
  ? [Lacking<Wanted, R>] extends [never]
    ? [Differing<Wanted, R>] extends [never]
      ? "the result does not fit this output: add map"
      : `'${Differing<Wanted, R>}' of the result does not fit this output: add map`
    : `the result has no '${Lacking<Wanted, R>}': add map`
  : "the result does not fit this output: add map";
type Lacking<Wanted, R> = {
  [K in keyof Wanted]-?: {} extends Pick<Wanted, K> ? never : K extends keyof R ? never : K;
}[keyof Wanted] &
  string;
type Differing<Wanted, R> = {
  [K in keyof Wanted & keyof R]: [R[K]] extends [Wanted[K]] ? never : K;
}[keyof Wanted & keyof R] &
  string;

type CheckMap<R, O> = O extends { readonly output: infer X extends Schema }
  ? (result: ResultOf<R>) => InputOf<X> | Promise<InputOf<X>>
  : O extends { readonly output: infer X extends Output }
    ? (result: ResultOf<R>) => Returned<X> | Promise<Returned<X>>
    : O extends { readonly map: unknown }
      ? "map needs output, the schema of what it returns"
      : (result: ResultOf<R>) => unknown;
