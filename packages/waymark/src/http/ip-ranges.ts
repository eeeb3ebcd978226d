import { type IpAddress, parseIp } from "./ip-address.ts";

/** Ranges with a name: RFC 1122 §3.2.1.3, RFC 1918, RFC 3927, RFC 4193, RFC 4291. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
]);

interface Range {
  readonly first: IpAddress;
  /** Bits that an address has to share with `first`. */
  readonly bits: number;
}

/** Addresses and ranges of them. */
export class IpRanges {
  readonly #ranges: readonly Range[];

  /**
   * @param ranges addresses (`192.0.2.1`), blocks (`10.0.0.0/8`, `fd00::/8`; RFC 4632), or "loopback", "private",
   * "link-local". Throws a `TypeError` for anything else: a range that is misread lets the wrong peers in.
   */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.flatMap((range) => (NAMED.get(range) ?? [range]).map(parseRange));
  }

  includes(address: IpAddress): boolean {
    return this.#ranges.some(
      ({ first, bits }) => first.length === address.length && agree(first, address, bits),
    );
  }
}

function parseRange(text: string): Range {
  const slash = text.indexOf("/");
  const written = slash === -1 ? text : text.slice(0, slash);
  const first = parseIp(written);
  if (first === undefined) throw new TypeError(`'${text}' ${NO_RANGE}`);
  const size = first.length * 8;
  if (slash === -1) return { first, bits: size };
  const length = text.slice(slash + 1);
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
  const bits = Number(length) - (size === 32 && written.includes(":") ? 96 : 0);
  if (!/^[0-9]{1,3}$/.test(length) || bits < 0 || bits > size) throw new TypeError(`'${text}' ${NO_RANGE}`);
  if (first.some((byte, index) => (byte & ~maskOf(index, bits)) !== 0))
    throw new TypeError(
      `'${text}' has bits set beyond its first ${length}: write the first address of the block`,
    );
  return { first, bits };
}

const NO_RANGE =
  'is no range of addresses: write 192.0.2.1, 10.0.0.0/8, fd00::/8, "loopback", "private" or "link-local"';

function agree(a: IpAddress, b: IpAddress, bits: number): boolean {
  return a.every((byte, index) => ((byte ^ b[index]!) & maskOf(index, bits)) === 0);
}

/** The bits of one byte that belong to a prefix. */
function maskOf(index: number, bits: number): number {
  const own = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff << (8 - own)) & 0xff;
}
