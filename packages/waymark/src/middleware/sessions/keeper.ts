import type { HandlerContext } from "../../http/handlers.ts";
import { HttpError } from "../../http/http-error.ts";
import { encode } from "jose/base64url";
import { varyBy } from "../vary.ts";
import { OpenSession } from "./session.ts";
import type { Sealer } from "./sealer.ts";
import type { SessionStore } from "./store.ts";
import type { SessionCookie } from "./session-cookie.ts";

/** Judges what was stored: the data, or undefined for what is not (or no longer) of its shape. */
export type ReadData<T> = (value: unknown) => T | undefined | Promise<T | undefined>;

export interface KeeperOptions<T> {
  readonly sealer: Sealer;
  readonly cookie: SessionCookie;
  readonly store: SessionStore | undefined;
  /** Seconds that a session lives after it was last written. */
  readonly maxAge: number;
  readonly rolling: boolean;
  readonly regenerateOn: readonly string[];
  readonly read: ReadData<T>;
  readonly onStoreError: (error: unknown) => void;
}

/** What a request brought. */
interface Stored {
  readonly id: string | undefined;
  readonly value: unknown;
  readonly isStale: boolean;
}

/** 192 bits: nobody guesses one. */
const ID_BYTES = 24;

/** Opens the session of a request, and saves it. */
export class Keeper<T> {
  readonly #options: KeeperOptions<T>;

  constructor(options: KeeperOptions<T>) {
    this.#options = options;
  }

  /** The session of the cookie; a new one where there is none, or none that is good. Rejects when the store fails. */
  async open(request: HandlerContext["request"]): Promise<OpenSession<T>> {
    const { cookie, read } = this.#options;
    const empty = await read({});
    if (empty === undefined) throw new TypeError(NOT_FROM_NOTHING);
    const fresh = (): T => structuredClone(empty);
    const token = cookie.read(request);
    const stored = token === undefined ? undefined : await this.#stored(token);
    const data = stored === undefined ? undefined : await read(stored.value);
    if (stored === undefined || data === undefined)
      return new OpenSession({ data: fresh(), id: undefined, isNew: true, isStale: false, fresh });
    return new OpenSession({ data, id: stored.id, isNew: false, isStale: stored.isStale, fresh });
  }

  /** Before the reply is sent. Sets a cookie only where something changed. */
  async save(session: OpenSession<T>, context: HandlerContext): Promise<void> {
    const { response } = context;
    varyBy(response.headers, "Cookie");
    const { isChanged } = session;
    if (session.isDestroyed && (session.isNew || session.isEmpty)) {
      if (!session.isNew) await this.#forget(session, context);
      if (session.isEmpty) return;
    } else if (!isChanged && (session.isNew || !(session.isRenewed || this.#options.rolling))) return;
    await this.#write(session, context);
  }

  async #write(session: OpenSession<T>, context: HandlerContext): Promise<void> {
    const { sealer, cookie, store, maxAge } = this.#options;
    if (store === undefined) {
      const expires = Math.floor(Date.now() / 1000) + maxAge;
      return cookie.write(context, await sealer.seal(JSON.stringify({ e: expires, d: session.data })));
    }
    const isKept = session.id !== undefined && !session.isDestroyed && !this.#needsNewId(session);
    const id = isKept ? session.id! : encode(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
    await this.#asked(() => store.set(id, JSON.stringify(session.data), maxAge));
    // Only then: whoever still asks by the old id in the meantime is not signed out by a store that fails.
    if (!isKept && session.id !== undefined) await this.#asked(() => store.delete(session.id!));
    return cookie.write(context, await sealer.seal(id));
  }

  async #forget({ id }: OpenSession<T>, context: HandlerContext): Promise<void> {
    const { store, cookie } = this.#options;
    if (store !== undefined && id !== undefined) await this.#asked(() => store.delete(id));
    cookie.remove(context);
  }

  #needsNewId({ isRenewed, before, data }: OpenSession<T>): boolean {
    const [old, now] = [before, data] as [Record<string, unknown>, Record<string, unknown>];
    return (
      isRenewed ||
      this.#options.regenerateOn.some((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    );
  }

  async #stored(token: string): Promise<Stored | undefined> {
    const { sealer, store } = this.#options;
    const unsealed = await sealer.unseal(token);
    if (unsealed === undefined) return undefined;
    const isStale = !unsealed.isCurrent;
    if (store === undefined) {
      // Sealed here, so it is what was written here.
      const { e: expires, d: value } = JSON.parse(unsealed.text) as { e: number; d: unknown };
      return expires > Date.now() / 1000 ? { id: undefined, value, isStale } : undefined;
    }
    const id = unsealed.text;
    const text = await this.#asked(() => store.get(id));
    // An id that the store does not know is not taken over: it may be somebody else's choice.
    return text === undefined ? undefined : { id, value: parsed(text), isStale };
  }

  async #asked<R>(ask: () => R | Promise<R>): Promise<R> {
    try {
      return await ask();
    } catch (error) {
      this.#options.onStoreError(error);
      throw new HttpError(503, "Sessions are not available at present.", {
        cause: error,
        headers: { "retry-after": "1" },
      });
    }
  }
}

/** Said at once where the schema answers at once. */
export const NOT_FROM_NOTHING =
  "sessions: a new session is {}, and the schema refuses that: make its fields optional, or give them defaults";

/** Undefined for a text that somebody else has put there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
