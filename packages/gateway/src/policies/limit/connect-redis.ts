import { commandsOf, type SendCommand } from "waymark/internal";

/** A connection that is made when it is first asked for, and again whenever it is lost. */
export interface RedisConnection {
  readonly send: SendCommand;
  close(): Promise<void>;
}

interface Client {
  readonly status: string;
  call(command: string, ...args: string[]): Promise<unknown>;
  on(event: string, listener: (error: unknown) => void): unknown;
  once(event: string, listener: () => void): unknown;
  disconnect(): void;
}

/** Nothing waits in a queue for a Redis that is gone: whoever asks has to know at once. */
const OPTIONS = {
  maxRetriesPerRequest: 0,
  connectTimeout: 1000,
  // A peer that is cut off without a word: a command that nothing answers for so long ends the connection.
  socketTimeout: 1500,
  retryStrategy: (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 5), 500),
} as const;

/**
 * Connects to `redis://…`, `rediss://…`, or `redis+cluster://one:6379,two:6379`; `${NAME}` is taken from the environment.
 * Throws a `TypeError` for a name that the environment does not have.
 */
export function connectRedis(
  url: string,
  report: (problem: string, error?: unknown) => void,
): RedisConnection {
  const address = url.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new TypeError(`redis: the environment has no ${name}`);
    return value;
  });
  let connecting: Promise<{ client: Client; send: SendCommand }> | undefined;
  const connected = async (): Promise<{ client: Client; send: SendCommand }> => {
    const client = await open(address, report);
    // Whoever asks first waits for the first attempt, however it ends; later nobody waits for a connection.
    await new Promise<void>((resolve) => {
      client.once("ready", resolve);
      client.once("close", resolve);
    });
    return { client, send: commandsOf(client) };
  };
  return {
    async send(command, ...args) {
      const { send } = await (connecting ??= connected());
      return await send(command, ...args);
    },
    async close() {
      if (connecting !== undefined) (await connecting).client.disconnect();
    },
  };
}

async function open(address: string, report: (problem: string, error?: unknown) => void): Promise<Client> {
  const { Redis, Cluster } = await import("ioredis");
  const client = (address.startsWith("redis+cluster://")
    ? new Cluster(address.slice("redis+cluster://".length).split(","), {
        enableOfflineQueue: false,
        redisOptions: OPTIONS,
      })
    : new Redis(address, { ...OPTIONS, enableOfflineQueue: false })) as unknown as Client;
  let isDown = false;
  client.on("ready", () => {
    if (isDown) report("Redis is back");
    isDown = false;
  });
  // Each attempt to come back fails with an error of its own; the first says enough.
  client.on("error", (error) => {
    if (!isDown) report("Redis cannot be reached", error);
    isDown = true;
  });
  return client;
}
