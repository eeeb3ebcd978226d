import { type CoarseTimer, NEVER, type Timed } from "../timers.ts";
import { ClientConnection } from "./client-connection.ts";
import type { ClientRequest, Waiting } from "./client-request.ts";
import { clockFor } from "./clock.ts";
import { Distrust } from "./distrust.ts";
import { FieldLines } from "./field-lines.ts";
import { DEFAULTS, type Origin, type PoolOptions } from "./pool-options.ts";
import { ResponseHead } from "./response-head.ts";
import type { Shared } from "./shared.ts";
import { NOTHING_SENT, WireError, type WireErrorCode } from "./wire-error.ts";

/** What a pool is doing, and has done. */
export interface PoolStats {
  /** Connections, those being made included. */
  readonly size: number;
  /** Connections that are being made. */
  readonly connecting: number;
  /** Connections without a request. */
  readonly idle: number;
  /** Requests that have a connection. */
  readonly active: number;
  /** Requests that wait for a connection. */
  readonly pending: number;
  /** Since the beginning: connections tried, requests given to one that had served before, and to any. */
  readonly connects: number;
  readonly reuses: number;
  readonly requests: number;
  /** Connections ended because the upstream sent what nobody had asked for. */
  readonly strays: number;
  /** Since an answer was among that: each connection serves one request, for a minute and longer if it happens again. */
  readonly isDistrusted: boolean;
}

/**
 * The connections of one origin, and the requests that wait for one. A request takes the connection that was used last,
 * so that those too many become idle for long enough to be closed.
 */
export class Connections implements Shared, Waiting, Timed {
  readonly origin: Origin;
  readonly clock: CoarseTimer;
  readonly head: ResponseHead;
  readonly trailers: FieldLines;
  readonly headSize: number;
  readonly connectTicks: number;
  readonly idleTicks: number;
  readonly ageTicks: number;
  mostRequests: number;
  session: Buffer | undefined;
  /** While requests wait every tick is looked at: they may have times of their own. */
  dueAt: number = NEVER;
  strays = 0;
  connects = 0;
  reuses = 0;
  requests = 0;
  connecting = 0;
  readonly #mostTrusted: number;
  readonly #distrustTime: number;
  #distrust: Distrust | undefined;
  #isDistrusted = false;
  readonly #mostConnections: number;
  readonly #mostPending: number;
  readonly #longestIdle: number;
  readonly #all = new Set<ClientConnection>();
  readonly #made = new Set<ClientConnection>();
  readonly #idle: ClientConnection[] = [];
  readonly #pending: ClientRequest[] = [];
  #settling: ClientConnection[] = [];
  #isClosing = false;
  #onClosed: (() => void) | undefined;

  constructor(options: PoolOptions) {
    const given = { ...DEFAULTS, ...options };
    this.origin = options;
    const { connectTimeout, idleTimeout, longestIdle, connectionAge } = given;
    const times = [connectTimeout, idleTimeout, longestIdle, connectionAge];
    times.push(given.wait, given.firstByte, given.bodyIdle, given.total);
    this.clock = options.clock ?? clockFor(Math.min(...times.filter((time) => time > 0)));
    this.head = new ResponseHead(given.headSize, given.fieldCount);
    this.trailers = new FieldLines(given.fieldCount);
    this.headSize = given.headSize;
    this.connectTicks = this.clock.ticks(given.connectTimeout);
    this.idleTicks = this.clock.ticks(given.idleTimeout);
    this.ageTicks = this.clock.ticks(given.connectionAge);
    this.mostRequests = this.#mostTrusted = given.requestsPerConnection;
    this.#distrustTime = given.distrustTime;
    this.#mostConnections = given.connections;
    this.#mostPending = given.queue;
    this.#longestIdle = given.longestIdle;
  }

  /** Requests that are under way or wait. */
  get load(): number {
    return this.#active + this.#pending.length;
  }
  get #active(): number {
    return this.#made.size - this.#idle.length - this.#settling.length;
  }
  stats(): PoolStats {
    return {
      size: this.#all.size,
      connecting: this.connecting,
      idle: this.#idle.length,
      active: this.#active,
      pending: this.#pending.length,
      connects: this.connects,
      reuses: this.reuses,
      requests: this.requests,
      strays: this.strays,
      isDistrusted: this.#isDistrusted,
    };
  }

  // -- requests --------------------------------------------------------------------------------------------------------

  dispatch(request: ClientRequest): void {
    const connection = this.#pending.length === 0 ? this.#take() : undefined;
    if (connection !== undefined) return this.#give(request, connection);
    if (this.#isClosing) return this.#refuse(request, "DESTROYED", "The pool is closed");
    if (this.#pending.length >= this.#mostPending)
      return this.#refuse(
        request,
        "QUEUE_FULL",
        `${this.#mostPending} requests wait for a connection already`,
      );
    request["~waitDue"] = this.clock.after(request["~schedule"].wait);
    this.#pending.push(request);
    if (this.dueAt === NEVER) {
      this.dueAt = 0;
      this.clock.add(this);
    }
    this.#connect();
  }

  /** The idle connection that was used last. */
  #take(): ClientConnection | undefined {
    if (this.#isClosing || this.#idle.length === 0) return undefined;
    const now = performance.now();
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isIdle && !connection.isWorn && !connection.isOverdue(now)) return connection;
      connection.drop();
    }
    return undefined;
  }

  #give(request: ClientRequest, connection: ClientConnection): void {
    this.requests++;
    if (connection.hasServed) this.reuses++;
    connection.send(request);
  }

  /** Never within `send`: the caller has no handle yet. */
  #refuse(request: ClientRequest, code: WireErrorCode, message: string): void {
    process.nextTick(() => fail(request, code, message));
  }

  forget(request: ClientRequest): void {
    this.withdraw(request);
  }
  withdraw(request: ClientRequest): boolean {
    const at = this.#pending.indexOf(request);
    if (at < 0) return false;
    this.#pending.splice(at, 1);
    this.#rest();
    return true;
  }

  /** Fails the requests that have waited for too long. */
  expire(): void {
    const { tick } = this.clock;
    const late = this.#pending.filter(
      (request) => request["~waitDue"] <= tick || request["~totalDue"] <= tick,
    );
    for (const request of late) {
      if (!this.withdraw(request)) continue;
      const isTotal = request["~totalDue"] <= tick;
      fail(
        request,
        isTotal ? "TOTAL_TIMEOUT" : "QUEUE_TIMEOUT",
        isTotal ? "The exchange took longer than it may" : "No connection became free in time",
      );
    }
  }

  #rest(): void {
    if (this.#pending.length > 0 || this.dueAt === NEVER) return;
    this.dueAt = NEVER;
    this.clock.delete(this);
  }

  // -- connections -----------------------------------------------------------------------------------------------------

  /** One on its way for each request that waits, as far as there may be as many. */
  #connect(): void {
    for (;;) {
      const coming = this.connecting + this.#settling.length;
      const request = this.#pending[coming];
      if (request === undefined || this.#all.size >= this.#mostConnections) return;
      this.connects++;
      this.connecting++;
      if (this.#isDistrusted) this.#trustAgain();
      this.#all.add(new ClientConnection(this, request));
    }
  }

  stray(bytes: Uint8Array, start: number, size: number): void {
    this.strays++;
    if (this.#distrustTime === 0) return;
    const distrust = (this.#distrust ??= new Distrust(this.#distrustTime));
    if (!distrust.judge(bytes, start, size, performance.now())) return;
    this.#isDistrusted = true;
    // Those that have served are worn from now on, and others after their first request.
    this.mostRequests = 1;
  }
  /** Asked where a connection is made, as it is for each request now. */
  #trustAgain(): void {
    if (!this.#distrust!.isOver(performance.now())) return;
    this.#isDistrusted = false;
    this.mostRequests = this.#mostTrusted;
  }

  opened(connection: ClientConnection): void {
    this.connecting--;
    this.#made.add(connection);
    this.released(connection);
  }

  released(connection: ClientConnection): void {
    if (this.#isClosing || connection.isWorn) {
      // What waits is served still, but by connections that are good for it.
      if (this.#pending.length === 0 || connection.isWorn) return connection.drop();
    }
    const request = this.#pending.shift();
    if (request === undefined) {
      this.#idle.push(connection);
      return;
    }
    this.#rest();
    this.#give(request, connection);
  }

  settle(connection: ClientConnection): void {
    if (this.#settling.push(connection) === 1) setImmediate(this.#settled);
  }
  readonly #settled = (): void => {
    const settling = this.#settling;
    this.#settling = [];
    for (const connection of settling) if (connection.isIdle) this.released(connection);
    this.#connect();
  };

  gone(connection: ClientConnection): void {
    this.#all.delete(connection);
    if (!this.#made.delete(connection)) this.connecting--;
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#connect();
    if (this.#isClosing && this.#all.size === 0) this.#onClosed?.();
  }

  idleTicksFor(fields: FieldLines): number {
    const seconds = fields.keepAliveSeconds();
    if (seconds < 0) return this.idleTicks;
    const hinted = Math.min(seconds * 1000 - 1000, this.#longestIdle);
    // Rounded down, for the expiry comes late.
    return hinted <= 0 ? 0 : Math.max(1, this.clock.ticks(hinted) - 3);
  }

  // -- the end ---------------------------------------------------------------------------------------------------------

  /** Takes no more requests; resolves when those it has are done and all connections are closed. */
  close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of [...this.#idle]) connection.drop();
    if (this.#all.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#onClosed;
      this.#onClosed = (): void => {
        before?.();
        resolve();
      };
    });
  }

  destroy(): void {
    this.#isClosing = true;
    for (const request of this.#pending.splice(0)) fail(request, "DESTROYED", "The pool was destroyed");
    this.#rest();
    for (const connection of [...this.#all]) connection.destroy();
  }
}

function fail(request: ClientRequest, code: WireErrorCode, message: string): void {
  if (request["~isOver"]) return;
  request["~finish"]();
  request["~handler"].onError(new WireError(code, message, { ...NOTHING_SENT, phase: "connect" }));
}
