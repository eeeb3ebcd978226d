import type { AnyDependency } from "../dependency.ts";
import type { ContractOf, Declares, EndpointContract, ErrorDeclarations } from "../endpoint.ts";
import type { Input, InputOf, Inputs, OutputOf, Schema } from "../inputs/input.ts";
import type { Output, ResultFor } from "../outputs/output.ts";
import type { ConnectionOver, Messages, RawMessage, SocketContract } from "../realtime/socket.ts";
import type { NamesOf } from "../routing/check-names.ts";
import type { TableArgument } from "../routing/check.ts";
import { operationOf, type Operation, type OperationTable } from "../routing/operation.ts";

/** A contract apart from its function, with its routes: I are the inputs, O the output, E the errors, T the table. */
export interface Contract<I extends Inputs, O, E, T, D extends string = never>
  extends Omit<ContractOf<I, O, D>, "errors">, Operation<I, unknown, Declares<O, E>, T> {
  readonly input: I;
  readonly errors?: E;
  /** For `app.route(endpoint(contract, function), contract.routes)`. */
  readonly routes: T;
}

/** A socket's contract apart from its function, with its routes. */
export interface MessageContract<I extends Inputs, In, Out, T>
  extends
    Omit<SocketContract, "input" | "output" | "status" | "receive" | "send" | "dependencies" | "onInvalid">,
    Operation<I, ConnectionOver, ContractMessages<In, Out>, T> {
  readonly input: I;
  readonly receive?: In;
  readonly send?: Out;
  readonly dependencies?: readonly (AnyDependency & Input<"dependency", unknown, never>)[];
  /** For `app.route(socket(contract, function), contract.routes)`. */
  readonly routes: T;
}

/** What a client sends is what `receive` takes, what it gets is what `send` gives. */
type ContractMessages<In, Out> = Messages<
  [In] extends [never] ? RawMessage : InputOf<In>,
  [Out] extends [never] ? RawMessage : OutputOf<Out>
>;

/** `contract` for functions, `contract.socket` for sockets. */
export interface ContractFactory {
  /**
   * What an endpoint says about itself and where its routes are, apart from the function: a module of contracts imports
   * nothing of the server, so a browser can. The table is checked as `app.route` does it.
   *
   * ```ts
   * export const readProduct = contract(
   *   { input: { itemId: path(z.string()) }, output: Product, errors: { 404: "No such product" } },
   *   { "GET /items/{itemId}": { canonical: true }, "GET /products/{productId}": {} },
   * );
   * // on the server: app.route(endpoint(readProduct, function readProduct({ itemId }) { … }), readProduct.routes);
   * // anywhere:      createClient({ readProduct }, { baseUrl }).readProduct({ itemId: "1" });
   * ```
   */
  <
    const I extends Inputs = {},
    O extends Output = never,
    D extends string = never,
    const E extends ErrorDeclarations = {},
    const T extends TableArgument<
      "",
      I,
      [O] extends [never] ? undefined : ResultFor<O>,
      NamesOf<I>,
      D,
      never,
      T
    > = {},
  >(
    definition: ContractOf<I, O, D, E>,
    routes: T,
  ): Contract<I, O, E, T, D>;
  /** The same for a socket: `app.route(socket(chat, async ({ room, connection }) => { … }), chat.routes)`. */
  socket<
    const I extends Inputs = {},
    In extends Schema = never,
    Out extends Schema = never,
    const T extends TableArgument<"", I, ConnectionOver, NamesOf<I>, never, never, T> = {},
  >(
    definition: SocketDefinition<I, In, Out>,
    routes: T,
  ): MessageContract<I, In, Out, T>;
}

/** What `contract.socket` takes: see `SocketContract`. */
export interface SocketDefinition<I, In, Out> extends Omit<
  SocketContract,
  "input" | "output" | "status" | "receive" | "send" | "dependencies" | "onInvalid"
> {
  /** Where each argument of the function comes from: all of it is read of the request that asks for the connection. */
  readonly input?: I;
  /** The messages that come to the server: JSON in text messages. Without it they are strings and bytes. */
  readonly receive?: In;
  /** The messages that the server sends. Without it they are strings and bytes. */
  readonly send?: Out;
}

export const contract: ContractFactory = Object.assign(
  (definition: object, routes: object) => made(definition, routes),
  { socket: (definition: object, routes: object) => made(definition, routes) },
) as unknown as ContractFactory;

/** Routes are no option of an endpoint: they are kept where neither its checks nor a spread `{ ...readProduct }` sees them. */
function made(definition: EndpointContract, routes: object): object {
  const contracted = { input: {}, ...definition };
  Object.defineProperty(contracted, "routes", { value: routes });
  Object.defineProperty(contracted, "~operation", {
    value: operationOf(contracted, routes as OperationTable, "", {})["~operation"],
  });
  return contracted;
}
