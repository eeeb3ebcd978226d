import type { Declares } from "../endpoint.ts";
import type { Reply } from "../http/reply.ts";
import type { OutputOf, Schema } from "../inputs/input.ts";
import type { EventItems } from "../outputs/events.ts";
import type { LineItems } from "../outputs/json-lines.ts";
import type { OneOutput, OutputKind } from "../outputs/output.ts";
import type { EventStream } from "./event-stream.ts";
import type { Serialized } from "./serialized.ts";

/** A reply that was declared and is no error, as `safe` gives it. */
export interface Success<S, V> {
  readonly ok: true;
  readonly status: S;
  readonly value: V;
  readonly response: Response;
}

/** What a client gets for one declared reply: JSON as it is, a stream item by item, and the `Response` itself for other content. */
export type ValueFor<X> = X extends Schema
  ? Serialized<OutputOf<X>>
  : X extends OutputKind<infer T, infer Items>
    ? Items extends EventItems<infer Item>
      ? EventStream<Serialized<Item>>
      : Items extends LineItems<infer Item>
        ? AsyncIterable<Serialized<Item>>
        : [T] extends [never]
          ? Response
          : [T] extends [undefined]
            ? undefined
            : Response
    : X extends { readonly schema: infer Y }
      ? ValueFor<Y>
      : never;

/** The replies of a route that are no errors. `O` are its options, which may declare another output. */
export type SuccessesOf<R, W, O> = O extends { readonly output: infer X }
  ? Declared<X, R>
  : W extends Declares<infer X, any>
    ? Declared<X, R>
    : Success<number, Undeclared<R>>;

type Declared<X, R> = [X] extends [never]
  ? Success<number, Undeclared<R>>
  : X extends OneOutput
    ? Success<number, ValueFor<X>>
    : { [S in keyof X & number]: Success<S, ValueFor<X[S]>> }[keyof X & number];

/** Without an output the function's result says it, unless that is a reply made by hand. */
type Undeclared<R> = [Extract<R, Response | Reply<any, any, any>>] extends [never]
  ? R extends void
    ? undefined
    : Serialized<R>
  : unknown;
