import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/**
 * A socket to an upstream that speaks HTTP/2, as a stream that Node's HTTP/2 is told of piece by piece. Left to read the socket
 * by itself, Node 20 goes on reading behind a fault, and aborts the whole process at the next collection of garbage: enough
 * CONTINUATION frames and 64 KB behind them do it (nodejs/node issue 35233).
 *
 * Nothing is written before the connection is made, and over TLS before the other end has shown who it is.
 */
export class Http2Socket extends Duplex {
  readonly #socket: Socket;
  readonly #madeBy: "connect" | "secureConnect";
  #isMade = false;

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
    if (this.#isMade) this.#socket.write(piece, done);
    else this.#socket.once(this.#madeBy, () => this.#socket.write(piece, done));
  }
  override _writev(pieces: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }
  override _final(done: () => void): void {
    this.#socket.end(done);
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
