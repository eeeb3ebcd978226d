/** What a promise gives, or a rejection that says what did not come in time. @param milliseconds 0: for ever. */
export async function within<T>(milliseconds: number, missing: string, promise: Promise<T>): Promise<T> {
  if (milliseconds === 0) return await promise;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${missing} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
