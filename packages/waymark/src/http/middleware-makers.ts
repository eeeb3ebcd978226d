import type { Middleware } from "./handlers.ts";

const calls = new WeakMap<object, string>();

/**
 * Says of a function that it makes middleware, and how it is called: `app.use(cors)` is then told of when the application
 * starts, and not by the first request.
 */
export function makesMiddleware(maker: (...options: never[]) => Middleware, call: string): void {
  calls.set(maker, call);
}

/** How what stands where middleware does has to be called; undefined for middleware itself. */
export function callThatMakes(given: object): string | undefined {
  return calls.get(given);
}
