import type { ChangeCode, ChangeKind } from "./codes.ts";

/** One difference between two OpenAPI documents: plain data, which goes through JSON as it is. */
export interface Change {
  /** What it means for a client that was made for the older document. */
  readonly kind: ChangeKind;
  readonly code: ChangeCode;
  /**
   * Method and path of the operation that it concerns, as the newer document writes them: "GET /items/{id}". A webhook is
   * "WEBHOOK name", a WebSocket "WEBSOCKET /path". Absent for what concerns the whole document.
   */
  readonly operation?: string;
  /** Where it is, for people, the operation included: "GET /items/{id} query limit". */
  readonly at: string;
  /** Where it is, for machines (RFC 6901): in the newer document, or in the older one where it is gone. */
  readonly pointer: string;
  /** What stood there; absent where nothing did. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** What happened, to be read after `at`: "the maximum fell from 100 to 50". */
  readonly message: string;
}
