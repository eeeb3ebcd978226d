import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Exchange } from "../http/exchange.ts";
import { gate } from "../server/answering.fixture.ts";
import { get, HOST, laned, post } from "./laned.fixture.ts";

/** Answers with method, target and body; at once where the body is there. */
const echo = (exchange: Exchange): void | Promise<void> => {
  const say = (bytes: Uint8Array): void => {
    exchange.payload = `<${exchange.method} ${exchange.path}${exchange.search} ${Buffer.from(bytes).toString()}>`;
  };
  const bytes = exchange.bytes(exchange.path === "/limited" ? 10 : 10_000_000);
  return bytes instanceof Promise ? bytes.then(say) : say(bytes);
};

describe.each([
  ["TCP", false],
  ["TLS", true],
])("%s", (_, secure) => {
  it("answers pipelined requests in order, whatever their bodies and however they were cut", async () => {
    const text =
      get("/1") + post("/2", "two") + get("/3?x=y") + post("/4", "") + post("/5", "five") + get("/6");
    await laned(echo, { secure }, async ({ connect }) => {
      const cuts = secure ? [1, 60, 130] : Array.from({ length: text.length }, (_each, i) => i);
      for (const cut of cuts) {
        const client = connect();
        client.write(text.slice(0, cut));
        await sleep(0);
        client.write(text.slice(cut));
        await client.until(/<GET \/6 >/);
        expect(client.text.match(/<[^>]*>/g)).toEqual([
          "<GET /1 >",
          "<POST /2 two>",
          "<GET /3x=y >",
          "<POST /4 >",
          "<POST /5 five>",
          "<GET /6 >",
        ]);
        client.destroy();
      }
    });
  });

  it.each([
    [
      "chunks",
      `POST /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
      /\[node POST \/a hello\]/,
    ],
    [
      "an expectation",
      `POST /a HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`,
      /100 Continue[^]*\[node POST \/a hello\]/,
    ],
    ["HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", /\[node GET \/a \]/],
    ["another method", `PURGE /a HTTP/1.1\r\n${HOST}\r\n`, /\[node PURGE \/a \]/],
    [
      "an absolute target",
      `GET http://localhost/a HTTP/1.1\r\n${HOST}\r\n`,
      /\[node GET http:\/\/localhost\/a \]/,
    ],
  ])("hands %s over to Node, at any cut, before, between and behind others", async (__, rare, answer) => {
    await laned(echo, { secure }, async ({ lane, connect }) => {
      const text = `${get("/first")}${rare}`;
      const cuts = [0, 1, 20, get("/first").length, get("/first").length + 1, text.length - 1, text.length];
      for (const cut of cuts) {
        const client = connect();
        client.write(text.slice(0, cut));
        await sleep(2);
        client.write(text.slice(cut));
        await client.until(answer);
        expect(client.text).toMatch(/^[^]*<GET \/first >[^]*\[node/);
        if (!rare.includes("HTTP/1.0")) {
          client.write(get("/later"));
          await client.until(/\[node GET \/later \]/);
        }
        client.destroy();
      }
      expect(lane.handedOver).toBe(cuts.length);
    });
  });

  it("hands an upgrade over, with the bytes behind it", async () => {
    await laned(echo, { secure }, async ({ server, client }) => {
      server.on("upgrade", (_request, socket, head) => {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n(${head.toString()})`,
        );
        socket.on("data", (data) => socket.write(`{${String(data)}}`));
        socket.on("end", () => socket.end());
      });
      client.write(
        `${get("/first")}GET /up HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: echo\r\n\r\nearly`,
      );
      await client.until(/<GET \/first >[^]*101 Switching[^]*\(early\)/);
      client.write("later");
      expect(await client.until(/\{later\}/)).not.toContain("[node");
    });
  });

  it("answers a client that has ended its side", async () => {
    const slow = async (exchange: Exchange): Promise<void> => {
      await sleep(20);
      await echo(exchange);
    };
    await laned(slow, { secure }, async ({ client }) => {
      client.write(get("/1") + post("/2", "two")).end();
      await client.until(/<GET \/1 >[^]*connection: close[^]*<POST \/2 two>/i);
      await client.closed;
      expect(client.statuses).toEqual([200, 200]);
    });
  });
});

describe("reading", () => {
  it("a body is there at once when it came with the head, and later when it did not", async () => {
    const kinds: string[] = [];
    const note = (exchange: Exchange): void | Promise<void> => {
      kinds.push(exchange.bytes(1000) instanceof Promise ? "later" : "at once");
      return echo(exchange);
    };
    await laned(note, {}, async ({ client }) => {
      client.write(post("/", "hello"));
      await client.until(/hello>/);
      client.write(post("/", "wo", 5));
      while (kinds.length < 2) await sleep(1);
      client.write("rld");
      await client.until(/world>/);
      expect(kinds).toEqual(["at once", "later"]);
    });
  });

  it("limits of a body hold to the byte, and one that is too large is refused before it came", async () => {
    await laned(echo, {}, async ({ connect }) => {
      for (const [size, status] of [
        [9, 200],
        [10, 200],
        [11, 413],
      ] as const) {
        const client = connect();
        client.write(post("/limited", "x".repeat(size)));
        await client.until(/\r\n\r\n/);
        expect(client.statuses).toEqual([status]);
      }
      const client = connect();
      client.write(post("/limited", "", 1_000_000));
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 413[^]*connection: close/i);
    });
  });

  it("keeps the connection where a small body was refused, and reads on behind it", async () => {
    await laned(echo, {}, async ({ client }) => {
      client.write(post("/limited", "x".repeat(100), 200));
      await client.until(/413/);
      client.write("x".repeat(100) + get("/next"));
      await client.until(/<GET \/next >/);
      expect(client.statuses).toEqual([413, 200]);
    });
  });

  it("a sender waits while nobody takes what it sends", async () => {
    const start = gate();
    let size = 0;
    const slow = async (exchange: Exchange): Promise<void> => {
      await start.passed;
      for await (const piece of exchange.stream(100_000_000)) size += piece.length;
      exchange.payload = String(size);
    };
    await laned(slow, {}, async ({ server, client }) => {
      const total = 40_000_000;
      let read = 0;
      server.on("connection", (socket) => {
        read = socket.bytesRead;
        setInterval(() => (read = socket.bytesRead), 5).unref();
      });
      client.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: ${total}\r\n\r\n`);
      for (let sent = 0; sent < total; sent += 1_000_000) client.write(Buffer.alloc(1_000_000));
      await sleep(100);
      expect(read).toBeLessThan(1_000_000);
      start.open();
      await client.until(new RegExp(`\r\n\r\n${total}$`));
    });
  });

  it("a long pipeline is answered to its end, and others are served meanwhile", async () => {
    await laned(echo, {}, async ({ client, connect }) => {
      const other = connect();
      await sleep(10);
      client.write(get("/many").repeat(5000));
      other.write(get("/other"));
      await other.until(/<GET \/other >/);
      const count = (): number => client.text.split("<GET /many >").length - 1;
      while (count() < 5000) await sleep(5);
      expect(count()).toBe(5000);
    });
  });

  it("a pipeline of large replies to a client that does not read is not answered ahead", async () => {
    let answered = 0;
    const large = (exchange: Exchange): void => {
      answered++;
      exchange.payload = "x".repeat(1_000_000);
    };
    await laned(large, {}, async ({ client }) => {
      client.pause().write(get("/").repeat(60));
      await sleep(200);
      expect(answered).toBeLessThan(30);
      client.resume();
      while (answered < 60) await sleep(5);
    });
  });
});

describe("writing", () => {
  it("replies of one read leave in one write", async () => {
    await laned(echo, {}, async ({ server, client }) => {
      const chunks: number[] = [];
      const connected = gate();
      server.on("connection", (socket) => {
        connected.open();
        const { write } = socket;
        socket.write = function (this: typeof socket, ...all: Parameters<typeof write>) {
          chunks.push(1);
          return write.apply(this, all);
        } as typeof write;
      });
      await connected.passed;
      client.write(get("/1") + get("/2") + get("/3"));
      await client.until(/<GET \/3 >/);
      expect(chunks).toEqual([1]);
    });
  });

  it.each([
    ["ASCII", "plain", "plain"],
    ["text beyond ASCII", "naïve ✓ 🙂", Buffer.from("naïve ✓ 🙂").toString("latin1")],
    ["bytes", new Uint8Array([0, 255, 13, 10]), "\0\xff\r\n"],
    ["many bytes", new Uint8Array(100_000).fill(200), "\xc8".repeat(100_000)],
    ["much text", "é".repeat(100_000), "\xc3\xa9".repeat(100_000)],
    ["nothing", null, ""],
  ])("%s arrives as it is, with and without fields, with its length", async (_, payload, expected) => {
    const answer = (exchange: Exchange): void => {
      exchange.payload = payload;
      if (exchange.path === "/fields") exchange.setField("x-name", "caf\xe9");
    };
    await laned(answer, {}, async ({ connect }) => {
      for (const path of ["/", "/fields"]) {
        const client = connect();
        client.write(get(path, "Connection: close"));
        const text = await client.untilEnd();
        const end = text.indexOf("\r\n\r\n");
        expect(/content-length: (\d+)/i.exec(text)![1]).toBe(String(expected.length));
        expect(text.slice(end + 4) === expected).toBe(true);
        if (path === "/fields") expect(text).toContain("x-name: caf\xe9\r\n");
      }
    });
  });

  it("HEAD, 204, 205 and 304 have no body, and the connection goes on", async () => {
    const answer = (exchange: Exchange): void => {
      exchange.status = Number(exchange.path.slice(1));
      exchange.payload = exchange.search === "bytes" ? new Uint8Array(5) : "hello";
    };
    await laned(answer, {}, async ({ client }) => {
      client.write(
        `HEAD /200 HTTP/1.1\r\n${HOST}\r\nHEAD /200?bytes HTTP/1.1\r\n${HOST}\r\n${get("/204")}${get("/205")}${get("/304")}${get("/200")}`,
      );
      await client.until(/hello$/);
      expect(client.text.split("hello")).toHaveLength(2);
      const lengths = client.text
        .split("HTTP/1.1 ")
        .slice(1)
        .map((reply) => /content-length: (\d+)/i.exec(reply)?.[1]);
      expect(lengths).toEqual(["5", "5", undefined, "0", "5", "5"]);
    });
  });

  it("a stream is chunked, and pieces of one tick leave together", async () => {
    const stream = (exchange: Exchange): void => {
      exchange.payload = (async function* () {
        yield "one";
        yield "";
        yield new Uint8Array([0x32]);
        yield "drü";
        yield new Uint8Array(5000).fill(0x34);
      })();
    };
    await laned(stream, {}, async ({ client }) => {
      client.write(get("/"));
      await client.until(/\r\n0\r\n\r\n$/);
      expect(client.text).toMatch(
        /transfer-encoding: chunked\r\n\r\n3\r\none\r\n1\r\n2\r\n4\r\ndr\xc3\xbc\r\n1388\r\n4{5000}\r\n0\r\n\r\n$/i,
      );
    });
  });

  it("the head of a stream does not wait for its first piece", async () => {
    const hold = gate();
    const stream = (exchange: Exchange): void => {
      exchange.payload = (async function* () {
        await hold.passed;
        yield "late";
      })();
    };
    await laned(stream, {}, async ({ client }) => {
      client.write(get("/"));
      await client.until(/\r\n\r\n$/);
      expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      hold.open();
      await client.until(/late/);
    });
  });

  it("a stream waits for its reader", async () => {
    let made = 0;
    const stream = (exchange: Exchange): void => {
      exchange.payload = (async function* () {
        for (; made < 300; made++) yield new Uint8Array(100_000);
      })();
    };
    await laned(stream, {}, async ({ client }) => {
      client.pause().write(get("/", "Connection: close"));
      await sleep(200);
      expect(made).toBeLessThan(200);
      client.resume();
      expect(await client.untilEnd()).toMatch(/\r\n0\r\n\r\n$/);
      expect(made).toBe(300);
    });
  });

  it("others are served beside a stream that never waits", async () => {
    let going = true;
    const answer = (exchange: Exchange): void => {
      exchange.payload =
        exchange.path === "/other"
          ? "other"
          : (async function* () {
              while (going) yield "x".repeat(10_000);
            })();
    };
    await laned(answer, {}, async ({ client, connect }) => {
      client.write(get("/"));
      await client.until(/xxx/);
      const other = connect();
      other.write(get("/other"));
      expect(await other.until(/other/)).toMatch(/^HTTP\/1\.1 200 /);
      going = false;
    });
  });

  it("a stream that fails cuts the connection, so that nobody takes it for complete", async () => {
    const stream = (exchange: Exchange): void => {
      exchange.payload = (async function* () {
        yield "begun";
        await sleep(10);
        throw new Error("broken");
      })();
    };
    await laned(stream, {}, async ({ client, application }) => {
      client.write(get("/"));
      await client.untilEnd();
      expect(client.text).toMatch(/begun/);
      expect(client.text).not.toMatch(/\r\n0\r\n/);
      expect(application.errors).toEqual([new Error("broken")]);
    });
  });
});

describe("time", () => {
  it("a connection that says nothing is closed without a word, and so is an idle one", async () => {
    await laned(echo, { headersTimeout: 300, keepAliveTimeout: 80 }, async ({ client, connect }) => {
      expect(await client.untilEnd()).toBe("");
      const used = connect();
      used.write(get("/"));
      await used.untilEnd();
      expect(used.statuses).toEqual([200]);
    });
  });

  it("a head that drips is cut off, however steadily it comes", async () => {
    await laned(echo, { headersTimeout: 300 }, async ({ client }) => {
      client.write(`GET / HTTP/1.1\r\n${HOST}`);
      const drip = setInterval(() => client.write("X: y\r\n"), 10);
      await client.untilEnd();
      clearInterval(drip);
      expect(client.statuses).toEqual([408]);
    });
  });

  it("a body that drips is cut off for whoever reads it, and nobody else answers", async () => {
    await laned(echo, { requestTimeout: 300 }, async ({ client }) => {
      client.write(post("/", "a", 1000));
      const drip = setInterval(() => client.write("b"), 10);
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 408[^]*connection: close/i);
      clearInterval(drip);
      expect(client.statuses).toEqual([408]);
    });
  });

  it("a reader that stalls is cut off, also when all was written at once", async () => {
    const large = (exchange: Exchange): void => {
      exchange.payload = "x".repeat(50_000_000);
    };
    await laned(large, { writeTimeout: 100 }, async ({ client, lane, application }) => {
      client.pause().write(get("/"));
      await application.settled(1);
      while (lane.size > 0) await sleep(5);
      client.resume();
      expect((await client.untilEnd()).length).toBeLessThan(50_000_000);
    });
  });

  it("a slow reader that makes progress is not", { timeout: 30_000 }, async () => {
    const size = 20_000_000;
    const large = (exchange: Exchange): void => {
      exchange.payload = "x".repeat(size);
    };
    const limits = { writeTimeout: 1500, keepAliveTimeout: 1500, requestTimeout: 1500 };
    await laned(large, limits, async ({ client }) => {
      client.write(get("/"));
      while (client.text.length < size && !client.isEnded) {
        client.pause();
        await sleep(400);
        client.resume();
        await sleep(10);
      }
      expect(client.text.length).toBeGreaterThan(size);
    });
  });
});

describe("leaving", () => {
  it.each([
    ["cuts the connection", (client: { destroy(): void; end(): unknown }): void => client.destroy()],
    ["ends its side", (client: { destroy(): void; end(): unknown }): void => void client.end()],
  ])("the signal aborts when the client %s", async (_, leave) => {
    const reached = gate();
    let reason: unknown;
    const wait = async (exchange: Exchange): Promise<void> => {
      reached.open();
      await new Promise((resolve) => exchange.signal.addEventListener("abort", resolve));
      reason = exchange.signal.reason;
    };
    await laned(wait, {}, async ({ client, application }) => {
      client.write(get("/"));
      await reached.passed;
      leave(client);
      await application.settled(1);
      expect(reason).toMatchObject({ name: "AbortError" });
    });
  });

  it("a body cut short is a 400 for whoever reads it", async () => {
    await laned(echo, {}, async ({ client, application }) => {
      client.write(post("/", "abc", 10)).end();
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400/);
      expect(application.errors).toMatchObject([{ status: 400 }]);
    });
  });

  it("a head cut short is a 400", async () => {
    await laned(echo, {}, async ({ client }) => {
      client.write("GET / HTTP/1.1\r\nHo").end();
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400/);
    });
  });

  it("a source is told when the client of its stream leaves", async () => {
    const returned = gate();
    const stream = (exchange: Exchange): void => {
      exchange.payload = (async function* () {
        try {
          for (;;) {
            yield "tick";
            await sleep(5);
          }
        } finally {
          returned.open();
        }
      })();
    };
    await laned(stream, {}, async ({ client, application }) => {
      client.write(get("/"));
      await client.until(/tick/);
      client.end();
      await returned.passed;
      await application.settled(1);
      expect(application.errors).toEqual([]);
    });
  });

  it("bytes behind a refusal are dropped, and the reply arrives all the same", async () => {
    const seen: string[] = [];
    await laned(
      (exchange) => void seen.push(exchange.path),
      {},
      async ({ client }) => {
        client.write(`GET / HTTP/1.1\r\nHost: a b\r\n\r\n${get("/smuggled")}`).write("x".repeat(3_000_000));
        await client.untilEnd();
        expect([client.statuses, seen]).toEqual([[400], []]);
      },
    );
  });
});

describe("stopping", () => {
  it("while draining, every answer is the last of its connection, and idle ones stay for a late request", async () => {
    await laned(echo, {}, async ({ client, lane, connect }) => {
      client.write(get("/1"));
      await client.until(/<GET \/1 >/);
      lane.drain();
      await sleep(20);
      client.write(get("/2"));
      expect(await client.untilEnd()).toMatch(/connection: close[^]*<GET \/2 >/i);
      const late = connect();
      late.write(get("/3") + get("/4"));
      await late.untilEnd();
      expect(late.text.match(/<[^>]*>/g)).toEqual(["<GET /3 >"]);
    });
  });

  it("retiring ends what is idle and lets the rest finish", async () => {
    const hold = gate();
    const reached = gate();
    const wait = async (exchange: Exchange): Promise<void> => {
      reached.open();
      await hold.passed;
      exchange.payload = "done";
    };
    await laned(wait, {}, async ({ client, lane, connect }) => {
      const busy = connect();
      busy.write(get("/"));
      await reached.passed;
      lane.retire();
      expect(await client.untilEnd()).toBe("");
      let settled = false;
      const end = lane.settled().then(() => (settled = true));
      await sleep(10);
      expect(settled).toBe(false);
      hold.open();
      await end;
      expect(await busy.untilEnd()).toMatch(/connection: close[^]*done$/i);
    });
  });

  it("retiring waits for no client that keeps a connection for later, unless it has only just been answered", async () => {
    // Ticks are 20 ms.
    await laned(echo, { requestTimeout: 80 }, async ({ client: rested, lane, connect }) => {
      const ticks = async (count: number): Promise<void> => {
        const until = lane.timer.tick + count;
        while (lane.timer.tick < until) await sleep(2);
      };
      rested.write(get("/"));
      await rested.until(/<GET \/ >/);
      await ticks(3);
      const [neverAsked, recent] = [connect(), connect()];
      recent.write(get("/recent"));
      await recent.until(/recent/);
      while (lane.size < 3) await sleep(2);
      const began = lane.timer.tick;
      lane.retire();
      await Promise.all([rested, neverAsked, recent].map((each) => each.untilEnd()));
      // What comes now is dropped, and resets nothing.
      recent.write(get("/late"));
      while (lane.size > 0) await sleep(2);
      expect(lane.timer.tick - began).toBeLessThan(lane.lingerTicks / 10);
      expect([rested, neverAsked, recent].map((each) => each.text.match(/<[^>]*>/g))).toEqual([
        ["<GET / >"],
        null,
        ["<GET /recent >"],
      ]);
    });
  });

  it("a connection whose client never ends its side is cut in the end, also when it is retired meanwhile", async () => {
    await laned(echo, { headersTimeout: 80 }, async ({ client, lane, connect }) => {
      client.write(get("/", "Connection: close"));
      await client.untilEnd();
      lane.retire();
      await connect().untilEnd();
      while (lane.size > 0) await sleep(20);
      expect(client.isClosed).toBe(false);
    });
  });

  it("counts what it has", async () => {
    await laned(echo, {}, async ({ client, lane, connect }) => {
      client.write(get("/") + get("/"));
      await client.until(/<GET[^]*<GET/);
      expect([lane.size, lane.requests, lane.refused, lane.handedOver]).toEqual([1, 2, 0, 0]);
      const bad = connect();
      bad.write("BAD\r\n\r\n");
      await bad.untilEnd();
      const old = connect();
      old.write("GET / HTTP/1.0\r\n\r\n");
      await old.untilEnd();
      client.destroy();
      bad.destroy();
      while (lane.size > 0) await sleep(5);
      expect([lane.requests, lane.refused, lane.handedOver]).toEqual([2, 1, 1]);
    });
  });
});
