import { IpRanges, parseIp } from "waymark/internal";

/**
 * Addresses that are not the public's (IANA's registries of special-purpose addresses, RFC 6890), and those behind which a
 * cloud answers its machines: 169.254.169.254, fd00:ec2::254, 100.100.100.200, 192.0.0.192, 168.63.129.16.
 */
const INSIDE = new IpRanges([
  "loopback",
  "private",
  "link-local",
  "0.0.0.0/8",
  "100.64.0.0/10",
  "168.63.129.16/32",
  "192.0.0.0/24",
  "198.18.0.0/15",
  "224.0.0.0/3",
  "fec0::/10",
  "ff00::/8",
  // IPv4 in the clothes of IPv6: compatible ones with :: and ::1, NAT64, Teredo, 6to4.
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2001::/32",
  "2002::/16",
]);

/** Whether an address is one of this machine, its networks, or nobody's. What is no address in its plain spelling is inside. */
export function isInsideAddress(address: string): boolean {
  const parsed = parseIp(address);
  return parsed === undefined || INSIDE.includes(parsed);
}

/**
 * The same of `hostname` of a `URL`, which made plain addresses of all other spellings; of names, those that stand for
 * something inside by convention. What another name resolves to is known when it is connected to.
 */
export function isInsideHost(hostname: string): boolean {
  const host = bareHost(hostname);
  if (parseIp(host) !== undefined) return isInsideAddress(host);
  return /(?:^|\.)(?:localhost|local|internal)$/i.test(host);
}

/** Without the brackets of an IPv6 address, and the dot at the end of a name that is whole. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Whether a list of hosts has one of them, however it is spelt there. */
export function hasHost(hosts: readonly string[], hostname: string): boolean {
  const host = bareHost(hostname).toLowerCase();
  return hosts.some((each) => bareHost(each).toLowerCase() === host);
}
