import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "./range.ts";

const PIECE = 64 * 1024;

/**
 * The bytes of an open file, which is closed at the end, on failure, and when the reader stops early - before the first piece
 * as well, which a generator could not see. Throws when the file has become shorter than it was: the length was promised.
 */
export class FilePieces implements AsyncIterableIterator<Uint8Array> {
  readonly #file: FileHandle;
  readonly #end: number;
  #position: number;
  #closed: Promise<void> | undefined;

  constructor(file: FileHandle, { first, last }: ByteRange) {
    this.#file = file;
    this.#position = first;
    this.#end = last + 1;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#closed !== undefined || this.#position >= this.#end) return await this.return();
    try {
      const size = Math.min(PIECE, this.#end - this.#position);
      const { bytesRead, buffer } = await this.#file.read(new Uint8Array(size), 0, size, this.#position);
      if (bytesRead === 0) throw new Error("the file became shorter while it was sent");
      this.#position += bytesRead;
      return { done: false, value: buffer.subarray(0, bytesRead) };
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#close();
    return { done: true, value: undefined };
  }

  #close(): Promise<void> {
    return (this.#closed ??= this.#file.close());
  }
}
