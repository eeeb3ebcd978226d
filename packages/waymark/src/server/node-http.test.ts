import { request } from "node:https";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { answering } from "./answering.fixture.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { nodeHttpDriver, NodeHttpServer } from "./node-http.ts";
import { RawClient } from "./raw-client.fixture.ts";

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

test("what follows a request that is the last one of its connection gets no answer", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const application = answering(async (exchange) => {
    await released;
    exchange.payload = "last";
  });
  const listening = await nodeHttpDriver.listen(application, {
    host: "127.0.0.1",
    port: 0,
    limits: application.limits,
  });
  try {
    const text = await new Promise<string>((resolve) => {
      let all = "";
      const socket = connect(listening.port, "127.0.0.1")
        .setEncoding("latin1")
        .on("data", (piece: string) => (all += piece))
        .on("close", () => resolve(all));
      const body = "Content-Length: 4\r\nConnection: close\r\n\r\nbody";
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${body}\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
      setTimeout(release, 50);
    });
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
    expect(text.endsWith("last")).toBe(true);
  } finally {
    listening.destroy();
    await listening.close();
  }
});

test.each([
  [
    "a body that comes too late is 408, and the last reply",
    { requestTimeout: 100, keepAliveTimeout: 60_000 },
    "",
    408,
  ],
  ["an idle connection is ended", { requestTimeout: 60_000, keepAliveTimeout: 100 }, "hello", 200],
])("connections that another listener accepted: %s", async (_what, times, body, status) => {
  const application = answering(async (exchange) => {
    exchange.payload = Buffer.from(await exchange.bytes(10)).toString();
  });
  const options = { host: "127.0.0.1", port: 0, limits: application.limits };
  const server = new NodeHttpServer(application, options, times);
  const listener = createServer({ allowHalfOpen: true }, (socket) => server.take(socket));
  await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
  const client = new RawClient((listener.address() as AddressInfo).port);
  try {
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n${body}`);
    await client.untilEnd();
    expect(client.statuses).toEqual([100, status]);
  } finally {
    client.destroy();
    server.destroy();
    listener.close();
  }
});
