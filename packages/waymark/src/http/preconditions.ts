import type { Exchange } from "./exchange.ts";
import { parseHttpDate } from "./http-date.ts";

/** What a representation is known by. */
export interface Validators {
  readonly etag: string;
  /** Whole seconds since the epoch, as HTTP's dates have no finer ones. */
  readonly modified: number;
}

/** The same, of something that has perhaps only one of them; neither is what does not exist. */
export interface KnownValidators {
  readonly etag?: string | undefined;
  readonly modified?: number | undefined;
}

/** "failed" is 412, "unchanged" is 304. */
export type Verdict = "passed" | "failed" | "unchanged";

/** Judges the conditions of a request against what there is, in the order of RFC 9110 §13.2.2. If-Range aside. */
export function judgeConditions(
  exchange: Pick<Exchange, "method" | "header">,
  { etag, modified }: KnownValidators,
): Verdict {
  const exists = etag !== undefined || modified !== undefined;
  const match = exchange.header("if-match");
  if (match !== undefined) {
    if (!(match.trim() === "*" ? exists : listsTag(match, etag, isSameStrongly))) return "failed";
  } else if ((modified ?? -Infinity) > (secondsOf(exchange, "if-unmodified-since") ?? Infinity))
    return "failed";

  const isRead = exchange.method === "GET" || exchange.method === "HEAD";
  const noneMatch = exchange.header("if-none-match");
  if (noneMatch !== undefined) {
    if (!(noneMatch.trim() === "*" ? exists : listsTag(noneMatch, etag, isSameWeakly))) return "passed";
    return isRead ? "unchanged" : "failed";
  }
  const isOld = (modified ?? Infinity) <= (secondsOf(exchange, "if-modified-since") ?? -Infinity);
  return isRead && isOld ? "unchanged" : "passed";
}

/** Whether a range may be cut (RFC 9110 §13.1.5): no If-Range, or one that names exactly this. */
export function isRangeWanted(exchange: Exchange, { etag, modified }: Validators): boolean {
  const condition = exchange.header("if-range");
  if (condition === undefined) return true;
  // A weak tag never fits: the bytes may differ.
  if (condition.startsWith('"')) return condition === etag;
  // Nor does a date as fresh as this second (§8.8.2.2): there may be another version of it.
  return modified === parseHttpDate(condition) && Date.now() / 1000 - modified >= 1;
}

/** RFC 9110 §8.8.3.2. */
const isSameStrongly = (one: string, other: string): boolean => one === other && !one.startsWith("W/");
const isSameWeakly = (one: string, other: string): boolean => opaque(one) === opaque(other);
const opaque = (tag: string): string => (tag.startsWith("W/") ? tag.slice(2) : tag);

const TAGS = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

function listsTag(
  list: string,
  etag: string | undefined,
  isSame: (one: string, other: string) => boolean,
): boolean {
  if (etag === undefined) return false;
  for (const [tag] of list.matchAll(TAGS)) if (isSame(tag, etag)) return true;
  return false;
}

/** A date that is none counts as no condition (RFC 9110 §13.1.3, §13.1.4). */
function secondsOf(exchange: Pick<Exchange, "header">, name: string): number | undefined {
  const date = exchange.header(name);
  return date === undefined ? undefined : parseHttpDate(date);
}
