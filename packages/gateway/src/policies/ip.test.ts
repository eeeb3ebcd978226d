import { describe, expect, it } from "vitest";
import { bodyLimitKind } from "./body-limit.ts";
import { callOf, contextOf, operationOf, refusalOf } from "./call.fixture.ts";
import { ipKind } from "./ip.ts";

async function statusFor(options: object, clientAddress: string): Promise<number | undefined> {
  return (await refusalOf([ipKind.step(options, contextOf())!], callOf({ clientAddress })))?.status;
}

describe("ip", () => {
  it.each([
    [{ allow: ["10.0.0.0/8"] }, "10.1.2.3", undefined],
    [{ allow: ["10.0.0.0/8"] }, "::ffff:10.1.2.3", undefined],
    [{ allow: ["10.0.0.0/8"] }, "11.0.0.1", 403],
    [{ deny: ["10.0.0.0/8"] }, "::ffff:a01:203", 403],
    [{ deny: ["10.0.0.0/8"] }, "11.0.0.1", undefined],
    [{ allow: ["10.0.0.0/8"], deny: ["10.0.0.9"] }, "10.0.0.9", 403],
    [{ allow: ["fd00::/8"] }, "fd12::1", undefined],
    [{ allow: ["link-local"] }, "fe80::1%eth0", undefined],
    [{ deny: ["192.0.2.1"] }, "not an address", 403],
    [{ allow: [] }, "192.0.2.1", 403],
  ])("%j: %s is %s", async (options, address, status) => {
    expect(await statusFor(options, address)).toBe(status);
  });

  it("refuses ranges that could be misread", () => {
    expect(ipKind.check!({ allow: ["10.0.0.1/8"] })).toContain("bits set beyond");
    expect(ipKind.check!({ deny: ["010.0.0.1"] })).toContain("no range of addresses");
  });
});

describe("bodyLimit", () => {
  it("refuses by Content-Length, and limits what comes without one", async () => {
    const step = bodyLimitKind.step({ max: "1kb" }, contextOf())!;
    const large = callOf({ method: "POST", headers: [["content-length", "1025"]] });
    expect((await refusalOf([step], large))?.status).toBe(413);
    const unknown = callOf({ method: "POST" });
    expect(await refusalOf([step], unknown)).toBeUndefined();
    expect(unknown.exchange.bodyLimit).toBe(1024);
  });
  it("allows no more than the operation does", () => {
    const context = contextOf({ operation: operationOf({ limits: { body: 100, head: 100 } }) });
    const call = callOf({ method: "POST" }, context);
    void bodyLimitKind.step({ max: "1kb" }, context)!.run!(call);
    expect(call.exchange.bodyLimit).toBe(100);
  });
  it("refuses what is no size", () => {
    expect(bodyLimitKind.check!({ max: "many" })).toContain("is no size");
  });
});
