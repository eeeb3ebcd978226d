import { ExpiringMap } from "../expiring-map.ts";
import type { SessionStore } from "./store.ts";

/** How much sessions may take of this process's memory. */
export interface MemorySessionStoreOptions {
  /** Sessions at most; above it the one that was written longest ago is forgotten. Default 10,000. */
  readonly maximum?: number;
  /** Milliseconds of a clock that never goes back; for tests. Default `performance.now`. */
  readonly now?: () => number;
}

/** Sessions in the memory of this process: for development, tests, and a single process whose restart may sign people out. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions: ExpiringMap<string>;

  constructor({ maximum = 10_000, now = () => performance.now() }: MemorySessionStoreOptions = {}) {
    this.#sessions = new ExpiringMap({ maximum, now });
  }

  get size(): number {
    return this.#sessions.size;
  }
  get(id: string): string | undefined {
    return this.#sessions.get(id);
  }
  set(id: string, text: string, lifetime: number): void {
    this.#sessions.set(id, text, lifetime * 1000);
  }
  delete(id: string): void {
    this.#sessions.delete(id);
  }
}
