const encoder = new TextEncoder();

/** RFC 6455 §5.5: a control frame carries 125 bytes, and two of them are the code. */
const LONGEST_REASON = 123;

/** As much of a reason as fits, cut between two characters. */
export function fittingReason(reason: string): string {
  if (encoder.encode(reason).length <= LONGEST_REASON) return reason;
  let kept = "";
  let size = 0;
  for (const character of reason) {
    size += encoder.encode(character).length;
    // Room for the "…".
    if (size > LONGEST_REASON - 3) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Throws a `RangeError` for a code that no server may send (RFC 6455 §7.4). */
export function checkCode(code: number): void {
  const isOrdinary = code === 1000 || code === 1001 || code === 1003 || (code >= 1007 && code <= 1014);
  if (Number.isInteger(code) && (isOrdinary || (code >= 3000 && code <= 4999))) return;
  throw new RangeError(
    `${String(code)} is no code to close with: use 1000, 1001, 1003, 1007 to 1014, or 3000 to 4999 for your own`,
  );
}
