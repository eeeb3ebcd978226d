import type { EndpointContract, ErrorDeclarations } from "../endpoint.ts";
import type { Inputs } from "../inputs/input.ts";
import type { RouteOptions } from "./declaration.ts";

/** Routes of one contract: method and template to their options. */
export type OperationTable = Readonly<Record<string, RouteOptions>>;

/** A contract and its routes, without the function behind them: all that a client has to know. */
export interface OperationParts {
  readonly contract: EndpointContract;
  readonly routes: OperationTable;
  /** Stands before every path of the routes. */
  readonly prefix: string;
  /** What any of the routes may answer with, beside what contract and route say. */
  readonly errors: ErrorDeclarations;
}

/** The runtime side of every operation. */
export interface AnyOperation {
  readonly "~operation": OperationParts;
}

/**
 * What a typed client is made of: I are the inputs, R the function's result, W what it declares of its replies (or of its
 * messages), T the table of its routes, E the errors of their router. `app.route` returns one, and a `contract` is one.
 */
export interface Operation<I extends Inputs, R, W, T, E = {}> extends AnyOperation {
  readonly "~types"?: OperationTypes<I, R, W, T, E>;
}

export interface OperationTypes<I, R, W, T, E = {}> {
  readonly inputs: I;
  readonly result: R;
  readonly declares: W;
  readonly routes: T;
  readonly errors: E;
}

/** Of a route with several versions clients go by the last one, which is the latest. */
export function operationOf(
  contract: EndpointContract,
  table: Readonly<Record<string, RouteOptions | readonly RouteOptions[]>>,
  prefix: string,
  errors: ErrorDeclarations,
): AnyOperation {
  const rows = Object.entries(table).map(([route, row]) => [route, Array.isArray(row) ? latest(row) : row]);
  return { "~operation": { contract, routes: Object.fromEntries(rows) as OperationTable, prefix, errors } };
}

function latest(rows: readonly RouteOptions[]): RouteOptions {
  return rows.at(-1) ?? {};
}
