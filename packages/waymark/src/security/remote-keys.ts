import type { JWK, JWTVerifyGetKey } from "jose";
import { loadJose } from "./load-jose.ts";
import { usableKeys } from "./usable-keys.ts";

/** How keys are fetched from an issuer, and how long they are good. */
export interface RemoteOptions {
  /** Milliseconds for each answer of the issuer. Default 5,000. */
  readonly timeout?: number;
  /** Milliseconds between two fetches at least, however many tokens name keys that are not known. Default 30,000. */
  readonly cooldown?: number;
  /** Milliseconds after which keys are fetched anew, while those that are known go on being used. Default 600,000. */
  readonly maxAge?: number;
  /** Takes plain http from other machines: for a network that nobody else is in. */
  readonly allowInsecure?: boolean;
  /** Fetches in the place of the runtime's `fetch`: through a proxy, say. */
  readonly fetch?: typeof fetch;
  /** Told of keys that cannot be fetched, and once of each that is published and cannot be used. Default `console.warn`. */
  readonly onFetchError?: (error: unknown) => void;
}

/** Nobody can tell whether a token is good: the keys to judge it by are not to be had. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
  /** Seconds after which asking again makes sense. */
  readonly retryAfter: number;
  constructor(retryAfter: number, options?: ErrorOptions) {
    super("the keys that tokens are verified by cannot be fetched", options);
    this.retryAfter = retryAfter;
  }
}

/** Milliseconds before the second attempt after one that failed; doubled with each, up to the cooldown. */
const FIRST_WAIT = 1000;

/**
 * The public keys of an issuer, fetched when the first token comes. One fetch at a time, whoever waits for it. Keys once
 * known are used until others come: an issuer that is down refuses nobody who was let in before. A key that is not known
 * has the set fetched anew, once a cooldown, which is how issuers change their keys.
 */
export class RemoteKeys {
  readonly #load: () => Promise<unknown>;
  readonly #cooldown: number;
  readonly #maxAge: number;
  readonly #onFetchError: (error: unknown) => void;
  /** What was said of keys that cannot be used: an issuer that goes on publishing one is not complained of again. */
  #complaints: ReadonlySet<string> = new Set();
  #known: JWTVerifyGetKey | undefined;
  #loading: Promise<JWTVerifyGetKey> | undefined;
  // by the monotonic clock: a clock that is set must not stop fetches, or let them loose
  #loadedAt = 0;
  #triedAt = -Infinity;
  #failures = 0;

  /** `load` fetches the set as JSON, from wherever it is at the time. */
  constructor(load: () => Promise<unknown>, options: RemoteOptions) {
    const { cooldown = 30_000, maxAge = 600_000, onFetchError = warn } = options;
    this.#load = load;
    this.#cooldown = cooldown;
    this.#maxAge = maxAge;
    this.#onFetchError = onFetchError;
  }

  /** The key for a token. Rejects with `KeysUnavailable`, or with an error of jose's where there is no such key. */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    const known = this.#known ?? (await this.#fetched());
    if (performance.now() - this.#loadedAt > this.#maxAge && this.#wait() === 0)
      void this.#fetched().catch(() => undefined);
    try {
      return await known(header, token);
    } catch (error) {
      if (!isUnknownKey(error)) throw error;
      const newer = await this.#newer(known);
      if (newer === undefined) throw error;
      return await newer(header, token);
    }
  };

  /** The set that came after `known`; undefined where it is too early to ask for one. */
  async #newer(known: JWTVerifyGetKey): Promise<JWTVerifyGetKey | undefined> {
    if (this.#known !== known) return this.#known;
    if (this.#loading !== undefined) return this.#loading;
    if (this.#failures === 0 && performance.now() - this.#triedAt < this.#cooldown) return undefined;
    return this.#fetched();
  }

  #fetched(): Promise<JWTVerifyGetKey> {
    if (this.#loading !== undefined) return this.#loading;
    const wait = this.#wait();
    if (wait > 0) return Promise.reject(new KeysUnavailable(Math.ceil(wait / 1000)));
    this.#triedAt = performance.now();
    return (this.#loading = this.#fetch().finally(() => {
      this.#loading = undefined;
    }));
  }

  async #fetch(): Promise<JWTVerifyGetKey> {
    try {
      const [{ createLocalJWKSet }, set] = await Promise.all([loadJose(), this.#load()]);
      const known = createLocalJWKSet({ keys: await this.#usable(set) });
      this.#known = known;
      this.#loadedAt = performance.now();
      this.#failures = 0;
      return known;
    } catch (cause) {
      this.#failures++;
      this.#onFetchError(cause);
      throw new KeysUnavailable(Math.ceil(this.#wait() / 1000), { cause });
    }
  }

  async #usable(set: unknown): Promise<JWK[]> {
    const complaints = new Set<string>();
    const keys = await usableKeys(set, (fault) => {
      if (!this.#complaints.has(fault.message) && !complaints.has(fault.message)) this.#onFetchError(fault);
      complaints.add(fault.message);
    });
    this.#complaints = complaints;
    return keys;
  }

  /** Milliseconds until the next attempt makes sense: 0 unless the last one failed. */
  #wait(): number {
    if (this.#failures === 0) return 0;
    const pause = Math.min(FIRST_WAIT * 2 ** (this.#failures - 1), this.#cooldown);
    return Math.max(0, this.#triedAt + pause - performance.now());
  }
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_JWKS_NO_MATCHING_KEY";
}

function warn(error: unknown): void {
  console.warn("keys to verify tokens by:", error);
}
