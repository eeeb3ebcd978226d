import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Any Standard Schema that also gives Standard JSON Schema; the compiler only needs the first. */
export type Schema<I = any, O = any> = StandardSchemaV1<I, O>;

/** Where a value comes from that a client sends. "path?" is a path parameter that a route may leave out. */
export type SentPlace =
  | "path"
  | "path?"
  | "query"
  | "header"
  | "cookie"
  | "group"
  | "form"
  | "file"
  | "parts"
  | "body"
  | "raw";

/** Where a value comes from. */
export type Place =
  | SentPlace
  | "credential"
  | "request"
  | "response"
  | "constant"
  | "given"
  | "scopes"
  | "dependency";

/**
 * A marker: says where one named value comes from. `T` is the value, `N` the wire name when the marker itself gives one
 * (for a dependency: the path names that it reads), `S` what a client sends for it.
 */
export interface Input<P extends string = string, T = unknown, N extends string = string, S = unknown> {
  readonly in: P;
  readonly "~value"?: T;
  readonly "~names"?: readonly N[];
  // A tuple: `undefined` as S would be lost in an optional member.
  readonly "~sent"?: readonly [S];
}

/** What a schema takes. */
export type InputOf<X> = X extends StandardSchemaV1<infer I, any> ? I : never;
/** What a schema gives. */
export type OutputOf<X> = X extends StandardSchemaV1<any, infer O> ? O : never;

/** The inputs of an endpoint or dependency, by name. */
export type Inputs = Readonly<Record<string, Input<string, unknown, string>>>;
/** The value that an input gives. */
export type ValueOf<X> = X extends Input<string, infer T, string> ? T : never;
