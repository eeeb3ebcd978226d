/** What HTTP carries everywhere as it is: visible ASCII and spaces inside (RFC 9110 §5.5). */
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * A value that comes from a request or a token, as a field can carry it: percent-encoded UTF-8 (RFC 3986) where it has
 * anything but visible ASCII in it. No line break gets into a head this way.
 */
export function fieldValue(value: string): string {
  if (value === "" || PLAIN.test(value)) return value;
  return encodeURIComponent(value.toWellFormed());
}
