import type { PayloadPieces } from "../../http/pump.ts";
import type { PieceCompressor } from "./codec.ts";

const DONE = { done: true, value: undefined } as const;

/** The pieces of a reply, each compressed as it comes. Nothing is opened before the first one is there. */
export function compressedPieces(
  pieces: PayloadPieces,
  open: () => PieceCompressor,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => new CompressedPieces(pieces[Symbol.asyncIterator](), open),
  };
}

/** Not a generator: `return` must reach the source while a piece is awaited, and free what zlib holds. */
class CompressedPieces implements AsyncIterator<Uint8Array> {
  readonly #source: AsyncIterator<string | Uint8Array>;
  readonly #open: () => PieceCompressor;
  #compressor: PieceCompressor | undefined;
  #isOver = false;

  constructor(source: AsyncIterator<string | Uint8Array>, open: () => PieceCompressor) {
    this.#source = source;
    this.#open = open;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (!this.#isOver) {
      const output = await this.#compressNext();
      if (output.length > 0) return { done: false, value: output };
    }
    return DONE;
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#close();
    await this.#source.return?.();
    return DONE;
  }

  async #compressNext(): Promise<Uint8Array> {
    const result = await this.#asked();
    // Told to stop in the meantime.
    if (this.#isOver) return NOTHING;
    const compressor = (this.#compressor ??= this.#open());
    try {
      if (result.done !== true) return await compressed(compressor, result.value);
      const rest = await compressor.end();
      this.#close();
      return rest;
    } catch (error) {
      if (this.#isOver) return NOTHING;
      this.#close();
      // The source itself is well: it has to be told.
      await this.#source.return?.();
      throw error;
    }
  }

  async #asked(): Promise<IteratorResult<string | Uint8Array>> {
    try {
      return await this.#source.next();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #close(): void {
    this.#isOver = true;
    this.#compressor?.close();
  }
}

const NOTHING = new Uint8Array(0);

function compressed(compressor: PieceCompressor, piece: string | Uint8Array): Promise<Uint8Array> {
  // As drivers say it: what is no piece would be an obscure error of zlib.
  if (typeof piece !== "string" && !(piece instanceof Uint8Array))
    throw new TypeError(`a stream gives strings and Uint8Arrays, not ${typeof piece}`);
  return piece.length === 0 ? Promise.resolve(NOTHING) : compressor.write(piece);
}
