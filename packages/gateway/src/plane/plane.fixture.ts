import { connect, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";
import { serve } from "waymark/internal";
import {
  scriptedServer,
  type Script,
  type ScriptedServer,
} from "../../../waymark/src/wire/client/scripted-server.fixture.ts";
import type { PolicyKind, Step, StepContext } from "../call.ts";
import { together, type Finished, type Watcher } from "../observe/watcher.ts";
import type { Operation, Service, Snapshot } from "../snapshot.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";
import { serviceOf, upstreamOf } from "./snapshot.fixture.ts";

export { answering, type Peer } from "../../../waymark/src/wire/client/scripted-server.fixture.ts";

/** The drivers that the plane is tested on. */
export const DRIVERS = ["wire", "node-http"] as const;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
/** Has something closed when the test is over. */
export function closing<T>(value: T, close: (value: T) => unknown): T {
  closers.push(() => close(value));
  return value;
}

/** Listens until the test is over. Gives the port. */
export async function listening(
  server: Server,
  close: () => unknown = () => void server.close(),
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(server, close);
  return (server.address() as AddressInfo).port;
}

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly port: number;
  readonly url: string;
  readonly reports: string[];
  close(): Promise<void>;
}

export async function gatewayFor(
  snapshot: Snapshot,
  server: (typeof DRIVERS)[number] = "wire",
  options: GatewayOptions = {},
): Promise<GatewayUnderTest> {
  const reports: string[] = [];
  const report = (problem: string, error?: unknown): void =>
    void reports.push(error instanceof Error ? `${problem} ${error.message}` : problem);
  // Without what an operation has in any case: authentication and validation have tests of their own.
  const gateway = new Gateway(snapshot, { report, stepsOf: stepsOfKinds([]), ...options });
  const running = await serve(gateway, { port: 0, server, signals: false, shutdownTimeout: 1000 });
  const { port, url } = running;
  return closing({ gateway, port, url, reports, close: () => running.close() }, () => running.close());
}

export interface WatchedGateway extends GatewayUnderTest {
  /** The requests that are over. */
  readonly finished: Finished[];
}

/** A gateway with a watcher, beside what others watch. */
export async function watchedGateway(
  snapshot: Snapshot,
  server: (typeof DRIVERS)[number],
  options: GatewayOptions = {},
  others: readonly Watcher[] = [],
): Promise<WatchedGateway> {
  const finished: Finished[] = [];
  const watcher = together([{ over: (each) => void finished.push(each) }, ...others])!;
  return { ...(await gatewayFor(snapshot, server, { ...options, watcher })), finished };
}

/** A kind that only a test has: what it does in its phase, whatever its options. */
export function kindOf(kind: string, phase: Step["phase"], does: Partial<Step>): PolicyKind {
  return { kind, phase, schema: true, step: () => ({ phase, kind, needs: [], ...does }) };
}

/** Steps of kinds that only a test has. */
export function stepsOfKinds(
  kinds: readonly PolicyKind[],
): (operation: Operation, context: StepContext) => readonly Step[] {
  return ({ policies }, context) =>
    policies.flatMap(({ kind, options }) => {
      const found = kinds.find((each) => each.kind === kind);
      if (found === undefined) throw new TypeError(`there is no kind of policy '${kind}'`);
      return found.step(options, context) ?? [];
    });
}

export interface RawUpstream extends ScriptedServer {
  readonly origin: string;
}

/** An upstream that does what a script says when bytes come. */
export async function rawUpstream(script: Script): Promise<RawUpstream> {
  const upstream = closing(await scriptedServer(script), (each) => each.close());
  return { ...upstream, origin: `http://127.0.0.1:${upstream.port}` };
}

/** A service that runs there. */
export function to(...upstreams: readonly RawUpstream[]): Service {
  return serviceOf(upstreamOf(upstreams.map(({ origin }) => origin)));
}

/** All that came, on whatever connection. */
export function receivedBy({ peers }: RawUpstream): string {
  return peers.map(({ received }) => received).join("");
}

export const OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

/** A client that sends bytes and reads bytes. */
export class RawClient {
  readonly socket: Socket;
  text = "";
  isClosed = false;
  #wake = (): void => undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    closing(this.socket, (socket) => socket.destroy());
    this.socket.setNoDelay(true);
    this.socket.on("error", () => undefined);
    this.socket.on("data", (bytes) => {
      this.text += bytes.toString("latin1");
      this.#wake();
    });
    const over = (): void => {
      this.isClosed = true;
      this.#wake();
    };
    this.socket.on("end", over).on("close", over);
  }

  write(text: string | Uint8Array): this {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }
  /** Waits for a pattern in what came. Rejects when the other side ends first. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text)) {
      if (this.isClosed) throw new Error(`the gateway ended after ${JSON.stringify(this.text)}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.text;
  }
  async untilEnd(): Promise<string> {
    while (!this.isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.socket.destroy();
    return this.text;
  }
}

/** Sends one request's bytes and gives what comes back until the pattern is there. */
export async function ask(port: number, request: string, pattern: RegExp = /\r\n\r\n/): Promise<string> {
  const client = new RawClient(port).write(request);
  try {
    return await client.until(pattern);
  } finally {
    client.socket.destroy();
  }
}
export const get = (path = "/", ...lines: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: api.test\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

/** Waits until something holds. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
