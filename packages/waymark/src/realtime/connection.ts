/** How a connection ended: a code of RFC 6455 §7.4.1, and the words beside it. */
export interface ConnectionEnd {
  /** 1000 is an ordinary end, 1001 a client or server that goes away, 1006 an end without a word. */
  readonly code: number;
  readonly reason: string;
  readonly by: "client" | "server";
}

/**
 * A WebSocket as the function of a `socket` has it: `In` are the messages that come, `Out` those that go. Iterating gives
 * the messages in their order, each validated, until the connection ends; it may be left and begun again.
 *
 * Nothing here fails because the connection has ended: messages sent then go nowhere.
 *
 * ```ts
 * for await (const message of connection) await connection.send({ echo: message.text });
 * ```
 */
export interface Connection<In = unknown, Out = unknown> extends AsyncIterable<In> {
  /**
   * Sends a message. Resolves when the client takes what it is sent: await it, and a slow client slows its function alone.
   * Rejects for a message that `send` of the contract refuses.
   */
  send(message: Out): Promise<void>;
  /** The next message; undefined when there is none any more. */
  receive(): Promise<In | undefined>;
  /**
   * Ends the connection; the first end stays. `reason` is cut to the 123 bytes that fit. Throws a `RangeError` for a code
   * that a server cannot send (RFC 6455 §7.4): 1000, 1001, 1003, 1007 to 1014 and 3000 to 4999 can be.
   */
  close(code?: number, reason?: string): void;
  /** Aborts when the connection ends, whoever ended it. */
  readonly signal: AbortSignal;
  /** How it ended; undefined while it lasts. */
  readonly ended: ConnectionEnd | undefined;
  /** The subprotocol that was agreed on; "" without one. */
  readonly protocol: string;
  /** Address of the peer that is connected, which may be a proxy. */
  readonly remoteAddress: string | undefined;
}
