import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIp, parseIp } from "./ip-address.ts";

describe("an IP address", () => {
  it.each([
    ["0.0.0.0", [0, 0, 0, 0]],
    ["192.0.2.1", [192, 0, 2, 1]],
    ["255.255.255.255", [255, 255, 255, 255]],
    ["::ffff:10.0.0.1", [10, 0, 0, 1]],
    ["::FFFF:a00:1", [10, 0, 0, 1]],
    ["0:0:0:0:0:ffff:10.0.0.1", [10, 0, 0, 1]],
    ["::", Array.from({ length: 16 }, () => 0)],
    ["::1", [...Array.from({ length: 15 }, () => 0), 1]],
    ["2001:db8::1", [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["1:2:3:4:5:6:7::", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
    ["64:ff9b::192.0.2.33", [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 33]],
  ])("is read: %s", (text, bytes) => {
    expect(parseIp(text)).toEqual(bytes);
  });

  it.each([
    "",
    "010.0.0.1",
    "10.0.0.01",
    "0x7f.0.0.1",
    "0x7f.1",
    "127.1",
    "2130706433",
    "256.0.0.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    "1.2.3.-4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "１.2.3.4",
    "fe80::1%eth0",
    "::g",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "12345::",
    ":1",
    "1:",
    "::1.2.3",
    "1.2.3.4::",
    "1.2.3.4:80",
    "[::1]",
    "localhost",
    "unknown",
    "1".repeat(100),
  ])("is none: %j", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it.each([
    ["2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["fe80::", "fe80::"],
  ])("has one text: %s is %s (RFC 5952)", (text, canonical) => {
    expect(formatIp(parseIp(text)!)).toBe(canonical);
  });

  it("is the same after it was written and read", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, (text) => {
        const bytes = parseIp(text);
        expect(bytes).toBeDefined();
        expect(parseIp(formatIp(bytes!))).toEqual(bytes);
      }),
    );
  });

  it("never makes reading fail", () => {
    const near = fc.string({ unit: fc.constantFrom(..."0123456789abcdefx.:%[]/ ".split("")), maxLength: 60 });
    fc.assert(fc.property(near, (text) => [undefined, 4, 16].includes(parseIp(text)?.length)));
  });
});
