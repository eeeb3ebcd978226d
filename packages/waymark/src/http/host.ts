/** RFC 3986 §3.2.2 and §3.2.3: a name, an IPv4 address or a bracketed IPv6 address, and perhaps a port; no userinfo. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::[0-9]{0,5})?$/;

const known = new Set<string>();
/** Enough for the names of one server; what does not fit is checked again each time. */
const KNOWN_HOSTS = 64;

/**
 * Whether a value can stand in a Host field and as the authority of an absolute target (RFC 9110 §7.2, RFC 3986 §3.2).
 * What is accepted is also a host to the URL standard, so a URL built from it never fails to parse and never names
 * another host.
 */
export function isHost(value: string): boolean {
  if (known.has(value)) return true;
  // 255 is the longest name of the DNS; the rest is the port and brackets.
  if (value.length > 263 || !HOST.test(value) || !URL.canParse(`http://${value}/`)) return false;
  if (known.size < KNOWN_HOSTS) known.add(value);
  return true;
}
