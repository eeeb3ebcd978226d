/** Whether a value has to be awaited: a promise, or a thenable such as a query builder. */
export function isPromise(value: unknown): value is PromiseLike<any> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** A real promise, whose `then` neither throws nor gives something else: thenables promise less. */
export function toPromise<T>(value: PromiseLike<T>): Promise<T> {
  return value instanceof Promise ? value : Promise.resolve(value);
}
