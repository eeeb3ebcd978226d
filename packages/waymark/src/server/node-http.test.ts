import { request } from "node:https";
import { expect, test } from "vitest";
import { answering } from "./answering.fixture.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { nodeHttpDriver } from "./node-http.ts";

test("https is spoken with a key and a certificate", async () => {
  const application = answering((exchange) => {
    exchange.payload = `${exchange.scheme} ${exchange.remoteAddress}`;
  });
  const listening = await nodeHttpDriver.listen(application, {
    host: "127.0.0.1",
    port: 0,
    limits: application.limits,
    tls: TEST_CERTIFICATE,
  });
  try {
    const text = await new Promise<string>((resolve, reject) => {
      request(
        { host: "localhost", family: 4, port: listening.port, ca: TEST_CERTIFICATE.cert, agent: false },
        (response) => {
          let body = "";
          response
            .setEncoding("utf8")
            .on("data", (piece: string) => (body += piece))
            .on("end", () => resolve(body));
        },
      )
        .on("error", reject)
        .end();
    });
    expect(text).toBe("https 127.0.0.1");
  } finally {
    listening.destroy();
    await listening.close();
  }
});
