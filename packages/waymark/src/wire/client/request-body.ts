/** Where a source puts the bytes of a request's body. */
export interface BodySink {
  /**
   * Sends bytes; a string has one character a byte ("latin1").
   * Returns false when the upstream takes less than it is sent: wait for `resume` before the next one.
   */
  write(bytes: Uint8Array | string): boolean;
  /** The body is complete. */
  end(): void;
  /** The body cannot be completed: the connection is cut, so that nobody takes what came for the whole. */
  fail(cause: unknown): void;
}

/** A request's body that comes in pieces. It writes the framing itself when the head says that it is chunked. */
export interface BodySource {
  /** The number of bytes it will write, held to exactly; undefined when the body is chunked. */
  readonly length: number | undefined;
  /**
   * Called once, when the head has been written to a connection. After `Expect: 100-continue` it may wait for the handler
   * to hear of a 100, or of the response.
   */
  start(sink: BodySink): void;
  /** The upstream takes bytes again. */
  resume(): void;
  /** Nothing more is wanted: the response is complete, or there will be none. Never called after `end` or `fail`. */
  cancel(): void;
}

/** All of it at hand, or pieces on their way. */
export type RequestBody = Uint8Array | BodySource;
