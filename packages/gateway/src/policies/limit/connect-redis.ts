import { commandsOf, type SendCommand } from "waymark/internal";
import { redisAddress } from "./redis-address.ts";

/** A connection that is made at once, in the background, and again whenever it is lost. */
export interface RedisConnection {
  /** Which Redis, for people: host and port, and nothing that is secret. */
  readonly place: string;
  /** Rejects with what Redis says against a command; and at once, with the reason why, while there is no connection. */
  readonly send: SendCommand;
  close(): Promise<void>;
}

interface Client {
  readonly status: string;
  /** Of ioredis's `socketTimeout`. */
  socketTimeoutTimer?: NodeJS.Timeout | undefined;
  call(command: string, ...args: string[]): Promise<unknown>;
  on(event: string, listener: (value: unknown) => void): unknown;
  once(event: string, listener: () => void): unknown;
  disconnect(): void;
}

interface Opened {
  readonly client: Client;
  readonly send: SendCommand;
}

/** Nothing waits in a queue for a Redis that is gone: whoever asks has to know at once. */
const OPTIONS = {
  maxRetriesPerRequest: 0,
  connectTimeout: 1000,
  // A peer that is cut off without a word: a command that nothing answers for so long ends the connection.
  socketTimeout: 1500,
  // Together with the time of an attempt that is lost it has to stay below two seconds.
  retryStrategy: (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 3), 250),
  // A primary that has become a replica keeps its connections; the address leads to the new one.
  reconnectOnError: (error: Error): boolean => error.message.includes("READONLY"),
} as const;

/**
 * Connects to `redis://…`, `rediss://…`, or `redis+cluster://one:6379,two:6379`; `${NAME}` and `${NAME:-default}`
 * are taken from the environment. Throws a `TypeError` for a name that the environment does not have.
 *
 * @param onLost hears why there is no connection from the start: nothing else would say so before requests come.
 */
export function connectRedis(url: string, onLost: (reason: string) => void): RedisConnection {
  const { address, missing } = redisAddress(url, process.env);
  if (missing.length > 0) throw new TypeError(`redis: the environment has no ${missing.join(", ")}`);
  let lost: unknown;
  let isKnown = false;
  const opening = open(address).then((client): Opened => {
    // Each attempt to come back fails with an error of its own.
    client.on("error", (error) => {
      if (!isKnown) onLost(reasonOf(error));
      isKnown = true;
      lost = error;
    });
    client.on("ready", () => {
      isKnown = true;
      lost = undefined;
    });
    return { client, send: commandsOf(client) };
  });
  opening.catch((error: unknown) => onLost(reasonOf(error)));
  // Whoever asks first waits for the first attempt, however it ends; later nobody waits for a connection.
  const connected = opening.then(async (opened) => {
    const { client } = opened;
    if (client.status !== "ready" && client.status !== "end")
      await new Promise<void>((resolve) => {
        client.once("ready", resolve);
        client.once("close", resolve);
      });
    return opened;
  });
  connected.catch(() => undefined);
  return {
    place: placeOf(address),
    async send(command, ...args) {
      try {
        const { send } = await connected;
        return await send(command, ...args);
      } catch (error) {
        if (isReply(error)) throw error;
        // What went wrong with the connection says more than what that did to a command.
        throw new Error(reasonOf(lost ?? error), { cause: error });
      }
    },
    async close() {
      const opened = await opening.catch(() => undefined);
      opened?.client.disconnect();
    },
  };
}

/** What Redis itself says, and is told by its first word. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

/** Why there is no connection. Of the client's own words only those that say something of Redis or the network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the connection has ended";
  const { code, lastNodeError } = error as { readonly code?: unknown; readonly lastNodeError?: unknown };
  if (code === "ERR_INVALID_URL") return "its address cannot be read";
  if (isReply(error)) return error.message;
  if (typeof code === "string") return error.message || code;
  if (error.message.startsWith("Socket timeout")) return "it has not answered for 1.5 s";
  if (error.message.startsWith("Protocol error")) return "what answers there does not speak as Redis does";
  return lastNodeError === undefined
    ? "the connection has ended"
    : `of its nodes: ${reasonOf(lastNodeError)}`;
}

/** Host and port alone: a password may stand in front of them, and behind a "?". */
function placeOf(address: string): string {
  return address
    .replace(/^[a-z+]+:\/\//i, "")
    .split(",")
    .map((node) => {
      if (!URL.canParse(`redis://${node}`)) return "?";
      const { host, pathname } = new URL(`redis://${node}`);
      return host || pathname;
    })
    .join(", ");
}

async function open(address: string): Promise<Client> {
  const { Redis, Cluster } = await import("ioredis");
  if (!address.startsWith("redis+cluster://"))
    return withoutStaleTimer(new Redis(address, { ...OPTIONS, enableOfflineQueue: false }));
  const cluster = new Cluster(address.slice("redis+cluster://".length).split(","), {
    enableOfflineQueue: false,
    redisOptions: OPTIONS,
  });
  cluster.on("+node", (node: unknown) => withoutStaleTimer(node));
  return cluster as unknown as Client;
}

/** ioredis leaves the timer of `socketTimeout` behind when a connection ends, and ends the next one by it. */
function withoutStaleTimer(redis: unknown): Client {
  const client = redis as Client;
  client.on("close", () => {
    clearTimeout(client.socketTimeoutTimer);
    client.socketTimeoutTimer = undefined;
  });
  return client;
}
