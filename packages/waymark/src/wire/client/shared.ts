import type { CoarseTimer } from "../timers.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { ClientRequest } from "./client-request.ts";
import type { FieldLines } from "./field-lines.ts";
import type { Origin } from "./pool-options.ts";
import type { ResponseHead } from "./response-head.ts";
import type { Sessions } from "./upstream-socket.ts";

/** What the connections of a pool have in common, and whom they tell what becomes of them. */
export interface Shared extends Sessions {
  readonly origin: Origin;
  readonly clock: CoarseTimer;
  /** Every response is read into these two, one after the other. */
  readonly head: ResponseHead;
  readonly trailers: FieldLines;
  readonly headSize: number;
  readonly connectTicks: number;
  readonly idleTicks: number;
  readonly ageTicks: number;
  /** 0 for any number. */
  readonly mostRequests: number;
  /** Bytes came that no request had asked for. Their connection has to go. */
  stray(bytes: Uint8Array, start: number, size: number): void;

  /** How long a connection stays idle after a response with these fields; 0 for not at all. */
  idleTicksFor(fields: FieldLines): number;
  /** It was made, and is idle. */
  opened(connection: ClientConnection): void;
  /** It is idle, and everything that the upstream had sent has been read. */
  released(connection: ClientConnection): void;
  /** It is idle, but bytes may follow at once. */
  settle(connection: ClientConnection): void;
  /** It is no more. */
  gone(connection: ClientConnection): void;
  /** Takes a request out of the queue; whether it was there. */
  withdraw(request: ClientRequest): boolean;
}
