import { setTimeout as wait } from "node:timers/promises";
import { afterEach } from "vitest";
import { App } from "../app.ts";
import type { AppOptions } from "../app-options.ts";
import { dependency, type Dependency } from "../dependency.ts";
import type { Logger } from "../logger.ts";
import { serve, type Running, type ServeOptions } from "../server/serve.ts";
import { destroyAll, RawWebSocket } from "./raw-web-socket.fixture.ts";
import { socket, type RawMessage, type Socket } from "./socket.ts";

export const SERVERS: readonly (readonly [name: string, options: ServeOptions])[] = [
  ["wire", { server: "wire" }],
  ["node-http", { server: "node-http" }],
];

/** What functions and dependencies did in a test. */
export const log: string[] = [];
/** What the application told its log. */
export const errors: [message: string, details: unknown][] = [];
let running: Running | undefined;

afterEach(async () => {
  destroyAll();
  await running?.close();
  running = undefined;
  log.length = errors.length = 0;
});

const logger: Logger = {
  error: (message: string, details?: unknown) => void errors.push([message, details]),
  warn: () => undefined,
};

export function newApp(options: Partial<AppOptions<never>> = {}): App {
  return new App({ logger, openapi: false, ...options });
}

/** A dependency that logs what becomes of it. */
export function noted(
  name: string,
  contract: object = {},
): Dependency<{}, AsyncGenerator<string, void>, never> {
  return dependency({ name, ...contract } as object, async function* () {
    log.push(`${name} up`);
    try {
      yield name;
      log.push(`${name} down`);
    } catch (error) {
      log.push(`${name} sees ${String(error)}`);
      throw error;
    }
  });
}

/** Serves an application until the test is over. */
export async function up(app: App, options: ServeOptions = {}): Promise<Running> {
  return (running = await serve(app, { port: 0, signals: false, shutdownTimeout: 3000, ...options }));
}

/** A client of an application that has nothing but this socket. */
export async function openOne(of: Socket<any, any, any>, options: ServeOptions): Promise<RawWebSocket> {
  const app = newApp();
  app.add({ method: "WEBSOCKET", path: "/", endpoint: of });
  return RawWebSocket.open((await up(app, options)).port, "/");
}

/** Waits for what happens on the other side. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await wait(2);
}

export const echo: Socket<{}, RawMessage, RawMessage> = socket({}, async function echo({ connection }) {
  for await (const message of connection) await connection.send(message);
  log.push("over");
});
