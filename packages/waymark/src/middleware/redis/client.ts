/**
 * A client of Redis, as far as it is needed: `ioredis` has `call`, `redis` (node-redis) has `sendCommand`, Bun's own has
 * `send`. Of others wrap what sends a command: `{ send: (command, args) => … }`.
 */
export type RedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { send(command: string, args: string[]): Promise<unknown> }
  | { sendCommand(command: string[]): Promise<unknown> };

/** Sends a command and gives its reply; rejects with the client's error. */
export type SendCommand = (command: string, ...args: string[]) => Promise<unknown>;

/** Throws a `TypeError` for what is no client. */
export function commandsOf(client: RedisClient): SendCommand {
  // `call` first: the `sendCommand` of ioredis takes something else.
  if ("call" in client && typeof client.call === "function")
    return async (command, ...args) => await client.call(command, ...args);
  if ("send" in client && typeof client.send === "function")
    return async (command, ...args) => await client.send(command, args);
  if ("sendCommand" in client && typeof client.sendCommand === "function")
    return async (command, ...args) => await client.sendCommand([command, ...args]);
  throw new TypeError(
    "a Redis client has call(command, ...args), as ioredis, send(command, args) or sendCommand([command, ...args])",
  );
}
