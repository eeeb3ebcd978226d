import { parseCookies } from "waymark/internal";
import type { Call } from "../call.ts";
import { claimText } from "./authn/identity-headers.ts";

/** Reads a value of a call; undefined where it has none. */
export type CallValue = (call: Call) => string | undefined;

export function claimValue(name: string): CallValue {
  return ({ principal }) => (principal === null ? undefined : claimText(principal.claims, name));
}

export function cookieValue(name: string): CallValue {
  return ({ exchange }) => parseCookies(exchange.header("cookie")).get(name);
}

export function pathValue(name: string): CallValue {
  return ({ params }) => params.get(name);
}
