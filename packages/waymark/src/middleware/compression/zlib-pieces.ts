import type { Transform } from "node:stream";
import type { PieceCompressor } from "./codec.ts";

/** A compressing stream of `node:zlib`. */
export interface ZlibStream extends Transform {
  flush(kind: number, done: () => void): void;
}

/** A stream of `node:zlib` as calls: a piece goes in, and all that comes of it comes out. */
export class ZlibPieces implements PieceCompressor {
  readonly #stream: ZlibStream;
  readonly #flushKind: number;
  #output: Uint8Array[] = [];
  #error: Error | undefined;
  #fail: ((error: Error) => void) | undefined;

  /** @param flushKind makes the stream give out all that it has taken in. */
  constructor(stream: ZlibStream, flushKind: number) {
    this.#stream = stream;
    this.#flushKind = flushKind;
    // Read as it comes: the stream stands still when more waits than its high-water mark.
    stream.on("readable", () => this.#read());
    stream.on("error", (error) => this.#failed(error));
    stream.on("close", () => this.#failed(new Error("the compression was closed")));
  }

  write(piece: string | Uint8Array): Promise<Uint8Array> {
    return this.#settled((done) => {
      this.#stream.write(piece);
      this.#stream.flush(this.#flushKind, done);
    });
  }
  end(): Promise<Uint8Array> {
    return this.#settled((done) => {
      this.#stream.once("end", done);
      this.#stream.end();
    });
  }
  close(): void {
    this.#stream.destroy();
  }

  #settled(start: (done: () => void) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#error !== undefined) return reject(this.#error);
      this.#fail = reject;
      start(() => {
        this.#fail = undefined;
        this.#read();
        const output = this.#output;
        this.#output = [];
        resolve(output.length === 1 ? output[0]! : Buffer.concat(output));
      });
      return undefined;
    });
  }

  #read(): void {
    for (let chunk: unknown = this.#stream.read(); chunk !== null; chunk = this.#stream.read())
      this.#output.push(chunk as Uint8Array);
  }

  #failed(error: Error): void {
    this.#error ??= error;
    this.#fail?.(this.#error);
    this.#fail = undefined;
  }
}
