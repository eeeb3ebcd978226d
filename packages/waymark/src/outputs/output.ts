import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { OtherStatus, Reply } from "../http/reply.ts";
import type { Schema } from "../inputs/input.ts";
import type { ContentOutput } from "./content.ts";
import type { EmptyOutput } from "./empty.ts";
import type { EventsOutput } from "./events.ts";
import type { JsonLinesOutput } from "./json-lines.ts";

/**
 * What stands in the place of a schema where a reply is not one JSON value; `T` is what the function gives for it, `Items`
 * what a client gets one by one.
 */
export interface OutputKind<T = unknown, Items = unknown> {
  readonly "~output": string;
  // A tuple: `undefined` as T would be lost in an optional member.
  readonly "~given"?: readonly [T];
  readonly "~items"?: Items;
}

/** The runtime side of `OutputKind`: what they really are. */
export type AnyOutputKind = ContentOutput | JsonLinesOutput | EventsOutput | EmptyOutput;

/** One reply: a schema of JSON, or a kind of its own. */
export type OneOutput = Schema | OutputKind;

/** One of several replies, with words for the document where those of the status do not do. */
export interface DescribedOutput {
  readonly description: string;
  readonly schema: OneOutput;
}

/** Every reply that is not an error, by its status. */
export type Outputs = Readonly<Record<number, OneOutput | DescribedOutput>> & {
  readonly [S in ErrorStatus]?: `${S} is the status of an error: declare it under errors`;
};

type ErrorStatus = Exclude<OtherStatus, 300 | 301 | 302 | 303 | 304 | 307 | 308>;

/** What `output` may be. */
export type Output = OneOutput | Outputs;

/** What a function gives for one declared reply. */
export type GivenFor<X> =
  X extends StandardSchemaV1<infer I, any>
    ? I
    : X extends OutputKind<infer T>
      ? T
      : X extends { readonly schema: infer Y }
        ? GivenFor<Y>
        : never;

/** What a function gives as a plain value: for a record that of the lowest 2xx. */
export type PlainFor<O> = O extends OneOutput ? GivenFor<O> : GivenFor<O[Main<keyof O> & keyof O]>;

/** The replies made by hand that go with an output: any, or for a record those of its statuses (and all that `reply` makes of errors). */
export type RepliesFor<O> = O extends OneOutput ? Reply<any, any, any> : Declared<O>;

type Declared<O> = Reply<GivenFor<O[keyof O & number]>, keyof O & number, PairsOf<O>>;
type PairsOf<O> = { [S in keyof O & number]: { readonly [K in S]: GivenFor<O[S]> } }[keyof O & number];

/** What a function with this output gives: what it returns plainly, and what of a record it says by a reply. */
export type ResultFor<O> = O extends OneOutput ? GivenFor<O> : PlainFor<O> | Declared<O>;

/** The lowest 2xx of a record. */
type Main<K> = Lowest<K, [200, 201, 202, 203, 204, 205, 206, 207, 208, 226]>;
type Lowest<K, Statuses> = Statuses extends [infer First, ...infer Rest]
  ? First extends K
    ? First
    : Lowest<K, Rest>
  : never;
