import type { AnyDependency } from "../dependency.ts";
import type { AnyEndpoint, EndpointContract } from "../endpoint.ts";
import type { Issue } from "../schema/issue.ts";
import type { Input, InputOf, Inputs, OutputOf, Schema, ValueOf } from "../inputs/input.ts";
import type { NamesOf } from "../routing/check-names.ts";
import type { Connection } from "./connection.ts";

/** A message that is not what `receive` says. Never holds the message itself. */
export interface InvalidMessage {
  /** What is closed with unless `onInvalid` decides otherwise: 1003 bytes, 1007 no JSON, 1008 not what the schema says. */
  readonly code: 1003 | 1007 | 1008;
  readonly reason: string;
  /** What the schema said; empty where it was not asked. */
  readonly issues: readonly Issue[];
}

/** What a socket says about itself, for all its routes, beside what every endpoint says. */
export interface SocketContract extends EndpointContract {
  /** The messages that come: JSON in text messages. Without it messages are strings and bytes, as they come. */
  readonly receive?: Schema;
  /** The messages that go: validated, filtered and written as JSON. Without it strings and bytes are sent as they are. */
  readonly send?: Schema;
  /** Subprotocols, the preferred one first: the first that the client offers is agreed on. */
  readonly protocols?: readonly string[];
  /**
   * Origins of pages that may connect (`"https://example.com"`), or `"*"` for all. Default: pages of the host that is asked.
   * Clients that are no browsers send no origin, and are not asked for one.
   */
  readonly origins?: readonly string[] | "*";
  /** Bytes of one message that comes; more closes with 1009. Default 1 MiB. */
  readonly maxMessage?: number;
  /** Bytes that may wait for a client that does not take them, once nobody waits for it; more closes with 1008. Default 1 MiB. */
  readonly maxBuffered?: number;
  /** Milliseconds between two pings; a client silent from one to the next is cut off. 0 sends none. Default 30 s. */
  readonly heartbeat?: number;
  /** Compresses messages for clients that ask for it (RFC 7692): less traffic for more memory and time. Default false. */
  readonly compress?: boolean;
  /** Messages that are sent are known to fit `send`: they are filtered, and not validated. */
  readonly trusted?: boolean;
  /** Hears of a message that is not what `receive` says, in the place of the end; the next one is then waited for. */
  readonly onInvalid?: (invalid: InvalidMessage, connection: Connection<any, any>) => unknown;
}

/** The runtime side of every socket. */
export interface AnySocket extends AnyEndpoint {
  readonly contract: SocketContract;
  readonly "~socket": true;
}

/** Whether what stands at a route is a socket. */
export function isSocket(endpoint: AnyEndpoint): endpoint is AnySocket {
  return "~socket" in endpoint;
}

declare const OVER: unique symbol;
/** What a socket's function comes to, which is nothing: it tells the compiler that a route is one of a socket. */
export interface ConnectionOver {
  readonly [OVER]: true;
}

/** What a socket says of its messages, for clients: those that come to it, and those that it sends. */
export interface Messages<In, Out> {
  readonly receive: In;
  readonly send: Out;
}

/** A socket as routes see it: I are the inputs, N the path names that they read and D those of its guards, W its messages. */
export interface RoutedSocket<I extends Inputs, R, N = string, D = string, W = unknown> {
  readonly contract: SocketContract;
  readonly "~endpoint": true;
  readonly "~socket": true;
  readonly "~result"?: R;
  readonly "~inputs"?: I;
  readonly "~names"?: readonly N[];
  readonly "~guards"?: readonly D[];
  readonly "~declares"?: W;
}

/**
 * A contract and its function, for WebSockets: I are the inputs, In and Out the messages that come and go. Still a function:
 * `await chat({ room: "1", connection })`.
 */
export interface Socket<I extends Inputs, In, Out, N = string, D = string> extends RoutedSocket<
  I,
  ConnectionOver,
  N,
  D,
  Messages<In, Out>
> {
  (values: SocketValues<I, In, Out>): Promise<ConnectionOver>;
}

export type SocketValues<I extends Inputs, In, Out> = { -readonly [K in keyof I]: ValueOf<I[K]> } & {
  readonly connection: Connection<In, Out>;
};

/** Messages without a schema. */
export type RawMessage = string | Uint8Array;
type Received<X> = [X] extends [never] ? RawMessage : OutputOf<X>;
type Sent<X> = [X] extends [never] ? RawMessage : InputOf<X>;

/** Inputs as they are when they are good, and a sentence in the place of the one that is not. */
type CheckSocketInputs<I> = {
  readonly [K in keyof I]: K extends "connection"
    ? "'connection' is the connection itself: call the input otherwise"
    : I[K];
};

/** What `socket` takes: see `SocketContract`. */
export interface SocketContractOf<I, In, Out, D extends string> extends Omit<
  SocketContract,
  "input" | "output" | "status" | "receive" | "send" | "dependencies" | "onInvalid"
> {
  /** Where each argument of the function comes from: all of it is read of the request that asks for the connection. */
  readonly input?: [I] extends [never] ? I : CheckSocketInputs<I>;
  /** The messages that come: JSON in text messages. Without it messages are strings and bytes, as they come. */
  readonly receive?: In;
  /** The messages that go: validated, filtered and written as JSON. Without it strings and bytes are sent as they are. */
  readonly send?: Out;
  /** Guards of all its routes: they run before anything else of the request is read. */
  readonly dependencies?: readonly (AnyDependency & Input<"dependency", unknown, D>)[];
  /** Hears of a message that is not what `receive` says, in the place of the end; the next one is then waited for. */
  readonly onInvalid?: (
    invalid: InvalidMessage,
    connection: Connection<Received<NoInfer<In>>, Sent<NoInfer<Out>>>,
  ) => unknown;
}

/**
 * A function that talks to one client over a WebSocket (RFC 6455), with its contract: what it takes, what messages come
 * and go. Its routes are `WEBSOCKET`s; one socket serves any number of them.
 *
 * What is wrong with the request is answered before the connection is made, as on any route. When the function returns the
 * connection is closed with 1000, when it throws with 1011, and its dependencies are cleaned up.
 *
 * ```ts
 * const chat = socket(
 *   { input: { room: path(z.string()) }, receive: Message, send: Message },
 *   async function chat({ room, connection }) {
 *     for await (const message of connection) await connection.send({ text: `${room}: ${message.text}` });
 *   },
 * );
 * app.route(chat, { "WEBSOCKET /rooms/{room}": {}, "WEBSOCKET /channels/{channel}": {} });
 * ```
 */
export function socket<
  const I extends Inputs = {},
  In extends Schema = never,
  Out extends Schema = never,
  D extends string = never,
>(
  contract: SocketContractOf<I, In, Out, D>,
  run: (values: SocketValues<I, Received<In>, Sent<Out>>) => unknown,
): Socket<NoInfer<I>, Received<In>, Sent<Out>, NamesOf<NoInfer<I>>, D> {
  // Asynchronous whatever the function is, so that calling it by hand is the same for all.
  const callable = async (values: any): Promise<unknown> => run(values);
  Object.defineProperty(callable, "name", { value: contract.name ?? run?.name ?? "" });
  const made = { contract, "~endpoint": true as const, "~socket": true as const, "~run": run };
  return Object.assign(callable, made) as unknown as Socket<any, any, any, any, any>;
}
