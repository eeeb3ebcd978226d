import { type PayloadPieces, isPieces } from "../http/pump.ts";
import { isBodiless } from "../http/status.ts";
import type { Exchange } from "../http/exchange.ts";
import { byteString, type Outbox } from "./outbox.ts";
import { CHUNKED, type HeadWriter, type OwnFields, UNSIZED } from "./writer.ts";

/** A body that is still to be written, piece by piece. */
export interface PendingBody {
  readonly pieces: PayloadPieces;
  /** The Content-Length that was announced; undefined where chunks mark the end. */
  readonly length: number | undefined;
  /** No piece goes out: the source has to be returned. */
  readonly isCancelled: boolean;
}

/**
 * Writes the reply that an exchange holds: all of it, or its head where the payload comes in pieces.
 * Throws a `TypeError`, before anything is written, for a content type that HTTP cannot carry.
 */
export function writeReply(
  outbox: Outbox,
  heads: HeadWriter,
  exchange: Exchange,
  own: OwnFields | undefined,
  isLast: boolean,
): PendingBody | undefined {
  const { payload } = exchange;
  const status = exchange.status || 200;
  const bodiless = exchange.method === "HEAD" || isBodiless(status);
  const ownLength = own === undefined || own.length < 0 ? undefined : own.length;
  if (isPieces(payload)) {
    const length = ownLength ?? (bodiless ? UNSIZED : CHUNKED);
    const head = headOf(heads, exchange, status, status === 204 ? UNSIZED : length, own, isLast);
    if (bodiless) outbox.add(head);
    else outbox.addSoon(head);
    return { pieces: payload, length: ownLength, isCancelled: bodiless };
  }
  const bytes = typeof payload === "string" ? byteString(payload) : payload;
  outbox.add(headOf(heads, exchange, status, lengthOf(bytes, status, bodiless, ownLength), own, isLast));
  if (bodiless || bytes === null) return undefined;
  if (typeof bytes === "string") outbox.add(bytes);
  else outbox.write(bytes);
  return undefined;
}

/** The head of the reply that an exchange holds. */
export function headOf(
  heads: HeadWriter,
  { lines, contentType }: Exchange,
  status: number,
  length: number,
  own: OwnFields | undefined,
  isLast: boolean,
): string {
  return lines === ""
    ? heads.head(status, contentType, length, own, isLast)
    : heads.ready(status, lines, length, own, isLast);
}

/** HEAD and 304 may tell the length of the body that they leave out; 204 must not (RFC 9110 §8.6). */
function lengthOf(
  bytes: string | Uint8Array | null,
  status: number,
  bodiless: boolean,
  ownLength: number | undefined,
): number {
  if (status === 204) return UNSIZED;
  if (status === 205) return 0;
  if (bytes !== null) return bytes.length;
  return bodiless ? (ownLength ?? UNSIZED) : 0;
}
