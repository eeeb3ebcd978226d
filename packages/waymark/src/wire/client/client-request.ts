import { NEVER } from "../timers.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { BodySink, BodySource, RequestBody } from "./request-body.ts";
import type { ResponseHandler } from "./response-handler.ts";
import type { Schedule } from "./timeouts.ts";

/** Who keeps requests that have no connection yet. */
export interface Waiting {
  /** Takes a request out of the queue. */
  forget(request: ClientRequest): void;
}

/** One request on its way: what `Pool.send` returns, and where its body is put. */
export class ClientRequest implements BodySink {
  /** Waits for the handler to take more of the response. */
  isPaused = false;
  readonly "~handler": ResponseHandler;
  readonly "~head": string | Uint8Array;
  readonly "~body": RequestBody | undefined;
  readonly "~schedule": Schedule;
  readonly "~isHead": boolean;
  /** Ticks of the pool's clock. */
  "~waitDue": number = NEVER;
  "~totalDue": number = NEVER;
  /** The whole body has been written. */
  "~isSent": boolean;
  /** No handler's method is called any more. */
  "~isOver" = false;
  readonly #queue: Waiting;
  #connection: ClientConnection | undefined;
  /** Bytes of the body that the source still has to write; -1 when chunks say so. */
  #missing: number;

  constructor(
    queue: Waiting,
    head: string | Uint8Array,
    body: RequestBody | undefined,
    handler: ResponseHandler,
    schedule: Schedule,
  ) {
    this.#queue = queue;
    this["~head"] = head;
    this["~body"] = body;
    this["~handler"] = handler;
    this["~schedule"] = schedule;
    this["~isHead"] = isHead(head);
    this["~isSent"] = body === undefined || body instanceof Uint8Array;
    this.#missing = body === undefined || body instanceof Uint8Array ? 0 : (body.length ?? -1);
  }

  /** Lets the upstream wait with the body of its response. */
  pause(): void {
    if (this.isPaused || this["~isOver"]) return;
    this.isPaused = true;
    this.#connection?.pause();
  }
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    if (!this["~isOver"]) this.#connection?.resume();
  }

  /** Gives it up: the connection is cut, and the handler hears nothing more. */
  abort(): void {
    if (this["~isOver"]) return;
    const connection = this.#connection;
    this["~finish"]();
    if (connection === undefined) this.#queue.forget(this);
    else connection.drop();
  }

  /** The whole of it has been written. */
  get isSent(): boolean {
    return this["~isSent"];
  }

  // -- the request's body ----------------------------------------------------------------------------------------------

  write(bytes: Uint8Array | string): boolean {
    const connection = this.#connection;
    if (connection === undefined || this["~isSent"]) return false;
    if (bytes.length === 0) return true;
    if (this.#missing >= 0) {
      this.#missing -= bytes.length;
      if (this.#missing < 0) {
        this.fail(new RangeError("The body is longer than it was said to be"));
        return false;
      }
    }
    return connection.write(bytes);
  }

  end(): void {
    if (this.#connection === undefined || this["~isSent"]) return;
    if (this.#missing > 0) return this.fail(new RangeError("The body is shorter than it was said to be"));
    this["~isSent"] = true;
    this.#connection.sent();
  }

  fail(cause: unknown): void {
    if (this.#connection === undefined || this["~isSent"]) return;
    // Not cancelled: it is the source that says so.
    this["~isSent"] = true;
    this.#connection.failBody(cause);
  }

  // -- for the pool and its connections ----------------------------------------------------------------------------------

  "~begin"(connection: ClientConnection): void {
    this.#connection = connection;
  }

  /** No more calls to the handler, nor from the source. */
  "~finish"(): void {
    this["~isOver"] = true;
    this.#connection = undefined;
    if (this["~isSent"]) return;
    this["~isSent"] = true;
    this["~source"].cancel();
  }

  get "~source"(): BodySource {
    return this["~body"] as BodySource;
  }
}

/** Whether the response will have no body, whatever it says (RFC 9112 §6.3). Throws for what is no exchange at all. */
function isHead(head: string | Uint8Array): boolean {
  if (startsWith(head, "CONNECT ")) throw new TypeError("A tunnel cannot be had from a pool");
  return startsWith(head, "HEAD ");
}

function startsWith(head: string | Uint8Array, word: string): boolean {
  if (typeof head === "string") return head.startsWith(word);
  for (let i = 0; i < word.length; i++) if (head[i] !== word.charCodeAt(i)) return false;
  return true;
}
