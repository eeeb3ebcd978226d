/** What a promise gives, or an error when that takes too long; what comes after that is ignored. */
export function within<T>(timeout: number, start: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the store did not answer within ${timeout} ms`)),
      timeout,
    );
    start()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
