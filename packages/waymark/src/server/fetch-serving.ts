import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";
import { type FetchHandler, type FetchInfo, fetchHandler } from "./fetch.ts";

/** An application behind a runtime's own `serve`, and the account of what it is handling. */
export class FetchServing {
  /** Every answer asks its connection to close. */
  draining = false;
  readonly #handler: FetchHandler;
  /** Requests whose handling, clean-up included, goes on. */
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(application: Application, limits: Limits) {
    this.#handler = fetchHandler({ limits, handle: (exchange) => application.handle(exchange) });
  }

  readonly answer = (request: Request, info: FetchInfo): Promise<Response> => {
    const response = this.#handler(request, { ...info, waitUntil: this.#follow });
    return this.draining ? response.then(closing) : response;
  };

  readonly #follow = (handled: Promise<unknown>): void => {
    this.#running++;
    handled.then(this.#settle, this.#settle);
  };
  readonly #settle = (): void => {
    if (--this.#running === 0) this.#idle?.();
  };

  /** Resolves when no request is being handled, clean-up included. */
  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }
}

function closing(response: Response): Response {
  response.headers.set("connection", "close");
  return response;
}
