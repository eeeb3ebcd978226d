import { connect } from "node:tls";
import { expect, test } from "vitest";
import type { Exchange } from "../http/exchange.ts";
import { answering, gate } from "./answering.fixture.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { nodeDriver } from "./node.ts";
import { RawClient } from "./raw-client.fixture.ts";

const HOST = "Host: localhost\r\n";
const CHUNKED = `POST /chunked HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`;
const PLAIN = `POST /plain HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`;

const echo = async (exchange: Exchange): Promise<void> => {
  exchange.payload = `<${exchange.scheme} ${exchange.path} ${Buffer.from(await exchange.bytes(100)).toString()}>`;
};

test("one application answers what stays on the fast lane and what leaves it, through TLS as well", async () => {
  for (const tls of [undefined, TEST_CERTIFICATE]) {
    const application = answering(echo);
    const { limits } = application;
    const listening = await nodeDriver.listen(application, { host: "127.0.0.1", port: 0, limits, tls });
    const { port } = listening;
    const client = new RawClient(
      port,
      tls && connect({ port, host: "127.0.0.1", ca: tls.cert, servername: "localhost" }),
    );
    client.write(PLAIN + CHUNKED + PLAIN);
    const scheme = tls === undefined ? "http" : "https";
    await client.until(/<[^]*<[^]*</);
    expect(client.text.match(/<[^>]*>/g)).toEqual([
      `<${scheme} /plain hello>`,
      `<${scheme} /chunked hello>`,
      `<${scheme} /plain hello>`,
    ]);
    listening.destroy();
    await client.untilEnd();
    await listening.close();
  }
});

test("closing waits for both kinds of requests", async () => {
  const finish = gate();
  const reached = gate();
  let waiting = 0;
  const application = answering(async (exchange) => {
    if (++waiting === 2) reached.open();
    await finish.passed;
    await echo(exchange);
  });
  const { limits } = application;
  const listening = await nodeDriver.listen(application, { host: "127.0.0.1", port: 0, limits });
  const clients = [PLAIN, CHUNKED].map((text) => new RawClient(listening.port).write(text));
  await reached.passed;
  let isClosed = false;
  const closed = listening.close().then(() => (isClosed = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isClosed).toBe(false);
  finish.open();
  for (const client of clients) {
    await client.untilEnd();
    expect(client.text).toMatch(/connection: close[^]*hello>/i);
    client.end();
  }
  await closed;
});

test("draining tells both kinds that the connection ends", async () => {
  const application = answering(echo);
  const { limits } = application;
  const listening = await nodeDriver.listen(application, { host: "127.0.0.1", port: 0, limits });
  listening.drain();
  for (const text of [PLAIN, CHUNKED]) {
    const client = new RawClient(listening.port).write(text);
    expect(await client.untilEnd()).toMatch(/connection: close[^]*hello>/i);
    client.end();
  }
  await listening.close();
});
