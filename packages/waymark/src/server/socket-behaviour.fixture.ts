import { connect } from "node:net";
import process from "node:process";
import { describe, expect, test } from "vitest";
import type { Exchange } from "../http/exchange.ts";
import type { Limits } from "../http/limits.ts";
import { answering, type Answering, gate } from "./answering.fixture.ts";
import type { Driver, Listening } from "./driver.ts";
import { RawClient } from "./raw-client.fixture.ts";

const HOST = "Host: localhost\r\n";

/** More than a system keeps for a client that does not read. */
const LARGE = 16 * 1024 * 1024;

function largeReply(onReached: () => void, limits: Partial<Limits> = {}): Answering {
  return answering(async (exchange) => {
    await exchange.bytes(10);
    exchange.payload = new Uint8Array(LARGE);
    onReached();
  }, limits);
}

function resetBehind(port: number, request: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(request, () => socket.resetAndDestroy());
    });
    socket.on("error", () => undefined).on("close", () => resolve());
  });
}

/** What every driver that listens does with the bytes of HTTP/1.1. */
export function describeSockets(
  name: string,
  driver: Driver,
  { pipelining }: { pipelining: "concurrent" | "serial" },
): void {
  const using = async (
    application: Answering,
    use: (client: RawClient, listening: Listening) => Promise<void>,
  ): Promise<void> => {
    const listening = await driver.listen(application, {
      host: "127.0.0.1",
      port: 0,
      limits: application.limits,
    });
    const client = new RawClient(listening.port);
    try {
      await use(client, listening);
    } finally {
      client.destroy();
      listening.destroy();
      await listening.close();
    }
  };
  /** Answers with the path, and with the body where there is one. */
  const echo = async (exchange: Exchange): Promise<void> => {
    exchange.payload = `<${exchange.path} ${Buffer.from(await exchange.bytes(1000)).toString()}>`;
  };

  describe(`${name}: connections`, () => {
    test("a connection is kept for the next request", async () => {
      await using(answering(echo), async (client) => {
        client.write(`GET /1 HTTP/1.1\r\n${HOST}\r\n`);
        await client.until(/<\/1 >/);
        client.write(`POST /2 HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`);
        await client.until(/<\/2 abc>/);
        client.write(
          `POST /3 HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\n\r\n`,
        );
        await client.until(/<\/3 def>/);
        client.write(`GET /4 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
        expect(await client.untilEnd()).toMatch(/connection: close[^]*<\/4 >/i);
      });
    });

    test("a request may come byte by byte", async () => {
      await using(answering(echo), async (client) => {
        for (const byte of `POST /slow HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`) {
          client.write(byte);
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(await client.until(/<\/slow abc>/)).toMatch(/^HTTP\/1\.1 200 /);
      });
    });

    test("pipelined requests are answered in their order", async () => {
      const first = gate();
      const application = answering(async (exchange) => {
        if (exchange.path === "/1") await first.passed;
        exchange.payload = exchange.path;
        if (exchange.path === "/3") first.open();
      });
      if (pipelining === "serial") setTimeout(first.open, 20);
      await using(application, async (client) => {
        client.write([1, 2, 3].map((each) => `GET /${each} HTTP/1.1\r\n${HOST}\r\n`).join(""));
        const text = await client.until(/\r\n\r\n\/3/);
        expect(
          text
            .match(/\r\n\r\n\/\d/g)
            ?.join("")
            .replace(/\s/g, ""),
        ).toBe("/1/2/3");
      });
    });

    test("HTTP/1.0 gets one reply and the end", async () => {
      await using(answering(echo), async (client) => {
        client.write("GET /old HTTP/1.0\r\n\r\n");
        expect(await client.untilEnd()).toMatch(/<\/old >$/);
      });
    });

    test("a stream to HTTP/1.0 is ended by the connection", async () => {
      const application = answering((exchange) => {
        exchange.payload = (async function* () {
          yield "a";
          yield "b";
        })();
      });
      await using(application, async (client) => {
        client.write("GET / HTTP/1.0\r\n\r\n");
        const text = await client.untilEnd();
        expect(text).toMatch(/\r\n\r\nab$/);
        expect(text).not.toMatch(/transfer-encoding/i);
      });
    });

    test("the host of an absolute target replaces the Host field", async () => {
      const application = answering((exchange) => {
        exchange.payload = JSON.stringify([
          exchange.path,
          exchange.search,
          exchange.header("host"),
          exchange.headers().filter(([each]) => each === "host"),
        ]);
      });
      await using(application, async (client) => {
        client.write(`GET http://example.com:81/a?b HTTP/1.1\r\n${HOST}\r\n`);
        expect(await client.until(/\]\]\]/)).toContain(
          '["/a","b","example.com:81",[["host","example.com:81"]]]',
        );
      });
    });

    test("lines of a repeated field are joined, those of Cookie by a semicolon", async () => {
      const application = answering((exchange) => {
        exchange.payload = JSON.stringify([
          exchange.header("accept"),
          exchange.header("cookie"),
          exchange.header("content-type"),
        ]);
      });
      await using(application, async (client) => {
        client.write(
          `GET / HTTP/1.1\r\n${HOST}Accept: a\r\nCookie: x=1\r\nContent-Type: a/b\r\nACCEPT: b\r\nCookie: y=2\r\nContent-Type: c/d\r\n\r\n`,
        );
        expect(await client.until(/"\]/)).toContain('["a, b","x=1; y=2","a/b, c/d"]');
      });
    });

    test("a Connection: close of the application is honoured", async () => {
      const application = answering((exchange) => exchange.setField("connection", "close"));
      await using(application, async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
        expect(await client.untilEnd()).toMatch(/connection: close/i);
      });
    });
  });

  describe(`${name}: requests that are refused`, () => {
    const refused: readonly [what: string, head: string, status: number][] = [
      ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
      ["two Host fields", `GET / HTTP/1.1\r\n${HOST}host: other\r\n\r\n`, 400],
      ["a Host with a path", "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 400],
      [
        "Content-Length beside Transfer-Encoding",
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
      ],
      ["two lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, 400],
      ["chunks in HTTP/1.0", `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
      ["a space in the target", `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400],
      ["a fragment in the target", `GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 400],
      ["an asterisk without OPTIONS", `GET * HTTP/1.1\r\n${HOST}\r\n`, 400],
      ["user information in the target", `GET http://a@b/ HTTP/1.1\r\n${HOST}\r\n`, 400],
      ["a space before the colon", `GET / HTTP/1.1\r\n${HOST}X : 1\r\n\r\n`, 400],
      ["a folded line", `GET / HTTP/1.1\r\n${HOST}X: 1\r\n 2\r\n\r\n`, 400],
      ["no HTTP at all", "\x16\x03\x01\x00\xa5\r\n\r\n", 400],
    ];
    for (const [what, head, status] of refused)
      test(`${what}: ${status} as a problem, and the connection ends`, async () => {
        let reached = 0;
        await using(
          answering(() => void reached++),
          async (client) => {
            client.write(head);
            const text = await client.untilEnd();
            expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
            expect(text).toMatch(/content-type: application\/problem\+json/i);
            expect(text).toMatch(/connection: close/i);
            expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n")))).toMatchObject({ status });
            expect(reached).toBe(0);
          },
        );
      });

    test("bytes behind a refused request are never another request", async () => {
      const seen: string[] = [];
      await using(
        answering((exchange) => void seen.push(exchange.path)),
        async (client) => {
          client.write(
            `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n${HOST}\r\n`,
          );
          await client.untilEnd();
          expect([client.statuses, seen]).toEqual([[400], []]);
        },
      );
    });

    test("a request that was complete is answered before the refusal of the next", async () => {
      const first = gate();
      const application = answering(async (exchange) => {
        await first.passed;
        exchange.payload = "first";
      });
      await using(application, async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\nGARBAGE\r\n\r\n`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        first.open();
        expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200[^]*firstHTTP\/1\.1 400/);
      });
    });

    test("a malformed body fails its own request, once", async () => {
      await using(answering(echo), async (client) => {
        client.write(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`);
        await client.untilEnd();
        expect(client.statuses).toEqual([400]);
      });
    });

    test("limits of target and fields hold to the byte", async () => {
      const application = answering(() => undefined, { url: 50, headers: 200, headerFields: 5 });
      const url = (size: number): string => `GET /${"a".repeat(size - 1)} HTTP/1.1\r\n${HOST}\r\n`;
      // "Host: localhost" and "X: …" with their line ends.
      const fields = (size: number): string =>
        `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(size - 17 - 5)}\r\n\r\n`;
      const count = (size: number): string => `GET / HTTP/1.1\r\n${HOST}${"X: 1\r\n".repeat(size - 1)}\r\n`;
      const verdicts: number[] = [];
      for (const make of [
        () => url(49),
        () => url(50),
        () => url(51),
        () => fields(199),
        () => fields(200),
        () => fields(201),
        () => count(4),
        () => count(5),
        () => count(6),
      ])
        await using(application, async (client) => {
          client.write(make());
          await client.until(/\r\n\r\n/);
          verdicts.push(client.statuses[0] as number);
        });
      expect(verdicts).toEqual([200, 200, 414, 200, 200, 431, 200, 200, 431]);
    });

    test("a head without end is refused", async () => {
      for (const [text, status] of [
        [`GET /${"a".repeat(100_000)}`, 414],
        [`GET / HTTP/1.1\r\n${HOST}${"X: aaaaaaaaaaaaaaaa\r\n".repeat(5000)}`, 431],
      ] as const)
        await using(answering(echo), async (client) => {
          client.write(text);
          await client.untilEnd();
          expect(client.statuses).toEqual([status]);
        });
    });

    test("an unknown expectation is 417", async () => {
      await using(answering(echo), async (client) => {
        client.write(`POST / HTTP/1.1\r\n${HOST}Expect: something\r\nContent-Length: 1\r\n\r\na`);
        await client.untilEnd();
        expect(client.statuses).toEqual([417]);
      });
    });

    test("CONNECT is 501", async () => {
      await using(answering(echo), async (client) => {
        client.write(`CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`);
        await client.untilEnd();
        expect(client.statuses).toEqual([501]);
      });
    });
  });

  describe(`${name}: bodies that nobody read`, () => {
    const ignore = (exchange: Exchange): void => {
      exchange.status = 404;
      exchange.payload = exchange.path;
    };

    test("a small one is discarded and the connection kept", async () => {
      await using(answering(ignore), async (client) => {
        client.write(
          `POST /1 HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\n${HOST}\r\n`,
        );
        await client.until(/\r\n\r\n\/2/);
        expect(client.statuses).toEqual([404, 404]);
      });
    });

    test("a large one ends the connection, and the reply arrives while the client still sends", async () => {
      await using(answering(ignore), async (client) => {
        client
          .write(`POST /big HTTP/1.1\r\n${HOST}Content-Length: 3000000\r\n\r\n`)
          .write("x".repeat(1_000_000))
          .write("x".repeat(1_000_000));
        expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 404[^]*connection: close[^]*\/big$/i);
      });
    });

    test("one beyond the limit is 413 before it is sent, and the connection ends", async () => {
      await using(answering(echo), async (client) => {
        client.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: 1000000000\r\n\r\nabc`);
        expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 413[^]*connection: close/i);
      });
    });

    test("100 Continue is sent when the body is read", async () => {
      await using(answering(echo), async (client) => {
        client.write(`POST /c HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
        await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
        client.write("abc");
        await client.until(/<\/c abc>/);
        expect(client.statuses).toEqual([100, 200]);
      });
    });

    test("100 Continue is not sent when the body is not wanted", async () => {
      await using(answering(ignore), async (client) => {
        client.write(`POST /c HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
        await client.untilEnd();
        expect(client.statuses).toEqual([404]);
      });
    });
  });

  describe(`${name}: time`, () => {
    test("a head that does not come is 408", async () => {
      await using(answering(echo, { headersTimeout: 100, requestTimeout: 100 }), async (client) => {
        client.write("GET / HTTP/1.1\r\nHost: ");
        await client.untilEnd();
        expect(client.statuses).toEqual([408]);
      });
    });

    test("a body that does not come is 408", async () => {
      await using(answering(echo, { headersTimeout: 100, requestTimeout: 200 }), async (client) => {
        client.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nab`);
        await client.untilEnd();
        expect(client.statuses).toEqual([408]);
      });
    });

    test("an idle connection is ended", async () => {
      await using(answering(echo, { keepAliveTimeout: 50 }), async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
        await client.untilEnd();
        expect(client.statuses).toEqual([200]);
      });
    });

    // To Node, what a client sends is a sign of life: bytes that are no request yet could hold a connection for ever.
    test.each([
      ["", ""],
      [", whatever it sends meanwhile", "\r\n"],
    ])("a reader that does not read is cut off%s", async (_more, sent) => {
      const application = answering(
        (exchange) => {
          exchange.payload = (async function* () {
            for (;;) yield "x".repeat(100_000);
          })();
        },
        { writeTimeout: 200 },
      );
      await using(application, async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`).pause();
        const sending = setInterval(() => client.write(sent), 50);
        await application.settled(1);
        clearInterval(sending);
        client.resume();
        await client.untilEnd();
        expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/);
      });
    });

    test("a function that takes its time is not cut off", async () => {
      const application = answering(
        async (exchange) => {
          await new Promise((resolve) => setTimeout(resolve, 400));
          exchange.payload = "at last";
        },
        { writeTimeout: 50, keepAliveTimeout: 50, headersTimeout: 100, requestTimeout: 100 },
      );
      await using(application, async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
        expect(await client.until(/at last/)).toMatch(/^HTTP\/1\.1 200 /);
      });
    });
  });

  describe(`${name}: the end`, () => {
    test("a client that ends its side has gone", async () => {
      const reached = gate();
      const application = answering(async (exchange) => {
        reached.open();
        await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
      });
      await using(application, async (client) => {
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
        await reached.passed;
        client.end();
        await application.settled(1);
        expect(application.errors).toEqual([]);
      });
    });

    test.each(["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"])(
      "a client that goes away mid-body leaves no connection behind (%j)",
      async (unfinished) => {
        const reading = gate();
        const application = answering(async (exchange) => {
          reading.open();
          await exchange.bytes(1000);
        });
        await using(application, async (client, listening) => {
          client.write(`POST / HTTP/1.1\r\n${HOST}${unfinished}`);
          await reading.passed;
          client.destroy();
          await application.settled(1);
          expect(application.errors).toEqual([expect.objectContaining({ status: 400 })]);
          // Nothing is cut here: it resolves when every connection has ended.
          await listening.close();
        });
      },
    );

    test("every pipelined request of a client that has gone is aborted", async () => {
      let reached = 0;
      const both = gate();
      const application = answering(async (exchange) => {
        // A driver that answers one after the other never begins the second.
        if (++reached === (pipelining === "serial" ? 1 : 2)) both.open();
        await new Promise<void>((resolve) => exchange.signal.addEventListener("abort", () => resolve()));
      });
      await using(application, async (client) => {
        client.write(`GET /1 HTTP/1.1\r\n${HOST}\r\nGET /2 HTTP/1.1\r\n${HOST}\r\n`);
        await both.passed;
        client.destroy();
        await application.settled(reached);
        expect(application.errors).toEqual([]);
      });
    });

    test("draining: new connections are answered, each for the last time", async () => {
      await using(answering(echo), async (client, listening) => {
        client.write(`GET /1 HTTP/1.1\r\n${HOST}\r\n`);
        await client.until(/<\/1 >/);
        listening.drain();
        client.write(`GET /2 HTTP/1.1\r\n${HOST}\r\n`);
        expect(await client.untilEnd()).toMatch(/<\/1 >[^]*connection: close[^]*<\/2 >/i);
        const late = new RawClient(listening.port);
        late.write(`GET /3 HTTP/1.1\r\n${HOST}\r\n`);
        expect(await late.untilEnd()).toMatch(/connection: close[^]*<\/3 >/i);
      });
    });

    test("closing waits for what is in flight, clean-up included, and ends idle connections", async () => {
      const reached = gate();
      const finish = gate();
      const events: string[] = [];
      const application = answering(async (exchange) => {
        reached.open();
        await finish.passed;
        exchange.payload = "done";
      });
      const inner = application.handle.bind(application);
      const tidy: Answering = {
        ...application,
        handle: async (exchange) => {
          await inner(exchange);
          await new Promise((resolve) => setTimeout(resolve, 50));
          events.push("clean-up");
        },
      };
      await using(tidy, async (client, listening) => {
        const idle = new RawClient(listening.port);
        client.write(`GET / HTTP/1.1\r\n${HOST}\r\n`);
        await reached.passed;
        const closed = listening.close().then(() => events.push("closed"));
        finish.open();
        expect(await client.untilEnd()).toMatch(/connection: close[^]*done/i);
        await idle.untilEnd();
        await closed;
        expect(events).toEqual(["clean-up", "closed"]);
      });
    });

    // Chunks go to the runtime's own server, as does whatever is rare.
    test.each(["Content-Length: 1\r\n\r\na", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"])(
      "closing cuts no reply that a slow reader has not taken: %j",
      async (body) => {
        const reached = gate();
        const application = largeReply(reached.open);
        await using(application, async (client, listening) => {
          client.write(`POST / HTTP/1.1\r\n${HOST}${body}`).pause();
          await reached.passed;
          const closed = listening.close();
          // More than one look at what is idle.
          await new Promise((resolve) => setTimeout(resolve, 150));
          client.resume();
          expect((await client.untilEnd()).length).toBeGreaterThan(LARGE);
          client.end();
          await closed;
        });
      },
    );

    test.each(["", "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"])(
      "a reader that takes its time is not idle: %j",
      async (body) => {
        const reached = gate();
        const application = largeReply(reached.open, { keepAliveTimeout: 100 });
        await using(application, async (client) => {
          const request = body === "" ? `GET / HTTP/1.1\r\n${HOST}\r\n` : `POST / HTTP/1.1\r\n${HOST}${body}`;
          client.write(request).pause();
          await reached.passed;
          await new Promise((resolve) => setTimeout(resolve, 400));
          client.resume();
          expect((await client.untilEnd()).length).toBeGreaterThan(LARGE);
        });
      },
    );

    test.each([
      ["CONNECT", `CONNECT a.example:443 HTTP/1.1\r\n${HOST}\r\n`],
      [
        "a chunked request",
        `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
      ],
      ["a request", `GET / HTTP/1.1\r\n${HOST}\r\n`],
    ])("a reset behind %s is no error of the process", async (_what, request) => {
      const errors: unknown[] = [];
      const listener = (error: unknown): void => void errors.push(error);
      process.on("uncaughtException", listener);
      try {
        await using(answering(echo), async (_client, { port }) => {
          for (let i = 0; i < 20; i++) await resetBehind(port, request);
          await new Promise((resolve) => setTimeout(resolve, 50));
        });
      } finally {
        process.off("uncaughtException", listener);
      }
      expect(errors).toEqual([]);
    });
  });
}
