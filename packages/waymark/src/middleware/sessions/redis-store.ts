import { commandsOf, type RedisClient, type SendCommand } from "../redis/client.ts";
import { within } from "../within.ts";
import type { SessionStore } from "./store.ts";

/** Where in Redis the sessions are, and how long it may take. */
export interface RedisSessionStoreOptions {
  /** Stands before every key. Default "waymark:session:". */
  readonly prefix?: string;
  /** Milliseconds that Redis may take. Default 1000. */
  readonly timeout?: number;
}

/** Sessions in Redis, each under its own key that expires by itself. */
export class RedisSessionStore implements SessionStore {
  readonly #send: SendCommand;
  readonly #prefix: string;

  constructor(
    client: RedisClient,
    { prefix = "waymark:session:", timeout = 1000 }: RedisSessionStoreOptions = {},
  ) {
    const send = commandsOf(client);
    this.#send = (command, ...args) => within(timeout, () => send(command, ...args));
    this.#prefix = prefix;
  }

  async get(id: string): Promise<string | undefined> {
    const text = await this.#send("GET", this.#prefix + id);
    return typeof text === "string" ? text : undefined;
  }
  async set(id: string, text: string, lifetime: number): Promise<void> {
    await this.#send("SET", this.#prefix + id, text, "PX", String(Math.max(Math.round(lifetime * 1000), 1)));
  }
  async delete(id: string): Promise<void> {
    await this.#send("DEL", this.#prefix + id);
  }
}
