/** Part of a representation: first and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const SINGLE = /^bytes=[ \t]*(?:([0-9]+)-([0-9]+)?|-([0-9]+))[ \t]*$/i;

/**
 * A Range field (RFC 9110 §14.2) against a length. Undefined: to be ignored, as are several ranges at once, which the RFC
 * leaves to the server. "unsatisfiable": answer with 416.
 */
export function parseRange(
  field: string | undefined,
  length: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = field === undefined ? null : SINGLE.exec(field);
  if (match === null) return undefined;
  const [, from, to, suffix] = match;
  if (suffix !== undefined) {
    const size = Math.min(Number(suffix), length);
    return size === 0 ? "unsatisfiable" : { first: length - size, last: length - 1 };
  }
  const first = Number(from);
  const last = to === undefined ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== undefined && Number(to) < first) return undefined;
  return first >= length ? "unsatisfiable" : { first, last };
}
