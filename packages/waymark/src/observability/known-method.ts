/** RFC 9110, PATCH (RFC 5789) and QUERY: what anybody sends beside them must not become a label of its own. */
const KNOWN = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "QUERY",
  "CONNECT",
  "TRACE",
]);

/** A method that is known, or OpenTelemetry's word for all others. */
export function knownMethod(method: string): string {
  return KNOWN.has(method) ? method : "_OTHER";
}
