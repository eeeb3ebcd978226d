import { checkField } from "../../http/field.ts";

/** Ends a chunked body without trailers (RFC 9112 §7.1). */
export const LAST_CHUNK = "0\r\n\r\n";

/** What stands before the bytes of a chunk. An empty chunk would end the body: throws. */
export function chunkStart(length: number): string {
  if (!(length > 0)) throw new RangeError("A chunk has at least one byte");
  return `${length.toString(16)}\r\n`;
}
/** What stands behind the bytes of a chunk. */
export const CHUNK_END = "\r\n";

/** Fields that cannot stand behind a body, since they say how it is read or where it goes (RFC 9110 §6.5.1). */
const NOT_A_TRAILER = new Set([
  "transfer-encoding",
  "content-length",
  "host",
  "trailer",
  "connection",
  "te",
  "upgrade",
  "keep-alive",
  "content-encoding",
  "content-type",
  "content-range",
  "authorization",
  "set-cookie",
]);

/** Ends a chunked body with trailers. Throws a `TypeError` for a field that cannot be one. */
export function lastChunk(trailers: Iterable<readonly [name: string, value: string]>): string {
  let text = "0\r\n";
  for (const [name, value] of trailers) {
    if (NOT_A_TRAILER.has(checkField(name, value))) throw new TypeError(`${name} cannot be a trailer`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}
