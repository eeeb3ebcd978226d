import type { Exchange } from "../http/exchange.ts";

/** A reply that stays the same: what it says and how long it may be kept. */
export interface Entity {
  readonly contentType: string;
  readonly payload: string | Uint8Array;
  readonly etag: string;
  readonly cacheControl: string;
  /** Further fields of the reply. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** Kept, but asked about every time: the next version of an application has the same addresses. */
export const REVALIDATE = "no-cache";
/** Never asked about again: the address holds the version. */
export const FOREVER = "public, max-age=31536000, immutable";

/** Answers with the entity, or with 304 when the client has it already (RFC 9110 §13.1.2). */
export function respondWith(exchange: Exchange, entity: Entity): void {
  const { etag, cacheControl, fields = [] } = entity;
  exchange.setField("etag", etag);
  exchange.setField("cache-control", cacheControl);
  exchange.setField("x-content-type-options", "nosniff");
  for (const [name, value] of fields) exchange.setField(name, value);
  if (isFresh(exchange.header("if-none-match"), etag)) {
    exchange.status = 304;
    return;
  }
  exchange.status = 200;
  exchange.contentType = entity.contentType;
  exchange.payload = entity.payload;
}

function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  // Weak comparison (RFC 9110 §8.8.3.2): a proxy that compresses makes a tag weak.
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
