import type { RawListener, RawSocket } from "../http/upgrade.ts";
import { checkCode, fittingReason } from "./close.ts";
import type { Connection, ConnectionEnd } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import type { ReadMessage } from "./incoming.ts";
import type { InvalidMessage } from "./socket.ts";

/** A message as it goes on the wire; throws or rejects for one that cannot go. */
export type WriteMessage = (message: unknown) => string | Uint8Array | Promise<string | Uint8Array>;

/** What is the same for every connection of a route. */
export interface ConnectionSettings {
  readonly read: ReadMessage;
  readonly write: WriteMessage;
  readonly onInvalid: ((invalid: InvalidMessage, connection: Connection<any, any>) => unknown) | undefined;
  /** See `SocketContract`. */
  readonly maxBuffered: number;
  readonly heartbeat: number;
}

/** What is particular to one. */
export interface ConnectionParts {
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
  readonly signal: AbortSignal;
  /** Aborts `signal`. */
  readonly abort: (reason: unknown) => void;
  /** Hears of a message that could not be sent, since nobody may wait for it. */
  readonly notSent: (error: unknown) => void;
}

const DONE = Promise.resolve();
/** Bytes that may wait before whoever sends has to. */
const HIGH_WATER = 64 * 1024;

/** Milliseconds between two pings to a client that has to wait. */
const PROBE = 1000;

/** A connection over a WebSocket of the runtime. */
export class LiveConnection implements Connection<unknown, unknown>, RawListener {
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
  readonly signal: AbortSignal;
  /** Resolves when nothing goes between the two sides any more. */
  readonly gone: Promise<void>;
  #isGone!: () => void;
  #ended: ConnectionEnd | undefined;
  readonly #raw: RawSocket;
  readonly #settings: ConnectionSettings;
  readonly #parts: ConnectionParts;
  readonly #inbox: Inbox;
  /** Messages are read one after the other, whoever asks. */
  #reading: Promise<unknown> = DONE;
  /** Messages whose writing takes its time, in their order. */
  #writing: Promise<void> | undefined;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #wasHeard = true;
  #probe: ReturnType<typeof setInterval> | undefined;

  constructor(raw: RawSocket, settings: ConnectionSettings, parts: ConnectionParts) {
    this.#raw = raw;
    this.#settings = settings;
    this.#parts = parts;
    this.protocol = parts.protocol;
    this.remoteAddress = parts.remoteAddress;
    this.signal = parts.signal;
    this.gone = new Promise((resolve) => (this.#isGone = resolve));
    this.#inbox = new Inbox((isPaused) => this.#pause(isPaused));
    if (settings.heartbeat > 0) this.#timer = setInterval(() => this.#beat(), settings.heartbeat);
    raw.listen(this);
  }

  get ended(): ConnectionEnd | undefined {
    return this.#ended;
  }

  // -- messages that come ------------------------------------------------------------------------------------------------

  async receive(): Promise<unknown> {
    return (await this.#receive())?.value;
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return {
      next: async () => {
        const read = await this.#receive();
        return read === undefined ? { done: true, value: undefined } : { done: false, value: read.value };
      },
    };
  }

  #receive(): Promise<{ readonly value: unknown } | undefined> {
    const read = this.#reading.then(() => this.#next());
    // What was wrong with a message is told to whoever asked for that one.
    this.#reading = read.catch(ignore);
    return read;
  }

  async #next(): Promise<{ readonly value: unknown } | undefined> {
    const { read, onInvalid } = this.#settings;
    for (;;) {
      const message = await this.#inbox.take();
      if (message === undefined) return undefined;
      const incoming = await read(message);
      if (incoming.invalid === undefined) return incoming;
      if (onInvalid === undefined) this.#end(incoming.invalid.code, incoming.invalid.reason);
      else await onInvalid(incoming.invalid, this);
    }
  }

  // -- messages that go --------------------------------------------------------------------------------------------------

  send(message: unknown): Promise<void> {
    if (this.#ended !== undefined) return DONE;
    let written: string | Uint8Array | Promise<string | Uint8Array>;
    try {
      written = this.#settings.write(message);
    } catch (error) {
      return this.#refuse(error);
    }
    if (this.#writing === undefined && !(written instanceof Promise)) return this.#send(written);
    return this.#sendInTurn(written);
  }

  #sendInTurn(written: string | Uint8Array | Promise<string | Uint8Array>): Promise<void> {
    const settled = Promise.allSettled([written, this.#writing]);
    // Only until the socket has it: those that follow need not wait for the peer.
    let taken: Promise<void> = DONE;
    const writing = settled.then(([result]) => {
      if (this.#writing === writing) this.#writing = undefined;
      taken = result.status === "fulfilled" ? this.#send(result.value) : this.#refuse(result.reason);
    });
    this.#writing = writing;
    const sent = writing.then(() => taken);
    sent.catch(ignore);
    return sent;
  }

  #send(message: string | Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return DONE;
    const raw = this.#raw;
    const { buffered } = raw;
    if (buffered > this.#settings.maxBuffered) {
      this.#end(1008, "The messages are not taken as fast as they come");
      return DONE;
    }
    if (buffered + message.length < HIGH_WATER) {
      raw.send(message);
      return DONE;
    }
    return new Promise((resolve) => raw.send(message, resolve));
  }

  /** Told to the log as well: what nobody waits for must not end the process. */
  #refuse(error: unknown): Promise<never> {
    this.#parts.notSent(error);
    const refused = Promise.reject<never>(error);
    refused.catch(ignore);
    return refused;
  }

  // -- the end -----------------------------------------------------------------------------------------------------------

  close(code = 1000, reason = ""): void {
    checkCode(code);
    this.#end(code, fittingReason(reason));
  }

  #end(code: number, reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = { code, reason, by: "server" };
    this.#inbox.end(false);
    // The peer's answer has to be heard, however much it sends before it.
    this.#raw.pause(false);
    this.#raw.close(code, reason);
    this.#over();
  }

  #over(): void {
    clearInterval(this.#timer);
    clearInterval(this.#probe);
    this.#parts.abort(new DOMException("The connection was closed", "AbortError"));
  }

  /** Who does not read does not see that the peer has gone: only what is sent to it fails. */
  #pause(isPaused: boolean): void {
    this.#raw.pause(isPaused);
    clearInterval(this.#probe);
    const { heartbeat } = this.#settings;
    if (isPaused && heartbeat > 0)
      this.#probe = setInterval(() => this.#raw.ping(), Math.min(heartbeat, PROBE));
  }

  #beat(): void {
    // The answer of one that has to wait is not read.
    if (!this.#wasHeard && !this.#inbox.isFull) return this.#raw.terminate();
    this.#wasHeard = false;
    this.#raw.ping();
  }

  // -- what the socket tells ---------------------------------------------------------------------------------------------

  onMessage(message: string | Uint8Array): void {
    this.#wasHeard = true;
    if (this.#ended === undefined) this.#inbox.push(message);
  }
  onPong(): void {
    this.#wasHeard = true;
  }
  onGoingAway(): void {
    this.#end(1001, "The server is going away");
  }
  onClose(code: number, reason: string): void {
    if (this.#ended === undefined) {
      this.#ended = { code, reason, by: "client" };
      this.#inbox.end(true);
      this.#over();
    }
    this.#isGone();
  }
}

function ignore(): void {
  // Whoever waits has a promise of their own.
}
