import type { EventStream } from "../http/event-stream.ts";
import type { Exchange } from "../http/exchange.ts";

/** The event streams of an application that are being sent: they have no end of their own, so a stop has to end them. */
export class OpenStreams {
  readonly #streams = new Map<EventStream<unknown>, Exchange>();
  #isEnding = false;

  add(stream: EventStream<unknown>, exchange: Exchange): void {
    // That of an application mounted in this one is in both.
    const { onClose } = stream;
    stream.onClose = () => {
      this.#streams.delete(stream);
      onClose?.();
    };
    this.#streams.set(stream, exchange);
    if (this.#isEnding) end(stream, exchange);
  }

  /** Ends those that are open, and each that is still to come. */
  end(): void {
    this.#isEnding = true;
    for (const [stream, exchange] of this.#streams) end(stream, exchange);
  }

  /** The application is served again. */
  reopen(): void {
    this.#isEnding = false;
  }
}

/** The signal first: a generator that waits by it can return at once. */
function end(stream: EventStream<unknown>, exchange: Exchange): void {
  exchange.abort(new DOMException("The server stops", "AbortError"));
  stream.end();
}
