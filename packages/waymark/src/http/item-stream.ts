import { iterate } from "./iterate.ts";

/** An item as text; undefined writes nothing. */
export type EncodeItem<T> = (item: T) => string | undefined | Promise<string | undefined>;

type Result = IteratorResult<string, undefined>;
export const DONE: Result = Object.freeze({ done: true, value: undefined });

/** Milliseconds that `begin` waits for a first item. */
const PATIENCE = 1000;

/**
 * Items of a source as pieces of a reply. Not a generator: `return` must reach the source even before the first piece, and
 * while one is awaited. A source whose item cannot be encoded is told to return.
 */
export class ItemStream<T> implements AsyncIterableIterator<string> {
  readonly #source: AsyncIterable<T>;
  readonly #encode: EncodeItem<T>;
  #iterator: AsyncIterator<T> | undefined;
  /** What `begin` has asked for and nobody has taken. */
  #first: Promise<Result> | undefined;

  constructor(source: AsyncIterable<T> | ReadableStream<T>, encode: EncodeItem<T>) {
    this.#source = source instanceof ReadableStream ? iterate(source) : source;
    this.#encode = encode;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Asks for the first item before the reply has begun, so that a source which fails at once is answered like a function
   * that throws. Resolves when the item is there, or a second later, or when nobody waits for it any more.
   */
  begin(signal: AbortSignal): Promise<void> {
    const first = (this.#first = this.#pull());
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const timer = setTimeout(settle, PATIENCE);
      signal.addEventListener("abort", settle, { once: true });
      first.then(settle, (error: unknown) => {
        reject(error);
        settle();
      });
    });
  }

  next(): Promise<Result> {
    const first = this.#first;
    if (first === undefined) return this.#pull();
    this.#first = undefined;
    return first;
  }

  async return(): Promise<Result> {
    // Asked for and never taken: what it still fails with is nobody's concern.
    this.#first?.catch(() => undefined);
    this.#iterator ??= this.#source[Symbol.asyncIterator]();
    await this.#iterator.return?.();
    return DONE;
  }

  async #pull(): Promise<Result> {
    this.#iterator ??= this.#source[Symbol.asyncIterator]();
    const { done, value } = await this.#iterator.next();
    if (done === true) return DONE;
    try {
      return { done: false, value: (await this.#encode(value)) ?? "" };
    } catch (error) {
      // The source itself is well: it has to be told. What it throws then is less than what is thrown here.
      void this.return().catch(() => undefined);
      throw error;
    }
  }
}
