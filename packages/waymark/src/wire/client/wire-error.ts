/** How far an exchange had come when it failed. */
export type Phase = "connect" | "write" | "head" | "body";

/** What went wrong; never changes its meaning. */
export type WireErrorCode =
  /** The queue for a connection is full. */
  | "QUEUE_FULL"
  /** No connection became free in time. */
  | "QUEUE_TIMEOUT"
  | "CONNECT_FAILED"
  | "CONNECT_TIMEOUT"
  /** The certificate does not hold, or the handshake failed. */
  | "TLS_FAILED"
  /** The connection ended before the response was complete. */
  | "RESET"
  /** The upstream took nothing of the request for too long. */
  | "WRITE_TIMEOUT"
  | "FIRST_BYTE_TIMEOUT"
  | "BODY_TIMEOUT"
  | "TOTAL_TIMEOUT"
  /** What came is not a response that HTTP/1.1 allows. */
  | "MALFORMED"
  | "HEAD_TOO_LARGE"
  /** The source of the request's body failed, or gave another number of bytes than it had said. */
  | "BODY_FAILED"
  /** The pool was destroyed. */
  | "DESTROYED";

/** What is known about the exchange that failed. */
export interface WireFailure {
  readonly phase: Phase;
  /** Some of the request may have reached the upstream. */
  readonly bytesSent: boolean;
  /** At least one byte came back. */
  readonly responseBegun: boolean;
  /** The connection had served another request before. */
  readonly isReusedConnection: boolean;
  readonly cause?: unknown;
}

/** For what fails before a connection had the request. */
export const NOTHING_SENT = { bytesSent: false, responseBegun: false, isReusedConnection: false } as const;

/**
 * A request that got no complete response.
 *
 * It carries no stack trace: it says what a peer did, and thousands a second have to stay cheap.
 */
export class WireError {
  readonly name = "WireError";
  readonly code: WireErrorCode;
  readonly message: string;
  readonly phase: Phase;
  readonly bytesSent: boolean;
  readonly responseBegun: boolean;
  readonly isReusedConnection: boolean;
  readonly cause: unknown;

  constructor(code: WireErrorCode, message: string, failure: WireFailure) {
    this.code = code;
    this.message = message;
    this.phase = failure.phase;
    this.bytesSent = failure.bytesSent;
    this.responseBegun = failure.responseBegun;
    this.isReusedConnection = failure.isReusedConnection;
    this.cause = failure.cause;
  }

  /** The upstream was too slow, rather than wrong: 504 instead of 502. */
  get isTimeout(): boolean {
    return this.code.endsWith("_TIMEOUT");
  }

  /** Nothing of the request has left: it can be sent again, whatever its method. */
  get isUnsent(): boolean {
    return !this.bytesSent;
  }

  /**
   * The upstream closed a kept connection while the request was on its way (RFC 9112 §9.3.1): an idempotent request
   * whose body is still at hand can be sent again at once.
   */
  get isStale(): boolean {
    return this.code === "RESET" && this.isReusedConnection && !this.responseBegun;
  }
}
