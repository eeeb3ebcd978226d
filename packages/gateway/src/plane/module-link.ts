import {
  Exchange,
  HttpError,
  isPieces,
  loadModule,
  type RawSocket,
  type ServableApp,
  type UpgradeOptions,
} from "waymark/internal";
import { WireError } from "waymark/wire";
import { exportName } from "./export-name.ts";
import { dateLine } from "./reply-date.ts";
import { lineMap } from "./request-fields.ts";
import type { Incoming, Outgoing, Sent, UpstreamLink } from "./upstream-link.ts";

/** An application in this process: asked as an upstream is, without a network in between. */
export class ModuleLink implements UpstreamLink {
  readonly #app: ServableApp;
  #isClosed = false;

  constructor(app: ServableApp) {
    this.#app = app;
  }

  /** Imports the module and starts its application. Throws a `TypeError` where the export is none. */
  static async load(path: string, name: string): Promise<ModuleLink> {
    const { app } = await loadModule(path, exportName(name));
    if (app === undefined) throw new TypeError(`${path}: the export '${name}' is no application`);
    return ModuleLink.#started(app);
  }

  send(outgoing: Outgoing, incoming: Incoming): Sent {
    const exchange = new InProcessExchange(outgoing, incoming);
    const { upgradable } = exchange;
    if (outgoing.isUpgrade && upgradable !== undefined) exchange.upgrade = upgradable;
    // Nothing of the reply may come before this returns.
    queueMicrotask(() => {
      if (exchange.aborted) return;
      const { upgrade } = this.#app;
      void (outgoing.isUpgrade && upgrade !== undefined
        ? upgrade.call(this.#app, exchange)
        : this.#app.handle(exchange));
    });
    return exchange.sent;
  }

  /** A link of the snapshot before may have started it already. */
  static async #started(app: ServableApp): Promise<ModuleLink> {
    const use = users.get(app) ?? { count: 0, started: Promise.resolve(app.start?.()) };
    use.count++;
    users.set(app, use);
    try {
      await use.started;
    } catch (error) {
      release(app);
      throw error;
    }
    return new ModuleLink(app);
  }

  endStreams(): void {
    this.#app.endStreams?.();
  }
  /** Resolves when the application has cleaned up, where nobody else uses it. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (release(this.#app)) await this.#app.stop?.();
  }
}

/** Links to one application: what is imported again is the same object, and stops with the last of them. */
const users = new WeakMap<ServableApp, { count: number; readonly started: Promise<unknown> }>();

/** Whether nobody uses it any more. */
function release(app: ServableApp): boolean {
  const use = users.get(app);
  if (use === undefined || --use.count > 0) return false;
  users.delete(app);
  return true;
}

const NO_BYTES = new Uint8Array(0);

/** The request that an upstream would get, as an application reads it. */
class InProcessExchange extends Exchange {
  declare upgrade?: (options: UpgradeOptions) => Promise<RawSocket>;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme: "http" | "https" = "http";
  readonly remoteAddress = "127.0.0.1";
  readonly hasBody: boolean;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  #headers: Map<string, string> | undefined;
  #isEnded = false;
  #wake: (() => void) | undefined;
  #isPaused = false;

  readonly sent: Sent = {
    pause: () => {
      this.#isPaused = true;
    },
    resume: () => {
      this.#isPaused = false;
      this.#wake?.();
    },
    abort: () => {
      this.#isEnded = true;
      this.abort(new DOMException("The client went away", "AbortError"));
      this.#wake?.();
    },
  };

  constructor(outgoing: Outgoing, incoming: Incoming) {
    super();
    const { method, target, body } = outgoing;
    const mark = target.indexOf("?");
    this.method = method;
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.search = mark === -1 ? "" : target.slice(mark + 1);
    this.hasBody = body !== undefined && !(body instanceof Uint8Array && body.length === 0);
    this.#outgoing = outgoing;
    this.#incoming = incoming;
  }

  #fields(): Map<string, string> {
    if (this.#headers === undefined) {
      const { lines, body, host = "localhost" } = this.#outgoing;
      this.#headers = lineMap(`Host: ${host}\r\n${lines}`);
      const length = body instanceof Uint8Array ? body.length : body?.length;
      if (length !== undefined) this.#headers.set("content-length", String(length));
    }
    return this.#headers;
  }
  header(name: string): string | undefined {
    return this.#fields().get(name);
  }
  headers(): [name: string, value: string][] {
    return [...this.#fields()];
  }

  protected async *readStream(limit: number): AsyncGenerator<Uint8Array> {
    const { body } = this.#outgoing;
    this.#check((body instanceof Uint8Array ? body.length : body?.length) ?? 0, limit);
    if (body instanceof Uint8Array) yield body;
    else if (body !== undefined) {
      let size = 0;
      for await (const piece of body.pieces) {
        this.#check((size += piece.length), limit);
        yield piece;
      }
    }
  }
  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    const { body } = this.#outgoing;
    if (body === undefined) return NO_BYTES;
    if (!(body instanceof Uint8Array)) return gathered(this.readStream(limit));
    this.#check(body.length, limit);
    return body;
  }
  #check(size: number, limit: number): void {
    if (size > limit) throw new HttpError(413, `The body is larger than ${limit} bytes`);
  }

  /** What the gateway's own exchange can do, where its client asked for a WebSocket. */
  get upgradable(): ((options: UpgradeOptions) => Promise<RawSocket>) | undefined {
    return this.#outgoing.accept === undefined
      ? undefined
      : (options) => this.#outgoing.accept!(options, this.#replyLines());
  }

  end(): void | Promise<void> {
    if (this.#isEnded) return isPieces(this.payload) ? cancelled(this.payload) : undefined;
    this.#isEnded = true;
    const lines = this.#replyLines();
    const { payload } = this;
    const status = this.status || 200;
    if (isPieces(payload)) return this.#push(status, lines, payload);
    const octets = payload === null ? "" : Buffer.from(payload as string).toString("latin1");
    const length = payload === null ? promised(this.fields) : octets.length;
    this.#incoming.whole(status, lines, length, octets);
    return undefined;
  }

  #replyLines(): string {
    let lines = this.lines;
    if (this.contentType !== null) lines += `Content-Type: ${this.contentType}\r\n`;
    const { fields = [] } = this;
    let hasDate = this.lines !== "";
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!;
      if (FRAMING.has(name)) continue;
      if (name === "date") hasDate = true;
      lines += `${name}: ${fields[i + 1]!}\r\n`;
    }
    return hasDate ? lines : lines + dateLine();
  }

  /** Somebody reads on, or nobody ever will. */
  async #resumed(): Promise<void> {
    while (this.#isPaused && !this.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async #push(status: number, lines: string, pieces: AsyncIterable<Uint8Array | string>): Promise<void> {
    const incoming = this.#incoming;
    incoming.begin(status, lines, promised(this.fields));
    try {
      if (this.#isPaused) await this.#resumed();
      if (this.aborted) return await cancelled(pieces);
      for await (const piece of pieces) {
        if (this.aborted) return;
        if (!incoming.data(typeof piece === "string" ? Buffer.from(piece) : piece)) this.#isPaused = true;
        if (this.#isPaused) await this.#resumed();
        if (this.aborted) return;
      }
      incoming.done();
    } catch (cause) {
      const failure = {
        phase: "body",
        bytesSent: true,
        responseBegun: true,
        isReusedConnection: false,
        cause,
      } as const;
      incoming.failed(new WireError("RESET", "The application's reply ended in the middle", failure));
      throw cause;
    }
  }
}

/** What says how the body of one hop is framed. */
const FRAMING = new Set([
  "content-length",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
]);

function promised(fields: readonly string[] = []): number {
  for (let i = 0; i < fields.length; i += 2)
    if (fields[i] === "content-length" && /^\d{1,15}$/.test(fields[i + 1]!)) return Number(fields[i + 1]);
  return -1;
}

async function cancelled(pieces: AsyncIterable<unknown>): Promise<void> {
  await pieces[Symbol.asyncIterator]().return?.();
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
