/**
 * Milliseconds before a retry: what the upstream asked for by Retry-After (RFC 9110 §10.2.3), or the gateway's own; undefined
 * where it asks for more patience than `most`, and the reply is better passed on.
 */
export function retryDelay(retryAfter: string | undefined, own: number, most: number): number | undefined {
  if (retryAfter === undefined) return own;
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  if (Number.isNaN(asked)) return own;
  return asked > most ? undefined : Math.max(asked, own);
}
