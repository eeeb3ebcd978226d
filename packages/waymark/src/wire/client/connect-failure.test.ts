import { expect, it } from "vitest";
import { connectFailure } from "./connect-failure.ts";

const error = (facts: Record<string, string>): Error => Object.assign(new Error("why"), facts);

it.each([
  [error({ code: "ECONNREFUSED", syscall: "connect" }), true, "CONNECT_FAILED"],
  [error({ code: "ENOTFOUND", syscall: "getaddrinfo" }), true, "CONNECT_FAILED"],
  [error({ code: "ECONNRESET" }), true, "CONNECT_FAILED"],
  [undefined, true, "CONNECT_FAILED"],
  [error({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), true, "TLS_FAILED"],
  [error({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), true, "TLS_FAILED"],
  [error({ code: "EPROTO", syscall: "write" }), true, "TLS_FAILED"],
  [error({ code: "CERT_HAS_EXPIRED" }), false, "CONNECT_FAILED"],
])("tells the network from the certificate: %s", (cause, isSecure, code) => {
  expect(connectFailure(cause, isSecure)).toMatchObject({ code, cause, phase: "connect", isUnsent: true });
});

it("always has a message", () => {
  expect(connectFailure(undefined, false).message).not.toBe("");
  expect(connectFailure(error({ code: "ECONNREFUSED" }), false).message).toBe("why");
  const several = Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
  expect(connectFailure(several, false).message).toBe("ECONNREFUSED");
});
