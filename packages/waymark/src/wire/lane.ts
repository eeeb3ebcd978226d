import type { Socket } from "node:net";
import type { Application } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";
import { Connection } from "./connection.ts";
import { RequestReader } from "./head.ts";
import { CoarseTimer } from "./timers.ts";
import { HeadWriter } from "./writer.ts";

/** How long a closing connection may take to notice: its client's last bytes are read and dropped meanwhile. */
const LINGER_TIME = 2_000;

export interface LaneOptions {
  readonly application: Application;
  readonly limits: Limits;
  readonly scheme: "http" | "https";
  /** Gives a socket and what was read from it to a server that knows all of HTTP/1. It is not the lane's any more. */
  handOver(socket: Socket, bytes: Buffer): void;
}

/** The fast lane of one listener: what all its connections share, and the account of them. */
export class Lane {
  readonly application: Application;
  readonly scheme: "http" | "https";
  readonly reader: RequestReader;
  readonly heads: HeadWriter;
  readonly timer: CoarseTimer;
  readonly headTicks: number;
  readonly requestTicks: number;
  readonly idleTicks: number;
  readonly lingerTicks: number;
  readonly writeTimeout: number;
  /** Every answer closes its connection. */
  draining = false;
  /** Since the start: requests answered here, heads refused, connections handed over. */
  requests = 0;
  refused = 0;
  handedOver = 0;
  /** Requests whose handling, clean-up included, goes on. */
  #running = 0;
  #onSettled: (() => void) | undefined;
  #isRetired = false;
  readonly #connections = new Set<Connection>();
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.application = options.application;
    this.scheme = options.scheme;
    const { headersTimeout, requestTimeout, keepAliveTimeout, writeTimeout } = options.limits;
    this.reader = new RequestReader(options.limits);
    this.heads = new HeadWriter(Math.floor(keepAliveTimeout / 1000));
    const timeouts = [headersTimeout, requestTimeout, keepAliveTimeout, LINGER_TIME];
    this.timer = new CoarseTimer(Math.min(...timeouts.filter((time) => time > 0)), () =>
      this.heads.refresh(),
    );
    this.headTicks = this.timer.ticks(headersTimeout);
    this.requestTicks = this.timer.ticks(requestTimeout);
    this.idleTicks = this.timer.ticks(keepAliveTimeout);
    this.lingerTicks = this.timer.ticks(LINGER_TIME);
    this.writeTimeout = writeTimeout;
  }

  /** Connections that are open here: those handed over are counted by who has them. */
  get size(): number {
    return this.#connections.size;
  }

  accept(socket: Socket): void {
    // The clock stood still while nobody was connected.
    if (this.#connections.size === 0) this.heads.refresh();
    const connection = new Connection(this, socket);
    this.#connections.add(connection);
    this.timer.add(connection);
    if (this.#isRetired) setImmediate(() => connection.retire());
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection);
    this.timer.delete(connection);
  }

  handOver(connection: Connection, bytes: Buffer): void {
    this.remove(connection);
    this.handedOver++;
    this.#options.handOver(connection.socket, bytes);
  }

  /** Counts a request that is handled asynchronously, until its clean-up is done. */
  follow(handled: Promise<void>): void {
    this.#running++;
    handled.then(this.#settle, this.#settle);
  }
  readonly #settle = (): void => {
    if (--this.#running === 0) this.#onSettled?.();
  };

  /** Resolves when no request is being handled, clean-up included. */
  async settled(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onSettled = resolve));
  }

  /** From now on every answer closes its connection. Idle ones stay open: a request may be on its way to them. */
  drain(): void {
    this.draining = true;
  }

  /** Ends what is idle, and what still comes without a request; every other connection ends with the reply it is making. */
  retire(): void {
    this.draining = true;
    this.#isRetired = true;
    // Behind the reads of this turn: a request that has arrived is answered, not cut off.
    setImmediate(() => {
      for (const connection of this.#connections) connection.retire();
    });
  }

  /** Cuts every connection. */
  destroy(): void {
    for (const connection of this.#connections) connection.socket.destroy();
  }
}
