import type { Socket } from "node:net";
import type { FieldLines } from "./field-lines.ts";
import type { ResponseHead } from "./response-head.ts";
import type { WireError } from "./wire-error.ts";

/**
 * Hears of one response, synchronously, as its bytes are read. Order: any number of `onInformational`, then `onHead`,
 * any number of `onData`, `onEnd`; or `onWhole` alone; or `onUpgrade` alone. `onError` may take the place of any of
 * them and is then the last call. After `abort` there are no more calls.
 */
export interface ResponseHandler {
  /** @param head valid during this call alone: the next response is read into the same object. */
  onHead(head: ResponseHead): void;
  /**
   * Bytes of the body, without the framing of chunks. They are the handler's to keep.
   * Returning false pauses the upstream until `resume` is called.
   */
  onData(chunk: Buffer): boolean;
  /**
   * The response is complete, and its connection may already serve another request.
   * @param trailers fields behind a chunked body, valid during this call alone.
   */
  onEnd(trailers: FieldLines | undefined): void;
  onError(error: WireError): void;
  /**
   * When it exists: takes a response whose body came in one piece with the head, in place of `onHead`, `onData` and
   * `onEnd`. The body is `head.bytes` from `bodyStart` to `bodyEnd` (empty when equal), valid during this call alone.
   * A request that is paused gets it all the same.
   */
  onWhole?(head: ResponseHead, bodyStart: number, bodyEnd: number): void;
  /** A 1xx response but 101; `head` is valid during this call alone. */
  onInformational?(head: ResponseHead): void;
  /**
   * 101 to a request that asked for it. The socket belongs to the handler from now on, paused, with no listeners; `rest`
   * came behind the head. Without this method a 101 is an error.
   */
  onUpgrade?(head: ResponseHead, socket: Socket, rest: Buffer): void;
}
