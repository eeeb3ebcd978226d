import type { Exchange } from "./exchange.ts";
import { InnerExchange } from "./inner-exchange.ts";

const SHARED = ["bodyLimit", "id", "proxies", "root", "onFault"] as const;

/**
 * The request of another exchange with a reply of its own, which begins as a copy of what that one's reply is so far. What
 * is written to it reaches nobody unless it is copied back.
 */
export class DetachedExchange extends InnerExchange {
  readonly #origin: Exchange;

  constructor(origin: Exchange) {
    super(origin);
    this.#origin = origin;
    // What middleware decides about the request is of both: whoever asks the request asks the origin.
    for (const name of SHARED)
      Object.defineProperty(this, name, {
        get: () => origin[name],
        set: (value: never) => {
          origin[name] = value;
        },
      });
    copyReply(origin, this);
  }

  override get base(): string {
    return this.#origin.base;
  }
  get path(): string {
    return this.#origin.path;
  }
  end(): void {
    throw new Error("a detached reply cannot be sent");
  }
}

/** Makes the reply of one exchange that of another. */
export function copyReply(from: Exchange, to: Exchange): void {
  to.status = from.status;
  to.contentType = from.contentType;
  to.payload = from.payload;
  to.fields = from.fields?.slice();
}
