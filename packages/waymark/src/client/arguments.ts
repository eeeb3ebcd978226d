import type { Input, Inputs, SentPlace, ValueOf } from "../inputs/input.ts";

/** The inputs as one route has them: what is bound to another source stands for the input itself. */
export type Bound<I extends Inputs, O> = O extends { readonly bind: infer B }
  ? { readonly [K in keyof I]: K extends keyof B ? (B[K] extends string ? I[K] : B[K]) : I[K] }
  : I;

/** A body that nobody parses, as `fetch` takes it; an async iterable is sent as it comes. */
export type RawBodyArgument =
  | string
  | Uint8Array<ArrayBuffer>
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** What a client gives for an input; never for one that is the server's own affair. */
type SentFor<X> = X extends { readonly in: SentPlace }
  ? X extends { readonly in: "file" }
    ? FileFor<ValueOf<X>>
    : X extends { readonly in: "raw" }
      ? RawBodyArgument
      : X extends { readonly in: "parts" }
        ? FormData
        : X extends Input<"cookie", any, any, infer S>
          ? S | undefined // in a browser cookies are the browser's to send
          : X extends Input<string, any, any, infer S>
            ? S
            : never
  : never;
type FileFor<V> = V extends readonly unknown[] ? readonly Blob[] : V extends undefined ? undefined : Blob;

type Given<I> = { -readonly [K in keyof I as [SentFor<I[K]>] extends [never] ? never : K]: SentFor<I[K]> };
type OptionalKeys<A> = { [K in keyof A]: undefined extends A[K] ? K : never }[keyof A];
type Optional<A, K extends keyof A> = { [P in Exclude<keyof A, K>]: A[P] } & { [P in K]?: A[P] };
type Plain<T> = { [K in keyof T]: T[K] };

/** The one argument of a client's method: the function's own, without what the server adds. */
export type ArgumentsOf<I> = Given<I> extends infer A ? Plain<Optional<A, OptionalKeys<A>>> : never;
