/** A `dueAt` that never comes. */
export const NEVER = 0x3fff_ffff;

const SLOWEST_PERIOD = 1000;
const FASTEST_PERIOD = 20;

/** Something that a coarse timer watches. */
export interface Timed {
  /** The tick at which `expire` is called; `NEVER` while nothing is awaited. */
  dueAt: number;
  expire(): void;
}

/**
 * One timer for any number of connections. To wait costs a connection one number written, nothing is scheduled; the
 * price is precision: an expiry comes never early, and up to two periods late.
 *
 * Time is counted in ticks of this very timer, so a stalled event loop or a stepped clock cuts nobody off.
 */
export class CoarseTimer {
  tick = 0;
  /** When it last counted, by `performance.now`, which goes on where the event loop stands still. */
  countedAt = 0;
  readonly #period: number;
  readonly #onTick: () => void;
  readonly #members = new Set<Timed>();
  #timer: NodeJS.Timeout | undefined;

  /** @param shortest the shortest time-out, in milliseconds, that it will be asked for. */
  constructor(shortest: number, onTick: () => void) {
    this.#period = Math.min(SLOWEST_PERIOD, Math.max(FASTEST_PERIOD, Math.floor(shortest / 4)));
    this.#onTick = onTick;
  }

  /** A time-out of so many milliseconds as ticks to add to `tick`; none for 0. */
  ticks(milliseconds: number): number {
    return milliseconds > 0 && milliseconds < NEVER ? Math.ceil(milliseconds / this.#period) + 1 : NEVER;
  }

  /** The tick that is `ticks` from now. */
  after(ticks: number): number {
    return ticks === NEVER ? NEVER : this.tick + ticks;
  }

  /** How long so many ticks are where none is late. */
  milliseconds(ticks: number): number {
    return ticks === NEVER ? Number.POSITIVE_INFINITY : ticks * this.#period;
  }

  add(member: Timed): void {
    this.#members.add(member);
    // Does not keep a process alive: the listener and the sockets do.
    if (this.#timer !== undefined) return;
    this.countedAt = performance.now();
    this.#timer = setInterval(() => this.#sweep(), this.#period).unref();
  }

  delete(member: Timed): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sweep(): void {
    this.tick++;
    this.countedAt = performance.now();
    this.#onTick();
    for (const member of this.#members) if (member.dueAt <= this.tick) member.expire();
  }
}
