import type { ClientRequest } from "./client-request.ts";
import { Pool } from "./pool.ts";
import type { PoolOptions } from "./pool-options.ts";
import type { RequestBody } from "./request-body.ts";
import type { ResponseHandler } from "./response-handler.ts";
import {
  scriptedServer,
  type Peer,
  type Script,
  type ScriptedServerOptions,
} from "./scripted-server.fixture.ts";
import type { Schedule } from "./timeouts.ts";
import type { WireError } from "./wire-error.ts";

export { answering, type Peer, type Script } from "./scripted-server.fixture.ts";

export interface Upstream {
  readonly pool: Pool;
  readonly port: number;
  readonly peers: Peer[];
  /** Connections that are open, as the upstream counts. */
  open(): number;
}

export interface UpstreamOptions extends Omit<PoolOptions, "host" | "port">, ScriptedServerOptions {}

/** An upstream that answers by a script, and a pool for it, while `use` runs. */
export async function upstream(
  script: Script,
  { secure, onConnection, ...options }: UpstreamOptions,
  use: (upstream: Upstream) => Promise<void>,
): Promise<void> {
  const server = await scriptedServer(script, { secure, onConnection });
  const { port, peers, open } = server;
  const pool = new Pool({ host: "127.0.0.1", port, ...options });
  try {
    await use({ pool, port, peers, open });
  } finally {
    pool.destroy();
    await server.close();
  }
}

export const get = (path = "/", ...lines: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

export const ok = (body: string, ...lines: string[]): string =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}Content-Length: ${body.length}\r\n\r\n${body}`;

/** What a handler heard. */
export interface Outcome {
  status: number;
  minor: number;
  phrase: string;
  fields: [string, string][];
  body: string;
  trailers: [string, string][];
  informational: number[];
  /** Names of the methods in the order of their calls; repeated ones once. */
  calls: string[];
  error: WireError | undefined;
  /** The response was complete. */
  isComplete: boolean;
}

export interface Exchange {
  readonly request: ClientRequest;
  readonly outcome: Outcome;
  /** Resolves with the outcome, whatever it is. */
  readonly done: Promise<Outcome>;
}

export interface SendOptions {
  readonly body?: RequestBody;
  readonly schedule?: Schedule;
  /** Takes whole responses at once. */
  readonly whole?: boolean;
  readonly handler?: Partial<ResponseHandler>;
}

/** Sends a request and notes all that its handler hears. */
export function exchange(
  pool: Pool,
  head: string,
  { body, schedule, whole = false, handler: own = {} }: SendOptions = {},
): Exchange {
  const outcome: Outcome = {
    status: 0,
    minor: -1,
    phrase: "",
    fields: [],
    body: "",
    trailers: [],
    informational: [],
    calls: [],
    error: undefined,
    isComplete: false,
  };
  let settle!: (outcome: Outcome) => void;
  const done = new Promise<Outcome>((resolve) => (settle = resolve));
  const called = (name: string): void => {
    if (outcome.calls.at(-1) !== name) outcome.calls.push(name);
  };
  const handler: ResponseHandler = {
    onHead(head) {
      called("head");
      outcome.status = head.status;
      outcome.minor = head.minor;
      outcome.phrase = head.phrase;
      outcome.fields = head.fields.entries();
      own.onHead?.(head);
    },
    onData(chunk) {
      called("data");
      outcome.body += chunk.toString("latin1");
      return own.onData?.(chunk) ?? true;
    },
    onEnd(trailers) {
      called("end");
      outcome.trailers = trailers?.entries() ?? [];
      outcome.isComplete = true;
      own.onEnd?.(trailers);
      settle(outcome);
    },
    onError(error) {
      called("error");
      outcome.error = error;
      own.onError?.(error);
      settle(outcome);
    },
    onInformational(head) {
      outcome.informational.push(head.status);
      own.onInformational?.(head);
    },
  };
  if (whole)
    handler.onWhole = (head, start, end): void => {
      handler.onHead(head);
      outcome.calls = ["whole"];
      outcome.body = head.bytes.toString("latin1", start, end);
      outcome.isComplete = true;
      settle(outcome);
    };
  if (own.onUpgrade !== undefined)
    handler.onUpgrade = (head, socket, rest): void => {
      handler.onHead(head);
      own.onUpgrade!(head, socket, rest);
      settle(outcome);
    };
  return { request: pool.send(head, body, handler, schedule), outcome, done };
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!condition()) throw new Error(`It never became true: ${String(condition)}`);
}
