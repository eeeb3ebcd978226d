/** How long the parts of an exchange may take, in milliseconds; 0 waits for ever. */
export interface Timeouts {
  /** In the queue, until a connection is free or made. */
  readonly wait: number;
  /** From the end of the request to the end of the response's head. */
  readonly firstByte: number;
  /** Between two pieces of a body, in either direction; not while the handler itself has paused. */
  readonly bodyIdle: number;
  /** From `send` to the end of the response. */
  readonly total: number;
}

/** `Timeouts` in ticks of the pool's clock, made once for many requests by `Pool.schedule`. */
export type Schedule = Timeouts;
