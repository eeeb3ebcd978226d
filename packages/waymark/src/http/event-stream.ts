import { DONE, type EncodeItem, ItemStream } from "./item-stream.ts";

/** Milliseconds of silence: below the idle time-outs of common proxies, which are 30 s and more. */
const HEARTBEAT = 15_000;
/** Milliseconds that a source gets to return when the server stops, before the reply ends without it. */
const GRACE = 1000;
/** A comment, which clients ignore, and an empty line. */
const COMMENT = ":\n\n";

type Result = IteratorResult<string, undefined>;
interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Throws a `TypeError` for what is no number of milliseconds. */
export function checkHeartbeat(heartbeat: unknown): void {
  if (heartbeat === undefined || heartbeat === false) return;
  if (typeof heartbeat !== "number" || !(heartbeat > 0 && heartbeat < 2 ** 31))
    throw new TypeError(
      `heartbeat is a number of milliseconds, or false for none, not ${typeof heartbeat === "number" ? heartbeat : typeof heartbeat}`,
    );
}

/**
 * Events as pieces of a reply. Where nothing happens for a while a comment goes out, so that proxies keep the connection
 * and a client that has gone is noticed. Only while the reader waits: a slow one gets no comments to catch up with.
 */
export class EventStream<T> implements AsyncIterableIterator<string> {
  /** Called once, when nothing more will be asked of this stream. */
  onClose: (() => void) | undefined;
  readonly #items: ItemStream<T>;
  readonly #heartbeat: number;
  #waiting: Waiting | undefined;
  /** What came while nobody waited. */
  #kept: Promise<Result> | undefined;
  #isAsked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastAt = 0;
  /** Set by `end`: resolves when the source has returned. */
  #ending: Promise<Result> | undefined;

  constructor(
    source: AsyncIterable<T> | ReadableStream<T>,
    encode: EncodeItem<T>,
    heartbeat: number | false = HEARTBEAT,
  ) {
    this.#items = new ItemStream(source, encode);
    this.#heartbeat = heartbeat === false ? 0 : heartbeat;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** See `ItemStream`. */
  begin(signal: AbortSignal): Promise<void> {
    return this.#items.begin(signal);
  }

  next(): Promise<Result> {
    if (this.#ending !== undefined) return this.#ending;
    const kept = this.#kept;
    if (kept !== undefined) {
      this.#kept = undefined;
      return kept;
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#lastAt === 0) this.#lastAt = performance.now();
      this.#arm(this.#heartbeat);
      if (this.#isAsked) return;
      this.#isAsked = true;
      this.#items.next().then(this.#take, this.#fail);
    });
  }

  async return(): Promise<Result> {
    this.#close();
    return await this.#items.return();
  }

  /** The server stops: the source is told to return, and the reply ends in order; clients come back to another one. */
  end(): void {
    if (this.#ending !== undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, GRACE)));
    const returned = this.#items.return().catch(() => undefined);
    this.#ending = Promise.race([returned, late]).then(() => {
      clearTimeout(timer);
      return DONE;
    });
    void this.#ending.then(() => {
      this.#close();
      this.#deliver((waiting) => waiting.resolve(DONE));
    });
  }

  readonly #take = (result: Result): void => {
    this.#isAsked = false;
    // A source that is told to return says that it is done; the reply ends when all of it is.
    if (this.#ending !== undefined) return;
    if (result.done === true) this.#close();
    this.#lastAt = performance.now();
    if (!this.#deliver((waiting) => waiting.resolve(result))) this.#kept = Promise.resolve(result);
  };

  readonly #fail = (error: unknown): void => {
    this.#isAsked = false;
    if (this.#ending !== undefined) return;
    this.#close();
    if (this.#deliver((waiting) => waiting.reject(error))) return;
    this.#kept = Promise.reject(error);
    // Thrown to whoever asks next; nobody may.
    this.#kept.catch(() => undefined);
  };

  #deliver(how: (waiting: Waiting) => void): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) return false;
    this.#waiting = undefined;
    how(waiting);
    return true;
  }

  // One timer for a while, not one for each event: it looks when the last one was.
  #arm(time: number): void {
    if (this.#heartbeat === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#beat, time);
    // A number in some runtimes.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  readonly #beat = (): void => {
    this.#timer = undefined;
    if (this.#waiting === undefined) return;
    const left = this.#heartbeat - (performance.now() - this.#lastAt);
    if (left >= 1) return this.#arm(left);
    this.#lastAt = performance.now();
    this.#deliver((waiting) => waiting.resolve({ done: false, value: COMMENT }));
  };

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { onClose } = this;
    this.onClose = undefined;
    onClose?.();
  }
}
