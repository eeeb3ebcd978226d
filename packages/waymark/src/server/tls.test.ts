import { expect, test } from "vitest";
import { RENEWED } from "../../../gateway/src/certificates.fixture.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { describeRenewal, describeTls } from "./tls-behaviour.fixture.ts";

const WAYS: readonly (readonly [string, ServeOptions])[] = [
  ["wire", { server: "wire" }],
  ["node-http", { server: "node-http" }],
  ["http2", { http2: true }],
];
for (const [name, options] of WAYS) {
  describeTls(name, options);
  describeRenewal(name, options);
}

test("a server without TLS has no certificate to renew", async () => {
  const running = await serve({ handle: () => undefined }, { port: 0, signals: false });
  try {
    expect(() => running.renewTls(RENEWED)).toThrow("There is no TLS here");
  } finally {
    await running.close();
  }
});
