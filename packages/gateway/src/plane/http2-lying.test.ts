// An upstream that speaks HTTP/2 and does not keep to it: what clients get, and that the next one is served.
import { describe, expect, test } from "vitest";
import type { Upstream } from "../snapshot.ts";
import {
  atRequests,
  END_HEADERS,
  END_STREAM,
  ERROR,
  fieldBlock,
  FRAME,
  type FrameHabits,
  type FramePeer,
  frameUpstream,
  type FrameUpstream,
  numbers,
} from "./http2-frames.fixture.ts";
import { ask, closing, eventually, gatewayFor, get, RawClient } from "./plane.fixture.ts";
import {
  type Loose,
  NO_RETRY,
  operationOf,
  serviceOf,
  snapshotOf,
  TIMEOUTS,
  upstreamOf,
} from "./snapshot.fixture.ts";

const SHORT = { ...TIMEOUTS, connect: 200, firstByte: 200, idle: 200 };
const RETRY = { ...NO_RETRY, attempts: 2 };
const { pool: POOL } = upstreamOf([]);
const ONE = { ...POOL, connections: 1 };
const ANSWER = /\r\n\r\n[^]*(?:\}|ok)$/;
const post = (size: number): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}`;

async function through(
  { origin }: FrameUpstream,
  changes: Loose<Upstream> & { readonly retry?: Upstream["retry"] } = {},
): Promise<{ port: number; reply(request?: string): Promise<string> }> {
  const { timeouts = SHORT, retry = NO_RETRY } = changes;
  const upstream = upstreamOf([origin], { protocol: "http2", timeouts, ...changes });
  const operations = ["GET", "POST", "HEAD"].map((method) =>
    operationOf(`${method} /{rest:path}`, { timeouts, retry }),
  );
  const { port } = await gatewayFor(snapshotOf(serviceOf(upstream), operations));
  return { port, reply: (request = get("/")) => ask(port, request, ANSWER) };
}

/** All that a client gets that asks once and waits for the end of the connection. */
async function rest(port: number, request = get("/", "Connection: close")): Promise<string> {
  return new RawClient(port).write(request).untilEnd();
}

/** The first request is answered by a lie; the others honestly. */
function lyingOnce(lie: (peer: FramePeer, stream: number) => void, habits?: FrameHabits) {
  return frameUpstream(
    atRequests((peer, stream, index) => void (index === 0 ? lie(peer, stream) : peer.answer(stream, "ok"))),
    habits,
  );
}

const status = (value: string): readonly [string, string] => [":status", value];
const length = (value: number): readonly [string, string] => ["content-length", String(value)];

describe("a reply that breaks the rules is a problem, and the next one is passed on", () => {
  const lies: Record<string, (peer: FramePeer, stream: number) => void> = {
    "a name in upper case": (peer, stream) =>
      peer.headers(stream, [status("200"), ["X-Upper", "a"]], END_STREAM),
    Connection: (peer, stream) => peer.headers(stream, [status("200"), ["connection", "close"]], END_STREAM),
    "Transfer-Encoding": (peer, stream) =>
      peer.headers(stream, [status("200"), ["transfer-encoding", "chunked"]]).data(stream, "0\r\n\r\n", 1),
    "no status": (peer, stream) => peer.headers(stream, [["a", "b"]], END_STREAM),
    "two statuses": (peer, stream) => peer.headers(stream, [status("200"), status("201")], END_STREAM),
    "a status of words": (peer, stream) => peer.headers(stream, [status("fine")], END_STREAM),
    "a status of four digits": (peer, stream) => peer.headers(stream, [status("2000")], END_STREAM),
    "a status that is none": (peer, stream) => peer.headers(stream, [status("999")], END_STREAM),
    "101": (peer, stream) => peer.headers(stream, [status("101")]),
    "103 at the end": (peer, stream) => peer.headers(stream, [status("103")], END_STREAM),
    "a pseudo-field behind a field": (peer, stream) =>
      peer.headers(stream, [["a", "b"], status("200")], END_STREAM),
    "a pseudo-field of requests": (peer, stream) =>
      peer.headers(stream, [status("200"), [":path", "/"]], END_STREAM),
    "two lengths": (peer, stream) => peer.headers(stream, [status("200"), length(1), length(2)]),
    "a length of words": (peer, stream) => peer.headers(stream, [status("200"), ["content-length", "-1"]]),
    "a length without a body": (peer, stream) => peer.headers(stream, [status("200"), length(5)], END_STREAM),
    "a body before a head": (peer, stream) => peer.data(stream, "ok", END_STREAM),
    "a body on a stream that nobody opened": (peer) => peer.data(99, "ok", END_STREAM),
    "a frame that is too large": (peer, stream) => peer.data(stream, "x".repeat(20_000)),
    "no HPACK": (peer, stream) => peer.send(FRAME.HEADERS, END_HEADERS, stream, Buffer.of(255, 255, 255)),
    "HTTP/1.1": (peer) => void peer.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    "an end": (peer) => void peer.socket.end(),
    "a reset of the connection": (peer) => void peer.socket.resetAndDestroy(),
    "a thousand fields": (peer, stream) => {
      const fields = Array.from({ length: 1000 }, () => ["a", "b"] as const);
      peer.headers(stream, [status("200"), ...fields], END_STREAM);
    },
    "fields in more frames than anybody needs": (peer, stream) => {
      peer.send(FRAME.HEADERS, 0, stream, fieldBlock([status("200")]));
      const block = fieldBlock(Array.from({ length: 1000 }, () => ["a", "b"] as const));
      for (let i = 0; i < 100; i++) peer.send(FRAME.CONTINUATION, 0, stream, block);
    },
    "empty continuations without end": (peer, stream) => {
      peer.send(FRAME.HEADERS, 0, stream, fieldBlock([status("200")]));
      for (let i = 0; i < 1000; i++) peer.send(FRAME.CONTINUATION, 0, stream);
    },
    "a value of megabytes": (peer, stream) => {
      const block = fieldBlock([status("200"), ["a", "x".repeat(2_000_000)]]);
      peer.send(FRAME.HEADERS, 0, stream, block.subarray(0, 16_000));
      for (let at = 16_000; at < block.length; at += 16_000)
        peer.send(FRAME.CONTINUATION, 0, stream, block.subarray(at, at + 16_000));
    },
    "a promise": (peer, stream) => push(peer, stream),
  };

  test.each(Object.entries(lies))("%s", async (_, lie) => {
    const { reply } = await through(await lyingOnce(lie), { pool: ONE, timeouts: TIMEOUTS });
    expect(await reply()).toMatch(/^HTTP\/1\.1 502 /);
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  });

  test("a frame that is too large, on a kept connection: is nobody else's fault, for all who wait there", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream, index) => {
        if (index === 3) peer.data(stream, "x".repeat(20_000));
        else if (index === 0 || index > 3) peer.answer(stream, "ok");
      }),
    );
    const { reply } = await through(upstream, { pool: ONE, timeouts: TIMEOUTS });
    expect(await reply()).toMatch(/ok$/);
    for (const each of await Promise.all([reply(), reply(), reply(post(10))]))
      expect(each).toMatch(/^HTTP\/1\.1 502 [^]*sent a reply that cannot be passed on/);
    expect(await reply()).toMatch(/ok$/);
    expect(upstream.peers.map(({ streams }) => streams)).toHaveLength(2);
  });

  test.each(Object.entries(lies))("%s, and another attempt", async (_, lie) => {
    const { reply } = await through(await lyingOnce(lie), { pool: ONE, retry: RETRY });
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  });
});

function push(peer: FramePeer, stream: number): void {
  const asked = fieldBlock([
    [":method", "GET"],
    [":path", "/pushed"],
    [":scheme", "http"],
    [":authority", "a"],
  ]);
  peer.send(FRAME.PUSH_PROMISE, END_HEADERS, stream, Buffer.concat([numbers(2), asked]));
  peer.answer(2, "pushed");
  peer.answer(stream, "ok");
}

test("what is pushed by who took no notice of our settings reaches nobody", async () => {
  const upstream = await frameUpstream(
    atRequests((peer, stream) => push(peer, stream)),
    { acknowledges: false },
  );
  const { reply } = await through(upstream);
  for (let i = 0; i < 3; i++) expect(await reply()).not.toContain("pushed");
});

describe("a reply whose body is not as long as it said", () => {
  const HEAD = [status("200"), length(5)];
  const cases: Record<string, (peer: FramePeer, stream: number) => void> = {
    "is shorter": (peer, stream) => peer.headers(stream, HEAD).data(stream, "abc", END_STREAM),
    "is longer in one frame": (peer, stream) =>
      peer.headers(stream, HEAD).data(stream, "abcdefgh", END_STREAM),
    "is longer by a frame": (peer, stream) =>
      peer.headers(stream, HEAD).data(stream, "abcde").data(stream, "fgh", END_STREAM),
    "is longer by a frame that comes later": (peer, stream) => {
      peer.headers(stream, HEAD).data(stream, "abcde");
      setTimeout(() => peer.data(stream, "fgh", END_STREAM), 30);
    },
    "is shorter, and has trailers": (peer, stream) =>
      peer
        .headers(stream, HEAD)
        .data(stream, "abc")
        .headers(stream, [["a", "b"]], END_STREAM),
    "is as long, and is reset": (peer, stream) =>
      peer.headers(stream, HEAD).data(stream, "abcde").reset(stream, ERROR.INTERNAL_ERROR),
    "is as long, and never ends": (peer, stream) => peer.headers(stream, HEAD).data(stream, "abcde"),
  };

  test.each(Object.entries(cases))("%s: is never a whole one", async (_, lie) => {
    const { port, reply } = await through(await lyingOnce(lie), { pool: ONE });
    const got = await rest(port);
    if (got.startsWith("HTTP/1.1 200 ")) expect(got).not.toMatch(/\r\n\r\n[^]{5}$/);
    else expect(got).toMatch(/^HTTP\/1\.1 502 /);
    expect(await reply()).toMatch(/ok$/);
  });

  test("and one that is as long is whole, with trailers too", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream) => {
        peer.headers(stream, HEAD).data(stream, "abc").data(stream, "ok");
        peer.headers(stream, [["a", "b"]], END_STREAM);
      }),
    );
    const { reply } = await through(upstream);
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*abcok$/);
  });
});

describe("a reply that is broken off is cut, and never made whole by another", () => {
  const cases: Record<string, (peer: FramePeer, stream: number) => void> = {
    "by a second head": (peer, stream) => peer.headers(stream, [status("404")], END_STREAM),
    "by a second head that is no end": (peer, stream) => peer.headers(stream, [status("404")]),
    "by trailers that are no end": (peer, stream) => peer.headers(stream, [["a", "b"]]),
    "by a reset": (peer, stream) => peer.reset(stream, ERROR.INTERNAL_ERROR),
    "by a reset without an error": (peer, stream) => peer.reset(stream, ERROR.NO_ERROR),
    "by a refusal": (peer, stream) => peer.reset(stream, ERROR.REFUSED_STREAM),
    "by a farewell with an error": (peer, stream) => peer.goAway(stream, ERROR.INTERNAL_ERROR),
    "by a farewell that knows nothing of it": (peer) => peer.goAway(0, ERROR.NO_ERROR),
    "by an end": (peer) => void peer.socket.end(),
    "by silence": () => undefined,
  };
  test.each(Object.entries(cases))("%s", async (_, lie) => {
    const upstream = await lyingOnce((peer, stream) => {
      peer.headers(stream, [status("200")]).data(stream, "abc");
      setTimeout(() => lie(peer, stream), 20);
    });
    const { port, reply } = await through(upstream, { pool: ONE, retry: RETRY });
    expect(await rest(port)).toMatch(/^HTTP\/1\.1 200 [^]*abc\r\n$/);
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
    expect(upstream.peers.flatMap(({ streams }) => streams)).toHaveLength(2);
  });
});

describe("a farewell", () => {
  /** Answers the first, and says farewell in the place of answers to the second. */
  const leaving = (code: number, last: (stream: number) => number): Promise<FrameUpstream> =>
    frameUpstream(
      atRequests((peer, stream, index) => {
        if (index === 1) peer.goAway(last(stream), code);
        else peer.answer(stream, "ok");
      }),
    );

  test.each(Object.entries({ "without an error": 0, "with an error": 2 }))(
    "%s: what it says was not looked at is asked again, POST too, and without any retries",
    async (_, code) => {
      for (const request of [get("/"), post(10)]) {
        const upstream = await leaving(code, (stream) => stream - 2);
        const { reply } = await through(upstream, { pool: ONE });
        expect(await reply()).toMatch(/ok$/);
        expect(await reply(request)).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
        expect(upstream.peers).toHaveLength(2);
      }
    },
  );

  test("with an error: what may have been looked at is asked again only where it may be twice", async () => {
    const upstream = await leaving(ERROR.INTERNAL_ERROR, (stream) => stream);
    const { reply } = await through(upstream, { retry: RETRY });
    expect(await reply()).toMatch(/ok$/);
    expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 502 /);
    expect(upstream.peers.flatMap(({ streams }) => streams)).toHaveLength(2);
  });

  test("without an error: who is still answered keeps the connection, others get a new one", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream, index) => {
        if (index > 0) return peer.answer(stream, "ok");
        peer.headers(stream, [status("200")]).data(stream, "first,");
        peer.goAway(stream, ERROR.NO_ERROR);
        return setTimeout(() => peer.data(stream, "last", END_STREAM), 100);
      }),
    );
    const { port, reply } = await through(upstream, { pool: ONE });
    const client = closing(new RawClient(port).write(get("/")), ({ socket }) => socket.destroy());
    await client.until(/first,/);
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
    expect(await client.until(/0\r\n\r\n$/)).toMatch(/first,[^]*last/);
    await eventually(() => upstream.open() === 1);
  });

  test("from who has never answered anything is a 502 in the end", async () => {
    const upstream = await frameUpstream(atRequests((peer) => peer.goAway(0, ERROR.NO_ERROR)));
    const { reply } = await through(upstream, { retry: RETRY });
    expect(await reply()).toMatch(/^HTTP\/1\.1 502 /);
    expect(upstream.peers.length).toBe(3);
  });

  test("of an instance that is restarted is nothing to blame it for", async () => {
    const health = { active: null, passive: { failures: 1, ejectFor: 60_000, maxEjected: 1 } };
    const upstream = await leaving(ERROR.NO_ERROR, (stream) => stream - 2);
    const { reply } = await through(upstream, { health });
    for (let i = 0; i < 3; i++) expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("a kept connection that ends while the next request is on its way", () => {
  const ending = (): Promise<FrameUpstream> =>
    frameUpstream(
      atRequests((peer, stream, index) => void (index === 1 ? peer.socket.end() : peer.answer(stream, "ok"))),
    );

  test("is nobody's fault: what may be sent twice is sent again at once", async () => {
    const upstream = await ending();
    const { reply } = await through(upstream);
    for (let i = 0; i < 3; i++) expect(await reply()).toMatch(/^HTTP\/1\.1 200 /);
    expect(upstream.peers).toHaveLength(2);
  });

  test("may have had a POST: it is not", async () => {
    const { reply } = await through(await ending(), { retry: RETRY });
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 502 /);
    expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("a stream that is refused", () => {
  test.each([
    ["GET", get("/")],
    ["POST", post(10)],
  ])("was not looked at: %s is asked again", async (_, request) => {
    const upstream = await lyingOnce((peer, stream) => peer.reset(stream, ERROR.REFUSED_STREAM));
    const { reply } = await through(upstream, { retry: RETRY });
    expect(await reply(request)).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  });

  test("every time is a 502 after the attempts that there are", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream) => peer.reset(stream, ERROR.REFUSED_STREAM)),
    );
    const { reply } = await through(upstream, { retry: RETRY });
    expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 502 /);
    expect(upstream.peers.flatMap(({ streams }) => streams)).toHaveLength(3);
  });

  test("for another reason may have been: POST is asked once", async () => {
    const upstream = await lyingOnce((peer, stream) => peer.reset(stream, ERROR.INTERNAL_ERROR));
    const { reply } = await through(upstream, { retry: RETRY });
    expect(await reply(post(10))).toMatch(/^HTTP\/1\.1 502 /);
  });
});

describe("settings", () => {
  const MOST = 3;

  test("of one stream at a time: many requests are answered one by one", async () => {
    let [most, now] = [0, 0];
    const upstream = await frameUpstream(
      atRequests((peer, stream) => {
        most = Math.max(most, ++now);
        setTimeout(() => {
          now--;
          peer.answer(stream, "ok");
        }, 5);
      }),
      { settings: { [MOST]: 1 } },
    );
    const { reply } = await through(upstream, { pool: ONE, timeouts: TIMEOUTS });
    expect(await reply()).toMatch(/ok$/);
    const replies = await Promise.all(Array.from({ length: 20 }, () => reply()));
    for (const each of replies) expect(each).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
    expect(most).toBe(1);
    expect(upstream.peers).toHaveLength(1);
  });

  test("of one stream that is taken: no more wait than may, and none longer", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream, index) => void (index === 0 && peer.answer(stream, "ok"))),
      { settings: { [MOST]: 1 } },
    );
    const pool = { ...ONE, waiting: 1, waitTimeout: 100 };
    const { reply } = await through(upstream, { pool, timeouts: { ...SHORT, firstByte: 1000 } });
    expect(await reply()).toMatch(/ok$/);
    const replies = await Promise.all([reply(), reply(), reply()]);
    expect(replies.map((text) => text.slice(9, 12)).sort()).toEqual(["503", "503", "504"]);
    expect(upstream.peers[0]!.streams).toHaveLength(2);
  });

  test("of no stream at all: nobody waits longer than the time that there is", async () => {
    const upstream = await frameUpstream(() => undefined, { settings: { [MOST]: 0 } });
    const { reply } = await through(upstream, { pool: { ...ONE, waitTimeout: 200 } });
    for (let i = 0; i < 3; i++) expect(await reply()).toMatch(/^HTTP\/1\.1 50[34] /);
  });

  test("of no stream at all for a while: requests go on after it", async () => {
    const upstream = await frameUpstream(
      atRequests((peer, stream) => peer.answer(stream, "ok")),
      { settings: { [MOST]: 0 } },
    );
    const { reply } = await through(upstream, { pool: ONE, timeouts: TIMEOUTS });
    const waiting = [reply(), reply()];
    await eventually(() => upstream.peers.length > 0);
    setTimeout(() => upstream.peers[0]!.settings({ [MOST]: 10 }), 100);
    for (const each of await Promise.all(waiting)) expect(each).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("that never come: 504, and no connection stays in the way", async () => {
    let isSilent = true;
    const upstream = await frameUpstream(
      atRequests((peer, stream) => void (isSilent || peer.settings({}).answer(stream, "ok"))),
      { settings: false, acknowledges: false, answersPings: false },
    );
    const { reply } = await through(upstream, { pool: ONE });
    expect(await reply()).toMatch(/^HTTP\/1\.1 504 /);
    await eventually(() => upstream.open() === 0);
    isSilent = false;
    expect(await reply()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test("a connection that died in the middle of a reply takes no further request with it", async () => {
  let isDead = false;
  const upstream = await frameUpstream(
    (peer, { type, flags, stream, payload }) => {
      if (isDead && peer.index === 0) return;
      if (type === FRAME.PING && (flags & 1) === 0) peer.send(FRAME.PING, 1, 0, payload);
      if (type !== FRAME.HEADERS) return;
      if (peer.index > 0) return void peer.answer(stream, "ok");
      peer.headers(stream, [status("200")]).data(stream, "abc");
      isDead = true;
    },
    { answersPings: false },
  );
  const { port, reply } = await through(upstream, { pool: ONE });
  expect(await rest(port)).toMatch(/^HTTP\/1\.1 200 [^]*abc\r\n$/);
  expect(await reply()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  await eventually(() => upstream.open() === 1);
});

describe("uploads", () => {
  const WINDOW = 4;

  test.each([1000, 100_000, 900_000])("of %d bytes that nobody takes are a 504", async (size) => {
    const upstream = await frameUpstream(() => undefined, { settings: { [WINDOW]: 0 } });
    const { reply } = await through(upstream, { pool: ONE });
    expect(await reply(post(size))).toMatch(/^HTTP\/1\.1 504 /);
  });

  test("that used up a connection's window leave it to nobody", async () => {
    // The window of the connection is never opened again; that of a stream is as large.
    const upstream = await frameUpstream(atRequests((peer, stream) => peer.answer(stream, "ok")));
    const { reply } = await through(upstream, { pool: { ...ONE, idleTimeout: 60_000 } });
    expect(await reply(post(500_000))).toMatch(/^HTTP\/1\.1 504 /);
    await eventually(() => upstream.open() === 0);
    expect(await reply(post(1000))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("that are answered before their end leave nothing behind", async () => {
    const upstream = await frameUpstream(
      (peer, { type, stream }) => {
        if (type === FRAME.HEADERS) peer.answer(stream, "ok");
      },
      { settings: { 3: 1 } },
    );
    const { reply } = await through(upstream, { pool: ONE });
    expect(await reply()).toMatch(/ok$/);
    for (let i = 0; i < 3; i++) expect(await reply(post(500_000))).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
    const { frames } = upstream.peers[0]!;
    await eventually(() => frames.filter(({ type }) => type === FRAME.RST_STREAM).length === 3);
    expect(upstream.peers).toHaveLength(1);
  });
});
