export { createClient } from "./create-client.ts";
export { ClientError, type ClientErrorKind } from "./client-error.ts";
export type { ArgumentsOf, RawBodyArgument } from "./arguments.ts";
export type { Call, Client, Connect, Operations, Via } from "./client.ts";
export { EventStream, type ReceivedEvent } from "./event-stream.ts";
export type {
  CallOptions,
  ClientOptions,
  FetchLike,
  HeaderValues,
  SharedOptions,
  Supplied,
} from "./options.ts";
export type { Failure, Problem, ProblemOf, ValidationProblem } from "./problem.ts";
export type { RetryOptions } from "./retry.ts";
export type { Serialized } from "./serialized.ts";
export {
  ClientSocket,
  type ConnectOptions,
  type SocketEnd,
  type WebSocketFactory,
  type WebSocketLike,
} from "./socket.ts";
export type { Success, ValueFor } from "./value.ts";
export type { Operation } from "../routing/operation.ts";
