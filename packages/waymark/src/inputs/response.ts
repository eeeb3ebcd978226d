import type { ResponseHead } from "../http/response.ts";
import type { Input } from "./input.ts";

/**
 * The head of the reply being made: lets a function or dependency set status, header fields and cookies, and add tasks
 * that run after it was sent. What is set here stays when the function throws or returns a reply of its own.
 *
 * ```ts
 * input: { res: response() }   // ({ res }) => { res.headers.set("cache-control", "no-store"); }
 * ```
 */
export function response(): Input<"response", ResponseHead, never> {
  return { in: "response" };
}
