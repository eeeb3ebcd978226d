import type { Describe, Names } from "./check-template.ts";

/**
 * Which names of a template are read, and by whom. A name that is read is a plain string in a union; `"lang?"` is one
 * that is read but may be missing, and `"=version"` an input without a source, which a route has to bind.
 */
export type NamesOf<I> = { [K in keyof I & string]: ReadBy<I[K], K> }[keyof I & string];

/** The wire names that X says itself (a dependency: all that it reads), else K. */
export type Named<X, K> = X extends { readonly "~names"?: readonly (infer N extends string)[] }
  ? [N] extends [never]
    ? K
    : N
  : K;

type ReadBy<X, K extends string> = X extends { readonly in: "path" | "path?" | "dependency" | "given" }
  ? X extends { readonly in: "path" }
    ? Named<X, K>
    : X extends { readonly in: "dependency" }
      ? Named<X, never>
      : X extends { readonly in: "path?" }
        ? `${Named<X, K> & string}?`
        : `=${K}`
  : never;

/** What a route with these options must contain. N, D, G: what inputs, the endpoint's guards and the router's read. */
export type Reads<I, N, D, G, O> = O extends { readonly bind: unknown } | { readonly rename: unknown }
  ? Own<I, Bind<O>, "path" | "path?", unknown> | Exact<I, D | G, O>
  : N | D | G | Guards<O>;

type Guards<O> = O extends { readonly dependencies: readonly (infer X)[] } ? Named<X, never> : never;
type Bind<O> = O extends { readonly bind: infer B } ? B : {};

/**
 * The path names of the function's own inputs; with `Said` never, those alone that may take a leftover name: nobody said
 * in this route that the name must be this one.
 */
type Own<I, B, Place extends "path" | "path?", Said> = {
  [K in keyof I & string]: K extends keyof B
    ? B[K] extends { readonly in: Place }
      ? [Named<B[K], never>] extends [Said]
        ? ReadBy<B[K], K>
        : never
      : never
    : I[K] extends { readonly in: Place }
      ? ReadBy<I[K], K>
      : never;
}[keyof I & string];

/** What has to be in the template under exactly this name: names said in `bind`, and what dependencies read. */
type Exact<I, DG, O, B = Bind<O>> =
  | {
      [K in keyof I & string]: K extends keyof B
        ? B[K] extends string
          ? I[K] extends { readonly in: "path" | "path?" }
            ? B[K]
            : I[K] extends { readonly in: "dependency" }
              ? Renamed<ReadBy<I[K], K>, O, I[K]> // a mistake of its own: see CheckWireName
              : never
          : [Named<B[K], never>] extends [never]
            ? B[K] extends { readonly in: "given" }
              ? `=${K}`
              : never
            : Renamed<ReadBy<B[K], K>, O, B[K]>
        : I[K] extends { readonly in: "dependency" | "given" }
          ? Renamed<ReadBy<I[K], K>, O, I[K]>
          : never;
    }[keyof I & string]
  | Renamed<DG | Guards<O>, O, { in: "dependency" }>;

/** `rename` reaches what dependencies read, and nothing else. */
type Renamed<N, O, X> = O extends { readonly rename: infer Wire }
  ? X extends { readonly in: "dependency" }
    ? N extends keyof Wire
      ? Wire[N]
      : N extends `${infer Optional}?`
        ? Optional extends keyof Wire
          ? `${Wire[Optional] & string}?`
          : N
        : N
    : N
  : N;

type IsOne<T> = [T] extends [never] ? false : IsUnion<T> extends true ? false : true;
type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;
type Plain<N> = N extends `${string}?` | `=${string}` ? never : N;
type Optional<N> = N extends `${infer Name}?` ? Name : never;

/**
 * `Good` when every name that is read is in the template and every name of the template is read; else a sentence. F is
 * the router's prefix, P the route's own path. The exact match, by far the most frequent, is settled by one comparison.
 */
export type CheckNames<F extends string, P extends string, Good, I, N, D, G, O> =
  Reads<I, N, D, G, O> extends infer M
    ? Names<P, Names<F> & string> extends infer X
      ? [X, M] extends [M, X]
        ? Good
        : [X] extends [string]
          ? string extends M
            ? Good
            : [Extract<M, `=${string}`>] extends [never]
              ? Matched<F, P, Good, X, M, I, D | G, O>
              : Unbound<Extract<M, `=${string}`>>
          : Describe<X, `${F}${P}`>
      : never
    : never;

type Unbound<N> = N extends `=${infer Input}` ? `'${Input}' has no source of its own: bind it` : never;

/** One leftover name of the route's own path goes to the one leftover path input: a required one first. */
type Matched<F extends string, P extends string, Good, X, M, I, DG, O> =
  Exclude<X, M | Optional<M> | Names<F>> extends infer Leftover
    ? IsOne<Leftover> extends true
      ? Exclude<Own<I, Bind<O>, "path", never>, X> extends infer Required
        ? [Required] extends [never]
          ? IsOne<Exclude<Optional<Own<I, Bind<O>, "path?", never>>, X>> extends true
            ? Verdict<`${F}${P}`, Good, Exclude<Plain<M>, X>, Unread<Names<F>, M>>
            : Verdict<`${F}${P}`, Good, Exclude<Plain<M>, X>, Leftover | Unread<Names<F>, M>>
          : IsOne<Required> extends true
            ? Verdict<`${F}${P}`, Good, Exclude<Plain<Taken<I, DG, O, Required>>, X>, Unread<Names<F>, M>>
            : Verdict<`${F}${P}`, Good, Exclude<Plain<M>, X>, Leftover | Unread<Names<F>, M>>
        : never
      : Verdict<`${F}${P}`, Good, Exclude<Plain<M>, X>, Unread<X, M>>
    : never;

/** What is still wanted once the leftover was taken: names read exactly, and own ones that are there already. */
type Taken<I, DG, O, Required> = Exact<I, DG, O> | Exclude<Own<I, Bind<O>, "path", unknown>, Required>;
type Unread<X, M> = Exclude<X, M | Optional<M>>;

type Verdict<Path extends string, Good, Missing, Unread> = [Missing] extends [never]
  ? [Unread] extends [never]
    ? Good
    : `nothing reads {${Unread & string}} of '${Path}'`
  : `'${Path}' must contain {${Missing & string}}`;
