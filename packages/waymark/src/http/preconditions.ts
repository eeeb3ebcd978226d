import type { Exchange } from "./exchange.ts";

/** What a representation is known by. */
export interface Validators {
  readonly etag: string;
  /** Whole seconds since the epoch, as HTTP's dates have no finer ones. */
  readonly modified: number;
}

/** Whether the client already has this (RFC 9110 §13.1.2, §13.1.3): answer with 304. */
export function isNotModified(exchange: Exchange, { etag, modified }: Validators): boolean {
  if (exchange.method !== "GET" && exchange.method !== "HEAD") return false;
  const known = exchange.header("if-none-match");
  if (known !== undefined) return known.trim() === "*" || listsTag(known, etag);
  const since = exchange.header("if-modified-since");
  return since !== undefined && modified <= secondsOf(since);
}

/** Whether a range may be cut (RFC 9110 §13.1.5): no If-Range, or one that names exactly this. */
export function isRangeWanted(exchange: Exchange, { etag, modified }: Validators): boolean {
  const condition = exchange.header("if-range");
  if (condition === undefined) return true;
  // A weak tag never fits: the bytes may differ.
  return condition.startsWith('"') ? condition === etag : modified === secondsOf(condition);
}

/** Weak comparison (RFC 9110 §8.8.3.2). */
function listsTag(list: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, "");
  for (const match of list.matchAll(/(?:W\/)?("[^"]*")/g)) if (match[1] === opaque) return true;
  return false;
}

function secondsOf(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}
