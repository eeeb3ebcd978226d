import { BlockList, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIp } from "./ip-address.ts";
import { IpRanges } from "./ip-ranges.ts";

const has = (ranges: readonly string[], address: string): boolean =>
  new IpRanges(ranges).includes(parseIp(address)!);

describe("ranges of addresses", () => {
  it.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["192.0.2.0/25", "192.0.2.127", true],
    ["192.0.2.0/25", "192.0.2.128", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "203.0.113.9", false],
    ["::/0", "2001:db8::1", true],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fe00::1", false],
    ["::ffff:10.0.0.0/104", "10.9.9.9", true],
    ["loopback", "127.0.0.53", true],
    ["loopback", "::1", true],
    ["loopback", "::2", false],
    ["private", "172.31.0.1", true],
    ["private", "172.32.0.1", false],
    ["private", "fd00::1", true],
    ["link-local", "fe80::1", true],
    ["link-local", "169.254.169.254", true],
  ])("%s and %s: %s", (range, address, expected) => {
    expect(has([range], address)).toBe(expected);
  });

  it("are any of several, or none at all", () => {
    expect(has(["loopback", "10.0.0.0/8"], "10.0.0.1")).toBe(true);
    expect(has([], "10.0.0.1")).toBe(false);
  });

  it.each([
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "::/129",
    "10.0.0/8",
    "*",
    "localhost",
    "::ffff:10.0.0.0/90",
  ])("say what is wrong with %s", (range) => {
    expect(() => new IpRanges([range])).toThrow(`'${range}' is no range of addresses`);
  });
  it("begin at the beginning: a slip would trust half of what was meant", () => {
    expect(() => new IpRanges(["10.1.0.0/8"])).toThrow("'10.1.0.0/8' has bits set beyond its first 8");
  });

  it("agree with Node's own", () => {
    const block = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(block, fc.ipV4(), ([start, bits], address) => {
        const bytes = parseIp(start)!;
        const first = bytes.map(
          (byte, i) => byte & ((0xff << (8 - Math.min(8, Math.max(0, bits - 8 * i)))) & 0xff),
        );
        const list = new BlockList();
        list.addSubnet(first.join("."), bits);
        expect(isIPv4(address)).toBe(true);
        expect(has([`${first.join(".")}/${bits}`], address)).toBe(list.check(address));
      }),
    );
  });
});
