import { randomBytes } from "node:crypto";
import type { SendCommand } from "waymark/internal";

/** Leases in Redis that this process holds: renewed while their requests are under way, given back when they end. */
export class Leases {
  readonly #send: SendCommand;
  readonly #life: number;
  readonly #process = randomBytes(9).toString("base64url");
  readonly #held = new Map<string, string>();
  #count = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param life milliseconds for which one holds by itself */
  constructor(send: SendCommand, life: number) {
    this.#send = send;
    this.#life = life;
  }

  /** The name of a lease to come: unique among all gateways. */
  name(): string {
    return `${this.#process}.${++this.#count}`;
  }

  /** Keeps a lease; what it gives is called once, and gives it back. */
  held(key: string, name: string): () => void {
    this.#held.set(name, key);
    this.#timer ??= renewing(() => this.#renew(), this.#life / 3);
    return () => {
      this.#held.delete(name);
      if (this.#held.size === 0) this.close();
      // A Redis that does not answer forgets it by itself.
      this.#send("ZREM", key, name).catch(() => undefined);
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #renew(): void {
    const ends = String(Date.now() + this.#life);
    for (const [name, key] of this.#held) {
      // Only what is still there: it may have been given back meanwhile.
      this.#send("ZADD", key, "XX", ends, name).catch(() => undefined);
      this.#send("PEXPIRE", key, String(this.#life)).catch(() => undefined);
    }
  }
}

function renewing(renew: () => void, each: number): ReturnType<typeof setInterval> {
  const timer = setInterval(renew, each);
  timer.unref();
  return timer;
}
