import type { AnyDependency } from "./dependency.ts";
import type { Reply } from "./http/reply.ts";
import type { Input, InputOf, Inputs, Schema, ValueOf } from "./inputs/input.ts";
import type { Markers } from "./inputs/marker.ts";
import type { NamesOf } from "./routing/check-names.ts";
import type { Deprecation } from "./routing/route.ts";

/** Errors a function may answer with: status to what it means, with the schema of extension members if there is one. */
export type ErrorDeclarations = Readonly<
  Record<number, string | { readonly description: string; readonly schema?: Schema }>
>;

/** What a function says about itself, for all its routes; a route's own options go first. */
export interface EndpointContract {
  /** The operationId of its plain route. Default: the function's own name. */
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly input?: Markers;
  /** What the reply is validated and filtered by: the function returns what this schema takes. */
  readonly output?: Schema;
  /** `{ 404: "No such product" }`, or `{ 409: { description, schema } }` with the schema of extension members. */
  readonly errors?: ErrorDeclarations;
  /** Success status. Default 200, or 204 when there is nothing to send. */
  readonly status?: number;
  /** Guards of all its routes: they run before anything else of the request is read. */
  readonly dependencies?: readonly AnyDependency[];
  readonly deprecated?: boolean | Deprecation;
  /** Left out of the document. */
  readonly hidden?: boolean;
  /** The result is known to fit `output`: it is filtered, and not validated. */
  readonly trusted?: boolean;
  /** Shown to the function as `request.route.metadata`; a route's own entries go first. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The runtime side of every endpoint. */
export interface AnyEndpoint {
  (values: any): unknown;
  readonly contract: EndpointContract;
  /** Marks it, so that a bare function can be told from an endpoint. */
  readonly "~endpoint": true;
  /** What was given as its function: without a compiler that may be anything, and start-up tells of it. */
  readonly "~run"?: unknown;
}

/**
 * A contract and its function: I are the inputs, R the result, N the path names that the inputs read and D those of its
 * guards. Still a function: `await readProduct({ itemId: "1", limit: 10 })`.
 */
export interface Endpoint<I extends Inputs, R, N = string, D = string> {
  (values: { -readonly [K in keyof I]: ValueOf<I[K]> }): R | Promise<R>;
  readonly contract: EndpointContract;
  readonly "~endpoint": true;
  readonly "~inputs"?: I;
  readonly "~names"?: readonly N[];
  readonly "~guards"?: readonly D[];
}

/** What a function with an `output` may return: what the schema takes, or a reply made by hand. */
export type Returned<T> = T | Response | Reply<any> | undefined;

/** A conditional on purpose: only so does the compiler give the function the literal types of `output` as context. `output` is not inferred from the result. */
type Handler<I, O, R> = [O] extends [never]
  ? (values: { -readonly [K in keyof I]: ValueOf<I[K]> }) => R | Promise<R>
  : (values: {
      -readonly [K in keyof I]: ValueOf<I[K]>;
    }) => Returned<InputOf<NoInfer<O>>> | Promise<Returned<InputOf<NoInfer<O>>>>;

/** What `endpoint` takes: see `EndpointContract`. */
export interface ContractOf<I, O, D extends string> extends Omit<
  EndpointContract,
  "input" | "output" | "dependencies"
> {
  /** Where each argument of the function comes from. */
  readonly input?: I;
  /** What the reply is validated and filtered by: the function returns what this schema takes. */
  readonly output?: O;
  /** Guards of all its routes: they run before anything else of the request is read. */
  readonly dependencies?: readonly (AnyDependency & Input<"dependency", unknown, D>)[];
}

/**
 * A function with its contract: what it takes, gives, and may answer instead. Its routes say where its inputs come from;
 * one endpoint serves any number of them.
 *
 * ```ts
 * const readProduct = endpoint(
 *   { input: { itemId: path(z.string()) }, output: Product, errors: { 404: "No such product" } },
 *   async function readProduct({ itemId }) {
 *     return catalogue.get(itemId) ?? HttpError.throw(404, `No product ${itemId}`);
 *   },
 * );
 * ```
 */
export function endpoint<
  const I extends Inputs = {},
  O extends Schema = never,
  R = unknown,
  D extends string = never,
>(
  contract: ContractOf<I, O, D>,
  run: Handler<I, O, R>,
): Endpoint<I, [O] extends [never] ? R : InputOf<O>, NamesOf<I>, D> {
  return makeEndpoint(contract as EndpointContract, run as (values: any) => unknown) as Endpoint<
    any,
    any,
    any,
    any
  >;
}

/** The contract of every bare function. */
export const BARE: EndpointContract = Object.freeze({});
const bare = new WeakMap<() => unknown, AnyEndpoint>();

/** A bare function is an endpoint without inputs, the same one wherever it is used. */
export function endpointOf(given: AnyEndpoint | (() => unknown)): AnyEndpoint {
  if (typeof given !== "function") return makeEndpoint(BARE, given);
  if ("~endpoint" in given) return given;
  let made = bare.get(given);
  if (made === undefined) bare.set(given, (made = makeEndpoint(BARE, given)));
  return made;
}

/** Wrapped, so that one function may be given to several contracts. */
function makeEndpoint(contract: EndpointContract, run: (values: any) => unknown): AnyEndpoint {
  const callable = (values: any): unknown => run(values);
  Object.defineProperty(callable, "name", { value: contract.name ?? run?.name ?? "" });
  return Object.assign(callable, { contract, "~endpoint": true as const, "~run": run });
}
