import type { IncomingMessage } from "node:http";
import type { Exchange } from "../http/exchange.ts";

/** The body of an exchange, given out by a Node request. */
export interface RequestBody {
  /** The client has gone. */
  abort(): void;
  /** Nobody will read what is left. */
  close(): void;
}

/**
 * Lets a request give out the body of its exchange as it is read. Express puts another prototype under a request, so this
 * is done to the object itself.
 */
export function bodyOf(request: IncomingMessage, exchange: Exchange, limit: number): RequestBody {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let isReading = false;
  let isClosed = false;
  const finish = (): void => {
    request.complete = true;
    request.push(null);
  };
  const take = ({ done, value }: IteratorResult<Uint8Array>): void => {
    isReading = false;
    if (isClosed || request.destroyed) return;
    if (done === true) finish();
    else request.push(value);
  };
  /** The connection is still good: who reads the body may answer this (413). */
  const fail = (error: Error): void => {
    isClosed = true;
    request.destroy(error);
  };
  const readOn = request._read.bind(request);
  request._read = (size) => {
    // Node's own marks the request as one that somebody reads.
    readOn(size);
    if (isReading || isClosed) return;
    isReading = true;
    iterator ??= exchange.stream(limit)[Symbol.asyncIterator]();
    iterator.next().then(take, fail);
  };
  request._destroy = (error, callback) => {
    // A handler that destroys its request means the connection, as in Node.
    if (!isClosed && !(request.complete && request.readableEnded)) request.socket.destroy(error ?? undefined);
    // An error that nobody listens to is no reason to end the process.
    callback(request.listenerCount("error") === 0 ? null : error);
  };
  if (!exchange.hasBody) finish();

  return {
    abort() {
      if (request.complete || request.destroyed) return;
      isClosed = true;
      request.aborted = true;
      request.emit("aborted");
      request.destroy(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
    },
    close() {
      isClosed = true;
      if (!request.destroyed) request.destroy();
      // It may be waiting for what never comes.
      if (!request.complete) iterator?.return?.()?.catch(() => undefined);
    },
  };
}
