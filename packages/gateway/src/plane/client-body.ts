import type { OutgoingPieces } from "./upstream-link.ts";

/** A client's body that goes on piece by piece. */
export class ClientBody implements OutgoingPieces {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly length: number | undefined;
  /** The client has the word: whoever reads has taken all that came. */
  isAwaited = false;

  constructor(pieces: AsyncIterable<Uint8Array>, length: number | undefined) {
    this.pieces = { [Symbol.asyncIterator]: () => this.#watched(pieces[Symbol.asyncIterator]()) };
    this.length = length;
  }

  #watched(iterator: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
    const came = (next: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> => {
      this.isAwaited = false;
      return next;
    };
    return {
      next: () => {
        this.isAwaited = true;
        return iterator.next().then(came);
      },
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    };
  }
}
