/**
 * An IP address as its bytes: four, or sixteen. An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) is the
 * IPv4 address: a server that listens on both sees its IPv4 peers so.
 */
export type IpAddress = readonly number[];

/**
 * Reads an address in the one spelling that everybody understands: four decimal numbers without leading zeros, or the
 * text of RFC 4291 §2.2. What else passes for an address somewhere (`010.0.0.1`, `0x7f.1`, `2130706433`, zone ids) is none.
 */
export function parseIp(text: string): IpAddress | undefined {
  // The longest spelling has 45 characters.
  if (text.length > 45) return undefined;
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

const BYTE = /^(?:0|[1-9][0-9]{0,2})$/;

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

const GROUP = /^[0-9A-Fa-f]{1,4}$/;

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = [bytesOf(halves[0]!, halves.length === 1), bytesOf(halves[1] ?? "", true)];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  // "::" stands for at least one group of zeros.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  const bytes = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** The bytes of groups between colons; an IPv4 address may stand in the place of the last two. */
function bytesOf(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (isEnd && index === groups.length - 1 && group.includes(".")) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else {
      if (!GROUP.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** RFC 4291 §2.5.5.2. */
function isMapped(bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 0xff));
}

/** An address in its canonical text (RFC 5952): one text for one address, whatever its spelling was. */
export function formatIp(address: IpAddress): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (address[2 * i]! << 8) | address[2 * i + 1]!);
  const { start, size } = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return size < 2 ? text(0, 8) : `${text(0, start)}::${text(start + size, 8)}`;
}

function longestZeros(groups: readonly number[]): { start: number; size: number } {
  let best = { start: 0, size: 0 };
  for (let start = 0; start < 8; start++) {
    let size = 0;
    while (groups[start + size] === 0) size++;
    if (size > best.size) best = { start, size };
    start += size;
  }
  return best;
}
