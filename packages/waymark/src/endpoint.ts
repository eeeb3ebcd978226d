import type { AnyDependency } from "./dependency.ts";
import type { Input, Inputs, Schema, ValueOf } from "./inputs/input.ts";
import type { Markers } from "./inputs/marker.ts";
import type { Output, PlainFor, RepliesFor, ResultFor } from "./outputs/output.ts";
import type { NamesOf } from "./routing/check-names.ts";
import type { Callback, OperationExtra } from "./routing/outgoing.ts";
import type { Deprecation } from "./routing/route.ts";

/** What an error means, and the schema of its problem's extension members if there is one. */
export interface ErrorDeclaration {
  readonly description: string;
  readonly schema?: Schema;
  /** What it is sent as, where another standard says so: the schema is then all of it, and no problem document. */
  readonly mediaType?: string;
}

/** Errors a function may answer with: status to what it means. */
export type ErrorDeclarations = Readonly<Record<number, string | ErrorDeclaration>>;

/** What a function says about itself, for all its routes; a route's own options go first. */
export interface EndpointContract {
  /** The operationId of its plain route. Default: the function's own name. */
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly input?: Markers;
  /**
   * What the reply is validated and filtered by: the function returns what this schema takes. A reply that is not one JSON
   * value is `content`, `jsonLines`, `events` or `empty`; several are a record of statuses, of which a plain result is the
   * lowest 2xx, and the others are said by `reply(status, value)`.
   */
  readonly output?: Output;
  /** `{ 404: "No such product" }`, or `{ 409: { description, schema } }` with the schema of extension members. */
  readonly errors?: ErrorDeclarations;
  /** Success status. Default 200, or 204 when there is nothing to send. A record of outputs says it already. */
  readonly status?: number;
  /** Guards of all its routes: they run before anything else of the request is read. */
  readonly dependencies?: readonly AnyDependency[];
  /** What the caller must be allowed to do, on all its routes: shown in the document, and checked by their credentials. */
  readonly scopes?: readonly string[];
  readonly deprecated?: boolean | Deprecation;
  /** Left out of the document. */
  readonly hidden?: boolean;
  /** The result is known to fit `output`: it is filtered, and not validated. */
  readonly trusted?: boolean;
  /** Requests that the application sends because of this one, by name: for the document. */
  readonly callbacks?: Readonly<Record<string, Callback>>;
  /** Laid over the operation in the document, as OpenAPI writes it: links, headers of replies, extensions. */
  readonly openapi?: OperationExtra;
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

/** What a contract says of its replies, for clients: O is its output, E its errors. */
export interface Declares<O, E> {
  readonly output: O;
  readonly errors: E;
}

/**
 * A contract and its function: I are the inputs, R the result, N the path names that the inputs read and D those of its
 * guards, W what it declares of its replies. Still a function: `await readProduct({ itemId: "1", limit: 10 })`.
 */
export interface Endpoint<I extends Inputs, R, N = string, D = string, W = unknown> {
  (values: { -readonly [K in keyof I]: ValueOf<I[K]> }): R | Promise<R>;
  readonly contract: EndpointContract;
  readonly "~endpoint": true;
  readonly "~inputs"?: I;
  readonly "~names"?: readonly N[];
  readonly "~guards"?: readonly D[];
  readonly "~declares"?: W;
}

/** What a function with an `output` may return: what the output takes, or a reply made by hand. */
export type Returned<O> = PlainFor<O> | RepliesFor<O> | Response | undefined;

/** A conditional on purpose: only so does the compiler give the function the literal types of `output` as context. `output` is not inferred from the result. */
type Handler<I, O, R> = [O] extends [never]
  ? (values: { -readonly [K in keyof I]: ValueOf<I[K]> }) => R | Promise<R>
  : (values: {
      -readonly [K in keyof I]: ValueOf<I[K]>;
    }) => Returned<NoInfer<O>> | Promise<Returned<NoInfer<O>>>;

/** Inferred as they are written, errors are not checked for what they should not have: that is done here. */
export type CheckErrors<E> = {
  readonly [S in keyof E]: S extends number
    ? E[S] extends string
      ? unknown
      : {
          readonly [
            K in Exclude<keyof E[S], keyof ErrorDeclaration>
          ]: `'${K & string}' is not an option of an error`;
        }
    : `'${S & string}' is not a status`;
};

/** What `endpoint` takes: see `EndpointContract`. */
export interface ContractOf<I, O, D extends string, E = ErrorDeclarations> extends Omit<
  EndpointContract,
  "input" | "output" | "errors" | "dependencies"
> {
  /** Where each argument of the function comes from. */
  readonly input?: I;
  /** What the reply is validated and filtered by: the function returns what this schema takes. See `EndpointContract`. */
  readonly output?: O;
  /** `{ 404: "No such product" }`, or `{ 409: { description, schema } }` with the schema of extension members. */
  readonly errors?: E & CheckErrors<E>;
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
  O extends Output = never,
  R = unknown,
  D extends string = never,
  const E extends ErrorDeclarations = {},
>(
  contract: ContractOf<I, O, D, E>,
  run: Handler<I, O, R>,
): Endpoint<I, [O] extends [never] ? R : ResultFor<O>, NamesOf<I>, D, Declares<O, E>> {
  return makeEndpoint(contract as EndpointContract, run as (values: any) => unknown) as Endpoint<
    any,
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
