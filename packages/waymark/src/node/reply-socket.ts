import type { ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { PieceQueue } from "./piece-queue.ts";
import { readReplyHead, type ReplyHead } from "./reply-head.ts";

/** What was written to a `ServerResponse`. */
export interface NodeReply extends ReplyHead {
  readonly payload: Uint8Array | AsyncIterable<Uint8Array> | null;
}

/** Who is asking, as handlers look it up on a socket. */
export interface Peer {
  readonly scheme: "http" | "https";
  readonly remoteAddress: string | undefined;
}

type Taken = (error?: Error | null) => void;

/**
 * Stands in for the socket of a `ServerResponse`, which writes a message of HTTP/1.1 to it as to any other: here it is read
 * back. A reply that is complete at once becomes one piece; any other is handed on piece by piece, each taken when the
 * client has room for it.
 */
export class ReplySocket extends Duplex {
  readonly remoteAddress: string | undefined;
  /** Only where it is true, as on a TLS socket. */
  readonly encrypted?: true;
  /** Resolves when the head is known; rejects where there is none before the socket is destroyed. */
  readonly reply: Promise<NodeReply>;
  #resolve!: (reply: NodeReply) => void;
  #reject!: (error: Error) => void;
  #response: ServerResponse | undefined;
  #unread: Buffer | undefined;
  #head: ReplyHead | undefined;
  /** The body so far, until it is known whether that is all; undefined once it flows. */
  #held: Uint8Array[] | undefined = [];
  #queue: PieceQueue | undefined;
  #isFinished = false;

  constructor({ scheme, remoteAddress }: Peer) {
    super({ emitClose: true });
    this.remoteAddress = remoteAddress;
    if (scheme === "https") this.encrypted = true;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits for the reply is told; Node ends the process for events without a listener.
    this.reply.catch(() => undefined);
    this.on("error", () => undefined);
  }

  /** Takes the place of the socket that Node would have given to it. */
  carry(response: ServerResponse): void {
    this.#response = response;
    response.assignSocket(this as never);
    response.once("finish", () => this.#finish());
    this.on("drain", () => {
      if (!response.writableEnded) response.emit("drain");
    });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, taken: Taken): void {
    if (this.#head === undefined) return this.#readHead(chunk, taken);
    if (this.#held === undefined) return this.#queue!.put(chunk, taken);
    if (chunk.length > 0) this.#held.push(chunk);
    taken();
  }

  #readHead(chunk: Buffer, taken: Taken): void {
    const bytes = this.#unread === undefined ? chunk : Buffer.concat([this.#unread, chunk]);
    let read: ReturnType<typeof readReplyHead>;
    try {
      read = readReplyHead(bytes);
    } catch (error) {
      this.destroy(error as Error);
      return taken();
    }
    if (read === undefined) this.#unread = bytes;
    else {
      this.#unread = undefined;
      this.#head = read.head;
      if (read.rest.length > 0) this.#held!.push(read.rest);
      // A handler that answers at once has ended its reply by then.
      process.nextTick(() => this.#decide());
    }
    taken();
  }

  #decide(): void {
    if (this.destroyed || this.#isFinished) return;
    // `finish` follows without anybody's doing: nothing that was written is held back.
    if (this.#response!.writableEnded) return;
    this.#queue = new PieceQueue(this.#held!, () => this.destroy());
    this.#held = undefined;
    this.#resolve({ ...this.#head!, payload: this.#queue });
  }

  #finish(): void {
    if (this.destroyed) return;
    this.#isFinished = true;
    if (this.#queue !== undefined) this.#queue.end();
    else this.#resolve({ ...this.#head!, payload: whole(this.#held!) });
    this.destroy();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    if (!this.#isFinished) {
      const reason = error ?? new Error("the handler ended its connection before its reply was complete");
      this.#reject(reason);
      this.#queue?.fail(reason);
    }
    callback(error);
  }

  // What handlers ask of a socket, and only the real one can do: time-outs and keep-alive are the server's matter.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  address(): Record<string, never> {
    return {};
  }
  destroySoon(): void {
    this.destroy();
  }
}

function whole(pieces: readonly Uint8Array[]): Uint8Array | null {
  return pieces.length === 0 ? null : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
