/** What a promise gives, or an error when that takes too long; what comes after that is ignored. */
export function within<T>(timeout: number, start: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`the store did not answer within ${timeout} ms`));
    const timer = setTimeout(() => afterReading(late), timeout);
    start()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/**
 * A process that stood still runs its timers before it reads its sockets: the answer may have been here for long, and it
 * would be its own fault that the store is blamed for.
 */
const afterReading: (then: () => void) => void =
  typeof setImmediate === "function" ? setImmediate : (then) => setTimeout(then, 0);
