const FRAMING = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Whether a field belongs to one connection and not to the reply (RFC 9110 §7.6.1). Drivers write these themselves and
 * leave out what an application sets.
 */
export function isFraming(lowerCaseName: string): boolean {
  return FRAMING.has(lowerCaseName);
}
