import type { ResponseHeaders } from "../../http/response.ts";
import type { Decision, Policy } from "./policy.ts";

/** The value of RateLimit-Policy: what is allowed, by name (draft-ietf-httpapi-ratelimit-headers §3). */
export function policyField(name: string, { limit, window }: Policy): string {
  return `"${name}";q=${Math.floor(limit)};w=${seconds(window)}`;
}

/** Adds RateLimit-Policy and RateLimit to a reply. Limits that lie around one another have a line each. */
export function writeFields(
  headers: ResponseHeaders,
  name: string,
  policy: string,
  { remaining, reset }: Decision,
): void {
  headers.append("ratelimit-policy", policy);
  headers.append("ratelimit", `"${name}";r=${Math.floor(remaining)};t=${seconds(reset)}`);
}

/** Whole seconds, rounded up: whoever waits so long has waited long enough. What fractions add up to is a little off. */
export function seconds(milliseconds: number): number {
  return Math.max(Math.ceil(milliseconds / 1000 - 1e-6), 0);
}
