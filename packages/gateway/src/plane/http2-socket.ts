import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** What a client says before its first frame (RFC 9113 §3.4), in bytes. */
const PREFACE = 24;
/** Bytes in front of a frame's payload: three of its length, its type, flags, and four of its stream (§4.1). */
const HEAD = 9;
const TYPE = 3;
const GOAWAY = 7;
/** Where the last byte of a farewell's error code stands; all codes there are fit in (§6.8, §7). */
const CODE = HEAD + 7;

/** The other end broke the protocol: the connection is over. */
export class Http2Fault extends Error {}

/**
 * A socket to an upstream that speaks HTTP/2, as a stream that Node's HTTP/2 is told of piece by piece. Left to read the socket
 * by itself, Node 20 goes on reading behind a fault, and aborts the whole process at the next collection of garbage: enough
 * CONTINUATION frames and 64 KB behind them do it (nodejs/node issue 35233).
 *
 * A fault of the other end Node tells that end alone, by a farewell with an error code: here the stream ends with it.
 *
 * Nothing is written before the connection is made, and over TLS before the other end has shown who it is.
 */
export class Http2Socket extends Duplex {
  readonly #socket: Socket;
  readonly #madeBy: "connect" | "secureConnect";
  #isMade = false;
  /** Bytes that are still to be written before the next frame begins. */
  #untilFrame = PREFACE;

  /** @param socket is being connected. */
  constructor(socket: Socket, isSecure: boolean) {
    super();
    this.#socket = socket;
    this.#madeBy = isSecure ? "secureConnect" : "connect";
    socket
      .once(this.#madeBy, () => (this.#isMade = true))
      .setNoDelay()
      .on("data", (piece: Buffer) => {
        if (!this.push(piece)) socket.pause();
      })
      .on("end", () => this.push(null))
      .on("error", (error) => this.destroy(error))
      .on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }
  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(piece, done);
  }
  override _writev(pieces: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }
  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    if (!this.#isMade) return void this.#socket.once(this.#madeBy, () => this.#send(bytes, done));
    this.#socket.write(bytes, done);
    if (this.#hasFault(bytes)) this.destroy(new Http2Fault("The other end broke the rules of HTTP/2"));
  }
  /** Whether a farewell with an error is among the frames that are written. */
  #hasFault(bytes: Buffer): boolean {
    let at = this.#untilFrame;
    for (; at + HEAD <= bytes.length; at += HEAD + bytes.readUIntBE(at, 3))
      if (bytes[at + TYPE] === GOAWAY && bytes[at + CODE]! > 0) return true;
    // Node never parts the head of a frame. Were it to, nothing more could be told from here on.
    this.#untilFrame = at < bytes.length ? Infinity : at - bytes.length;
    return false;
  }
  override _final(done: () => void): void {
    this.#socket.end(done);
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
