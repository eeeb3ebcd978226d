/** One call's time: aborts `signal` when it is over, or when the caller's own signal does. */
export class Deadline {
  readonly signal: AbortSignal;
  isOver = false;
  readonly #end: number;
  readonly #outer: AbortSignal | undefined;
  readonly #abort: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param timeout milliseconds; 0: none */
  constructor(timeout: number, outer: AbortSignal | undefined) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#outer = outer;
    this.#abort = () => controller.abort(outer!.reason);
    this.#end = timeout > 0 ? Date.now() + timeout : Number.POSITIVE_INFINITY;
    if (outer?.aborted === true) this.#abort();
    else outer?.addEventListener("abort", this.#abort, { once: true });
    if (timeout > 0)
      this.#timer = setTimeout(() => {
        this.isOver = true;
        controller.abort(new DOMException("The call took too long", "TimeoutError"));
      }, timeout);
  }

  /** Milliseconds that are left. */
  get left(): number {
    return this.#end - Date.now();
  }

  /** What has begun may take its time; the caller's signal still ends it. */
  stopClock(): void {
    clearTimeout(this.#timer);
  }

  /** Whether somebody may still end what has begun. */
  get isFollowing(): boolean {
    return this.#outer !== undefined;
  }

  /** Nothing is waited for any more. */
  release(): void {
    this.stopClock();
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}

/** What a promise gives, unless the signal aborts before: not everything that answers like `fetch` minds it. */
export function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    const settled = (): void => signal.removeEventListener("abort", abort);
    waiting.then(resolve, reject).finally(settled);
  });
}

/** Resolves after some time; rejects with the signal's reason when that aborts before. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    function abort(): void {
      clearTimeout(timer);
      reject(signal.reason as Error);
    }
    signal.addEventListener("abort", abort, { once: true });
  });
}
