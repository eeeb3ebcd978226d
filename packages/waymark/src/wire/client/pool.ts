import { NEVER } from "../timers.ts";
import { ClientRequest } from "./client-request.ts";
import { Connections, type PoolStats } from "./connections.ts";
import { DEFAULTS, type PoolOptions } from "./pool-options.ts";
import type { RequestBody } from "./request-body.ts";
import type { ResponseHandler } from "./response-handler.ts";
import type { Schedule, Timeouts } from "./timeouts.ts";

/**
 * Connections to one address that speaks HTTP/1.1, kept and used again.
 *
 * It moves bytes and checks them; it retries nothing and follows nothing. Nothing in it is a promise but `close`.
 */
export class Pool {
  readonly #connections: Connections;
  readonly #timeouts: Timeouts;
  readonly #schedule: Schedule;

  constructor(options: PoolOptions) {
    this.#connections = new Connections(options);
    this.#timeouts = { ...DEFAULTS, ...options };
    this.#schedule = this.schedule({});
  }

  /** Requests under way and waiting: what a balancer compares. Costs nothing to ask for. */
  get load(): number {
    return this.#connections.load;
  }
  /** A new object of plain numbers each time. */
  get stats(): PoolStats {
    return this.#connections.stats();
  }

  /** Time-outs of its own for some requests; those not given are the pool's. Made once, for many calls of `send`. */
  schedule(timeouts: Partial<Timeouts>): Schedule {
    const { wait, firstByte, bodyIdle, total } = { ...this.#timeouts, ...timeouts };
    const { clock } = this.#connections;
    return {
      wait: clock.ticks(wait),
      firstByte: clock.ticks(firstByte),
      bodyIdle: clock.ticks(bodyIdle),
      total: clock.ticks(total),
    };
  }

  /**
   * Sends a request, at once when a connection is idle. No method of the handler is called before this returns.
   *
   * @param head request line and fields with the empty line behind them, from `writeRequestHead`; a string has one
   * character a byte. Its framing has to be that of the body. Throws a `TypeError` for CONNECT.
   * @param body of the length that the head says; a source writes chunks itself.
   */
  send(
    head: string | Uint8Array,
    body: RequestBody | undefined,
    handler: ResponseHandler,
    schedule: Schedule = this.#schedule,
  ): ClientRequest {
    const connections = this.#connections;
    const request = new ClientRequest(connections, head, body, handler, schedule);
    if (schedule.total !== NEVER) request["~totalDue"] = connections.clock.after(schedule.total);
    connections.dispatch(request);
    return request;
  }

  /** Takes no more requests; resolves when all it has are done and its connections are closed. */
  close(): Promise<void> {
    return this.#connections.close();
  }

  /** Cuts all connections; requests under way fail. */
  destroy(): void {
    this.#connections.destroy();
  }
}
