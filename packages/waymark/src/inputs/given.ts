import type { Input } from "./input.ts";

/**
 * An input without a source of its own: every route must bind it. The place for what differs between versions and
 * aliases of one function.
 *
 * ```ts
 * const readProfile = endpoint({ input: { version: given<1 | 2>() } }, ({ version }) => profile(version));
 * app.get("/v1/profile", readProfile, { bind: { version: constant(1) } });
 * ```
 */
export function given<T>(): Input<"given", T, never> {
  return { in: "given" };
}
