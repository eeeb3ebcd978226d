/** Keeps sessions on the server; the browser then has an id alone. What it throws is answered with 503. */
export interface SessionStore {
  /** The text that was set last; undefined when there is none, or its time is over. */
  get(id: string): string | undefined | Promise<string | undefined>;
  /** @param lifetime seconds after which it is to be forgotten */
  set(id: string, text: string, lifetime: number): void | Promise<void>;
  delete(id: string): void | Promise<void>;
}
