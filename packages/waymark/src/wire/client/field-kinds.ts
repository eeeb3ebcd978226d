import { matches, octets } from "../octets.ts";

/*
 * Fields that a forwarder treats by rules of their own, a bit each; any other field has the kind 0 and is passed on as
 * it came.
 */
export const CONNECTION = 1;
export const KEEP_ALIVE = 2;
export const PROXY = 4;
export const TE = 8;
export const TRAILER = 16;
export const TRANSFER_ENCODING = 32;
export const UPGRADE = 64;
/** Named by a Connection field, and thereby meant for one connection (RFC 9110 §7.6.1). */
export const NOMINATED = 128;
export const CONTENT_LENGTH = 256;
export const CONTENT_TYPE = 512;
export const DATE = 1024;
export const SERVER = 2048;

/** All that belongs to one connection and is never passed on (RFC 9110 §7.6.1, RFC 9112 §6.1). */
export const HOP_BY_HOP: number =
  CONNECTION | KEEP_ALIVE | PROXY | TE | TRAILER | TRANSFER_ENCODING | UPGRADE | NOMINATED;

interface Known {
  readonly name: Uint8Array;
  readonly kind: number;
}

// Not every name that begins with "proxy-": Proxy-Status (RFC 9209) is for the client.
const KINDS: Readonly<Record<string, number>> = {
  connection: CONNECTION,
  "keep-alive": KEEP_ALIVE,
  "proxy-connection": PROXY,
  "proxy-authenticate": PROXY,
  "proxy-authorization": PROXY,
  "proxy-authentication-info": PROXY,
  te: TE,
  trailer: TRAILER,
  "transfer-encoding": TRANSFER_ENCODING,
  upgrade: UPGRADE,
  "content-length": CONTENT_LENGTH,
  "content-type": CONTENT_TYPE,
  date: DATE,
  server: SERVER,
};

/** By length first: it tells most names apart from those that matter without looking at a byte. */
const BY_LENGTH: (Known[] | undefined)[] = Array.from({ length: 26 }, () => undefined);
for (const [name, kind] of Object.entries(KINDS))
  (BY_LENGTH[name.length] ??= []).push({ name: octets(name), kind });

/** The kind of the field whose name stands at `start`. */
export function kindOf(bytes: Uint8Array, start: number, length: number): number {
  if (length >= BY_LENGTH.length) return 0;
  const candidates = BY_LENGTH[length];
  if (candidates === undefined) return 0;
  for (const { name, kind } of candidates) if (matches(bytes, start, name)) return kind;
  return 0;
}
