import { expect, it } from "vitest";
import { generator } from "../random.fixture.ts";
import { exchange, get, ok, until, upstream, type Peer, type Script } from "./upstream.fixture.ts";

const REQUESTS = 10_000;

const FORGED = "forged";

/** The lies of an upstream about one request, told with the true answer. */
const LIES: ((peer: Peer, answer: string) => void)[] = [
  // The truth, most of the time.
  ({ socket }, answer) => void socket.write(answer),
  ({ socket }, answer) => void socket.write(answer),
  ({ socket }, answer) => void socket.write(answer),
  // Another answer behind it, in the same bytes.
  ({ socket }, answer) => void socket.write(answer + ok(FORGED)),
  // The beginning of another one.
  ({ socket }, answer) => void socket.write(`${answer}HTTP/1.1 200 OK\r\nContent-Le`),
  // One byte too many.
  ({ socket }, answer) => void socket.write(`${answer}\n`),
  // Split, and one more at the end.
  ({ socket }, answer) => {
    socket.write(answer.slice(0, 20));
    setImmediate(() => socket.write(answer.slice(20) + ok(FORGED)));
  },
  // Exactly as much as is read at once, then another one: nothing in the first read says that more is there.
  ({ socket }, answer) => {
    const [head, body] = answer.split("\r\n\r\n") as [string, string];
    const start = head.replace(/Content-Length: \d+/, "");
    const rest = 16_384 - start.length - 4 - "Content-Length: 16000".length;
    socket.write(`${start}Content-Length: ${rest}\r\n\r\n${body.padEnd(rest)}${ok(FORGED)}`);
  },
  // In chunks, with an answer in the place of the trailers' end.
  ({ socket }, answer) => {
    const body = answer.split("\r\n\r\n")[1]!;
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}${ok(FORGED)}`);
  },
  // A length that is too short.
  ({ socket }, answer) => {
    const body = answer.split("\r\n\r\n")[1]!;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}${body}`);
  },
];

it(
  `gives no answer to the wrong request in ${REQUESTS} with an upstream that lies`,
  { timeout: 120_000 },
  async () => {
    const random = generator(7);
    const script: Script = (peer, text) => {
      for (const [, path] of text.matchAll(/GET (\S+) /g))
        LIES[Math.floor(random() * LIES.length)]!(peer, ok(path!));
    };
    await upstream(script, { connections: 16, distrustTime: 0 }, async ({ pool, peers, open }) => {
      let wrong = 0;
      let right = 0;
      let sent = 0;
      const one = async (): Promise<void> => {
        while (sent < REQUESTS) {
          const path = `/${sent++}`;
          const { body, isComplete } = await exchange(pool, get(path), { whole: sent % 2 === 0 }).done;
          if (isComplete && body.trimEnd() === path) right++;
          else wrong++;
        }
      };
      await Promise.all(Array.from({ length: 40 }, one));
      expect({ wrong, right }).toEqual({ wrong: 0, right: REQUESTS });
      expect(pool.stats.strays).toBeGreaterThan(REQUESTS / 3);
      expect(pool.stats.reuses).toBeGreaterThan(REQUESTS / 5);
      expect(peers.length).toBe(pool.stats.connects);
      await until(() => open() === pool.stats.size);
    });
  },
);

it.each([
  ["in one piece", true, ok("x")],
  ["with a length", false, ok("x")],
  ["without a body", false, ok("")],
  ["in chunks", false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"],
])("bytes behind a complete response end the connection: %s", async (_, whole, response) => {
  for (const behind of ["\n", "HTTP/1.1 200 OK\r\n", ok(FORGED)])
    await upstream(
      ({ socket }) => void socket.write(response + behind),
      {},
      async ({ pool, open }) => {
        expect(await exchange(pool, get(), { whole }).done).toMatchObject({ status: 200, isComplete: true });
        expect(pool.stats).toMatchObject({ size: 0, strays: 1 });
        await until(() => open() === 0);
      },
    );
});

it("an answer that nobody has asked for ends an idle connection", async () => {
  await upstream(
    (peer, text) => {
      peer.socket.write(ok(/GET (\S+)/.exec(text)![1]!));
      setTimeout(() => peer.socket.write(ok(FORGED)), 5);
    },
    { distrustTime: 0 },
    async ({ pool, open }) => {
      for (let i = 0; i < 50; i++) {
        expect(await exchange(pool, get(`/${i}`)).done).toMatchObject({ body: `/${i}`, isComplete: true });
        await until(() => pool.stats.size === 0);
      }
      expect(pool.stats).toMatchObject({ strays: 50, connects: 50 });
      await until(() => open() === 0);
    },
  );
});

it("an answer that comes before any request ends the connection", async () => {
  const onConnection = ({ socket }: Peer): unknown => socket.write(ok(FORGED));
  await upstream(
    () => undefined,
    { onConnection, idleTimeout: 60_000 },
    async ({ pool }) => {
      // The connection is made for the first request, and has nothing to do when that is given up.
      const { request, outcome } = exchange(pool, get());
      request.abort();
      await until(() => pool.stats.strays === 1 && pool.stats.size === 0);
      expect(outcome.calls).toEqual([]);
    },
  );
});

it("a connection that is not trusted twice carries one request", async () => {
  const script: Script = (peer, text) => {
    peer.socket.write(ok(/GET (\S+)/.exec(text)![1]!));
    // At the worst moment: as the next request would be on its way.
    setImmediate(() => peer.socket.write(ok(FORGED)));
  };
  await upstream(script, { requestsPerConnection: 1 }, async ({ pool }) => {
    for (let i = 0; i < 300; i++) expect((await exchange(pool, get(`/${i}`)).done).body).toBe(`/${i}`);
    expect(pool.stats.reuses).toBe(0);
  });
});

const answeringTwice: Script = (peer, text) => {
  for (const [, path] of text.matchAll(/GET (\S+) /g)) {
    peer.socket.write(ok(path!));
    // At the worst moment: as the next request would be on its way.
    setImmediate(() => peer.socket.write(ok(FORGED)));
  }
};

it("an origin that gave an answer nobody had asked for gets one request a connection", async () => {
  await upstream(answeringTwice, {}, async ({ pool, peers }) => {
    expect((await exchange(pool, get("/first")).done).body).toBe("/first");
    await until(() => pool.stats.strays === 1);
    expect(pool.stats.isDistrusted).toBe(true);
    for (let i = 0; i < 300; i++) expect((await exchange(pool, get(`/${i}`)).done).body).toBe(`/${i}`);
    expect(pool.stats).toMatchObject({ reuses: 0, connects: 301 });
    expect(peers.length).toBe(301);
  });
});

it("connections that were idle at that time are not used again", async () => {
  const script: Script = (peer, text) => {
    for (const [, path] of text.matchAll(/GET (\S+) /g)) {
      const behind = path === "/lie" ? ok(FORGED) : "";
      setTimeout(() => peer.socket.write(ok(path!) + behind), 5);
    }
  };
  await upstream(script, {}, async ({ pool }) => {
    await Promise.all(["/1", "/2", "/3"].map((path) => exchange(pool, get(path)).done));
    expect(pool.stats).toMatchObject({ idle: 3, connects: 3 });
    await exchange(pool, get("/lie")).done;
    await Promise.all(["/1", "/2", "/3"].map((path) => exchange(pool, get(path)).done));
    expect(pool.stats).toMatchObject({ reuses: 1, connects: 6, isDistrusted: true, size: 0 });
  });
});

it("after its time an origin is trusted again", async () => {
  let isLying = true;
  const script: Script = (peer) => void peer.socket.write(ok("x") + (isLying ? ok(FORGED) : ""));
  await upstream(script, { distrustTime: 50 }, async ({ pool }) => {
    await exchange(pool, get()).done;
    isLying = false;
    expect(pool.stats.isDistrusted).toBe(true);
    while (pool.stats.reuses === 0) await exchange(pool, get()).done;
    expect(pool.stats).toMatchObject({ isDistrusted: false, strays: 1 });
  });
});

it.each(["\n", "{}", "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"])(
  "%j behind an answer costs its connection, and nothing more",
  async (behind) => {
    let isFirst = true;
    const script: Script = ({ socket }) => {
      socket.write(ok("x") + (isFirst ? behind : ""));
      isFirst = false;
    };
    await upstream(script, {}, async ({ pool }) => {
      for (let i = 0; i < 3; i++) await exchange(pool, get()).done;
      expect(pool.stats).toMatchObject({ connects: 2, reuses: 1, strays: 1, isDistrusted: false });
    });
  },
);
