import { randomBytes } from "node:crypto";
import { RedisScript, type SendCommand } from "waymark/internal";

/** Milliseconds between attempts to give back what Redis may have given without saying so. */
const DOUBT = 1000;
/** For how long it is tried after Redis answered again: a command that was on its way may come after the answer. */
const LINGER = 5;
/** So many are remembered; of further ones Redis lets go by itself. */
const MOST_DOUBTED = 10_000;

/** Names in one command: the others of Redis's clients wait for it. */
const AT_ONCE = 500;
/** By the clock that they end by. Only what is still there: it may have been given back meanwhile. */
const RENEWAL = new RedisScript(`
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', ends, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/** Leases in Redis that this process holds: renewed while their requests are under way, given back when they end. */
export class Leases {
  readonly #send: SendCommand;
  readonly #life: number;
  readonly #process = randomBytes(9).toString("base64url");
  readonly #held = new Map<string, string>();
  /** How often Redis has answered since. */
  readonly #doubted = new Map<string, { readonly key: string; answers: number }>();
  #count = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #doubting: ReturnType<typeof setInterval> | undefined;
  /** A Redis that hangs answers later than the next attempt begins. */
  #isGivingBack = false;
  #isClosed = false;

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
    this.#timer ??= repeated(() => this.#renew(), this.#life / 3);
    return () => {
      this.#held.delete(name);
      if (this.#held.size === 0) this.#stopRenewing();
      this.#send("ZREM", key, name).catch(() => this.doubt(key, name));
    };
  }

  /** One that Redis may have, or get yet, although nobody holds it: no answer came. Nobody is to be kept out by it. */
  doubt(key: string, name: string): void {
    if (this.#isClosed || this.#doubted.size >= MOST_DOUBTED) return;
    this.#doubted.set(name, { key, answers: 0 });
    this.#doubting ??= repeated(() => void this.#giveBack(), DOUBT);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopRenewing();
    this.#stopDoubting();
  }
  #stopRenewing(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
  #stopDoubting(): void {
    clearInterval(this.#doubting);
    this.#doubting = undefined;
    this.#doubted.clear();
  }

  async #giveBack(): Promise<void> {
    if (this.#isGivingBack) return;
    this.#isGivingBack = true;
    await this.#giveAllBack();
    this.#isGivingBack = false;
    if (this.#doubted.size === 0) this.#stopDoubting();
  }
  async #giveAllBack(): Promise<void> {
    for (const [name, doubted] of this.#doubted) {
      try {
        const gone = await this.#send("ZREM", doubted.key, name);
        if (gone === 1 || ++doubted.answers >= LINGER) this.#doubted.delete(name);
      } catch {
        // Still away: the others fare no better.
        return;
      }
    }
  }

  #renew(): void {
    const names = new Map<string, string[]>();
    for (const [name, key] of this.#held) {
      const known = names.get(key);
      if (known === undefined) names.set(key, [name]);
      else known.push(name);
    }
    for (const [key, all] of names)
      for (let i = 0; i < all.length; i += AT_ONCE)
        RENEWAL.run(this.#send, [key], [String(this.#life), ...all.slice(i, i + AT_ONCE)]).catch(
          () => undefined,
        );
  }
}

function repeated(work: () => void, each: number): ReturnType<typeof setInterval> {
  const timer = setInterval(work, each);
  timer.unref();
  return timer;
}
