import { request } from "node:https";
import { describe, expect, test } from "vitest";
import type { Exchange } from "../http/exchange.ts";
import type { ReplySink } from "../http/pushed-pieces.ts";
import { TEST_CERTIFICATE } from "./certificate.fixture.ts";
import { requestInMemory } from "./memory.ts";
import { RawClient } from "./raw-client.fixture.ts";
import { serve } from "./serve.ts";

const DRIVERS = ["wire", "node-http"] as const;
const LINES =
  "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\nX-One: \xe9\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Type: text/x\r\n";

async function asking(
  server: (typeof DRIVERS)[number],
  handle: (exchange: Exchange) => void,
  use: (client: RawClient) => Promise<void>,
): Promise<void> {
  const running = await serve({ handle }, { port: 0, server, signals: false, shutdownTimeout: 500 });
  const client = new RawClient(running.port);
  try {
    await use(client);
  } finally {
    client.destroy();
    await running.close();
  }
}

describe.each(DRIVERS)("what passes a request on (%s)", (driver) => {
  test("gets the lines as they came, and a body that is there", async () => {
    let lines = "";
    let body: Uint8Array | undefined;
    await asking(
      driver,
      (exchange) => {
        lines = exchange.rawFields();
        body = exchange.arrived();
        exchange.status = 200;
        exchange.payload = "ok";
        void exchange.end();
      },
      async (client) => {
        await client
          .write("POST / HTTP/1.1\r\nHost: a\r\nX-One:  \xe9 \r\nContent-Length: 3\r\n\r\nabc")
          .until(/ok$/);
        expect(lines.toLowerCase()).toMatch(/^host: a\r\nx-one: +\xe9 *\r\ncontent-length: 3\r\n$/);
        // Elsewhere it may still be on its way.
        if (driver === "wire") expect(Buffer.from(body!).toString()).toBe("abc");
      },
    );
  });

  test("gives lines that are ready, and bytes as text", async () => {
    await asking(
      driver,
      (exchange) => {
        exchange.status = 203;
        exchange.lines = LINES;
        exchange.appendField("x-two", "2");
        void exchange.endWith("\xff\x00ok");
      },
      async (client) => {
        const answer = await client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n").until(/ok$/);
        expect(answer).toMatch(/^HTTP\/1\.1 203 /);
        expect(answer).toMatch(/\r\n\r\n\xff\x00ok$/);
        for (const line of [
          /^date: Tue, 15 Nov 1994/im,
          /^x-one: \xe9\r$/im,
          /^content-type: text\/x\r$/im,
          /^x-two: 2\r$/m,
          /^content-length: 4\r$/im,
        ])
          expect(answer.match(new RegExp(line, "gim")), String(line)).toHaveLength(1);
        expect(answer.match(/^set-cookie: /gim)).toHaveLength(2);
        client.write("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        expect((await client.untilEnd()).slice(answer.length)).toMatch(
          /^HTTP\/1\.1 203 [^]*content-length: 4\r\n(?:[^]*\r\n)?\r\n$/i,
        );
      },
    );
  });

  test.each([undefined, 6])("pushes a body of the length %s, and is told when to wait", async (length) => {
    let sink!: ReplySink;
    await asking(
      driver,
      (exchange) => {
        exchange.status = 200;
        exchange.lines = LINES;
        sink = exchange.open(length, () => undefined);
        sink.write(Buffer.from("abc"));
      },
      async (client) => {
        for (let i = 0; i < 2; i++) {
          client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
          await client.until(new RegExp(`(?:abc[^]*){${2 * i + 1}}`));
          sink.write(Buffer.from("abc"));
          sink.end();
          await client.until(new RegExp(`(?:abc[^]*){${2 * i + 2}}`));
        }
        expect(client.text).toMatch(
          length === undefined ? /transfer-encoding: chunked/i : /content-length: 6/i,
        );
        expect(client.statuses).toEqual([200, 200]);
      },
    );
  });

  test("that cannot finish, or gives more or less than it said, cuts the client off", async () => {
    for (const act of [
      (sink: ReplySink) => sink.cut(),
      (sink: ReplySink) => sink.end(),
      (sink: ReplySink) => sink.write(Buffer.from("too much")),
    ])
      await asking(
        driver,
        (exchange) => {
          exchange.status = 200;
          const sink = exchange.open(5, () => undefined);
          sink.write(Buffer.from("abc"));
          setTimeout(() => act(sink), 10);
        },
        async (client) => {
          const text = await client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n").untilEnd();
          expect(text).toMatch(/\r\n\r\nabc$/);
        },
      );
  });

  test("hears of a client that leaves, and of one that takes nothing", async () => {
    let left = 0;
    let isFull = false;
    await asking(
      driver,
      (exchange) => {
        exchange.status = 200;
        exchange.onAbort = () => void left++;
        const sink = exchange.open(undefined, () => undefined);
        const piece = Buffer.alloc(64 * 1024);
        const more = setInterval(() => {
          if (sink.write(piece)) return;
          isFull = true;
          clearInterval(more);
        }, 1);
      },
      async (client) => {
        client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.until(/^HTTP/);
        client.pause();
        while (!isFull) await new Promise((resolve) => setTimeout(resolve, 5));
        client.destroy();
        while (left === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        expect(left).toBe(1);
      },
    );
  });

  test("knows the certificate that a client has shown", async () => {
    const tls = { ...TEST_CERTIFICATE, requestCert: true, rejectUnauthorized: false };
    const running = await serve(
      {
        handle(exchange) {
          exchange.status = 200;
          exchange.payload = String(exchange.clientFingerprint);
          void exchange.end();
        },
      },
      { port: 0, tls, server: driver, signals: false },
    );
    const ask = (own: object): Promise<string> =>
      new Promise((resolve, reject) => {
        request(running.url, { rejectUnauthorized: false, agent: false, ...own }, (reply) => {
          let text = "";
          reply.on("data", (bytes: Buffer) => (text += bytes.toString())).on("end", () => resolve(text));
        })
          .on("error", reject)
          .end();
      });
    expect(await ask({})).toBe("undefined");
    expect(await ask(TEST_CERTIFICATE)).toMatch(/^[0-9a-f]{64}$/);
    await running.close();
  });
});

test("an exchange without a socket gives the same", async () => {
  const handle = (exchange: Exchange): void => {
    exchange.status = 201;
    exchange.lines = LINES;
    const sink = exchange.open(undefined, () => undefined);
    sink.write(Buffer.from("ab"));
    setTimeout(() => {
      sink.write(Buffer.from("c"));
      sink.end();
    }, 5);
  };
  const reply = await requestInMemory({ handle }, "/");
  expect([
    reply.status,
    reply.headers.get("content-type"),
    reply.headers.getSetCookie(),
    await reply.text(),
  ]).toEqual([201, "text/x", ["a=1", "b=2"], "abc"]);
});
