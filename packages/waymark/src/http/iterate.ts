/** A stream as an iterable; stopping early cancels it. Safari's and some edge runtimes' streams cannot be iterated. */
export function iterate<T>(stream: ReadableStream<T>): AsyncIterable<T> {
  return Symbol.asyncIterator in stream
    ? stream
    : { [Symbol.asyncIterator]: () => new StreamIterator(stream as ReadableStream<T>) };
}

class StreamIterator<T> implements AsyncIterator<T> {
  readonly #reader: ReadableStreamDefaultReader<T>;
  constructor(stream: ReadableStream<T>) {
    this.#reader = stream.getReader();
  }
  async next(): Promise<IteratorResult<T, undefined>> {
    const { done, value } = await this.#reader.read();
    return done ? { done, value: undefined } : { done, value };
  }
  async return(): Promise<IteratorResult<T, undefined>> {
    await this.#reader.cancel();
    return { done: true, value: undefined };
  }
}
