import type { Socket } from "node:net";
import { expect, it } from "vitest";
import type { BodySink, BodySource } from "./request-body.ts";
import { answering, exchange, get, ok, until, upstream, type Script } from "./upstream.fixture.ts";

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n \r\n5\r\nworld\r\n0\r\nX-T: end\r\n\r\n";

/** Writes `text` in two pieces, cut at an offset that grows with every request. */
function cutting(text: string): Script {
  let at = 0;
  return (peer) => {
    const offset = ++at;
    peer.socket.write(text.slice(0, offset), "latin1");
    setTimeout(() => peer.socket.write(text.slice(offset), "latin1"), 2);
  };
}

it.each([
  ["with a length", ok("hello world", "X-A: b"), "hello world", []],
  ["in chunks", CHUNKED, "hello world", [["x-t", "end"]]],
  ["behind informational ones", `HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n${ok("hi")}`, "hi", []],
])("reads a response %s, wherever it is cut", async (_, text, body, trailers) => {
  await upstream(cutting(text), {}, async ({ pool, peers }) => {
    for (let i = 1; i < text.length; i++)
      expect(await exchange(pool, get(), { whole: i % 2 === 0 }).done).toMatchObject({
        status: 200,
        body,
        trailers,
        isComplete: true,
      });
    expect(peers.length).toBe(1);
  });
});

it("reads a response byte by byte", async () => {
  const script: Script = ({ socket }) => {
    const write = (at: number): void => {
      if (at < CHUNKED.length) socket.write(CHUNKED[at]!, () => setImmediate(write, at + 1));
    };
    write(0);
  };
  await upstream(script, {}, async ({ pool }) => {
    expect(await exchange(pool, get()).done).toMatchObject({ body: "hello world", isComplete: true });
  });
});

it.each([
  ["HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"],
  [
    "HEAD in chunks",
    "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
  ],
  ["HEAD without a length", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"],
  ["204", get(), "HTTP/1.1 204 No Content\r\n\r\n"],
  ["304", get(), "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"],
  ["an empty body", get(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
])("reads no body: %s", async (_, head, response) => {
  await upstream(answering(response), {}, async ({ pool, peers }) => {
    for (const whole of [true, false, true])
      expect(await exchange(pool, head, { whole }).done).toMatchObject({
        body: "",
        isComplete: true,
        calls: whole ? ["whole"] : ["head", "end"],
      });
    expect(peers.length).toBe(1);
  });
});

it("a HEAD whose head is bytes has no body either", async () => {
  await upstream(answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), {}, async ({ pool }) => {
    const head = Buffer.from("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    const done = new Promise<number>((resolve, reject) =>
      pool.send(head, undefined, {
        onHead: () => undefined,
        onData: () => true,
        onEnd: () => reject(new Error("not whole")),
        onError: () => reject(new Error("refused")),
        onWhole: (read, start, end) => resolve(read.status + end - start),
      }),
    );
    expect(await done).toBe(200);
  });
});

it("a 204 that speaks of a body ends its connection", async () => {
  await upstream(answering("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), {}, async ({ pool }) => {
    expect(await exchange(pool, get()).done).toMatchObject({ status: 204, isComplete: true });
    expect(pool.stats.size).toBe(0);
  });
});

it("reads a body without a length until the connection closes", async () => {
  const script: Script = ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\none ");
    setTimeout(() => socket.end("two"), 5);
  };
  await upstream(script, {}, async ({ pool }) => {
    expect(await exchange(pool, get(), { whole: true }).done).toMatchObject({
      body: "one two",
      isComplete: true,
      calls: ["head", "data", "end"],
    });
  });
});

it("passes informational responses on, up to a number", async () => {
  const informational = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  await upstream(answering(informational + ok("x")), {}, async ({ pool }) => {
    const links: (string | undefined)[] = [];
    const handler = {
      onInformational: (head: { fields: { get(name: string): string | undefined } }) =>
        void links.push(head.fields.get("link")),
    };
    expect(await exchange(pool, get(), { handler }).done).toMatchObject({
      informational: [100, 103],
      body: "x",
    });
    expect(links).toEqual([undefined, "</x>"]);
  });
});

it("gives up within an informational response", async () => {
  await upstream(answering(`HTTP/1.1 100 Continue\r\n\r\n${ok("x")}`), {}, async ({ pool, open }) => {
    const { request, outcome } = exchange(pool, get(), {
      handler: { onInformational: () => request.abort() },
    });
    await until(() => outcome.informational.length === 1 && open() === 0);
    expect(outcome.calls).toEqual([]);
  });
});

it.each(["onHead", "onData"] as const)("gives up within %s", async (method) => {
  await upstream(answering(CHUNKED), {}, async ({ pool, open }) => {
    const abort = (): boolean => {
      request.abort();
      return true;
    };
    const { request, outcome } = exchange(pool, get(), { handler: { [method]: abort } });
    await until(() => outcome.calls.length > 0 && open() === 0);
    expect(outcome.calls).toEqual(method === "onHead" ? ["head"] : ["head", "data"]);
    expect(pool.stats.size).toBe(0);
  });
});

// -- bodies of requests ----------------------------------------------------------------------------------------------

const postHead = (framing: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`;
/** Answers when what has come ends with `end`. */
const after =
  (end: string, response: string): Script =>
  (peer) => {
    if (peer.received.endsWith(end)) peer.socket.write(response);
  };

it.each([10, 5_000, 500_000])("sends a body of %i bytes that is at hand", async (size) => {
  const body = Buffer.alloc(size, "a");
  body.write("z", size - 1);
  await upstream(after("z", ok("got")), {}, async ({ pool, peers }) => {
    for (let i = 0; i < 2; i++)
      expect((await exchange(pool, postHead(`Content-Length: ${size}`), { body }).done).body).toBe("got");
    expect(peers.length).toBe(1);
    expect(peers[0]!.received.length).toBe(2 * (size + postHead(`Content-Length: ${size}`).length));
  });
});

it("sends every byte of a small body as it is", async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await upstream(after("\xff", ok("got")), {}, async ({ pool, peers }) => {
    await exchange(pool, postHead("Content-Length: 256"), { body }).done;
    expect(Buffer.from(peers[0]!.received.slice(-256), "latin1")).toEqual(body);
  });
});

/** A source that a test drives. */
function source(length: number | undefined): BodySource & { sink: BodySink | undefined; calls: string[] } {
  return {
    length,
    sink: undefined,
    calls: [],
    start(sink) {
      this.sink = sink;
      this.calls.push("start");
    },
    resume() {
      this.calls.push("resume");
    },
    cancel() {
      this.calls.push("cancel");
    },
  };
}

it("sends a body piece by piece", async () => {
  const body = source(6);
  await upstream(after("abcdef", ok("got")), {}, async ({ pool, peers }) => {
    const { done } = exchange(pool, postHead("Content-Length: 6"), { body });
    expect(body.calls).toEqual([]);
    await until(() => body.sink !== undefined);
    body.sink!.write("ab");
    body.sink!.write("");
    body.sink!.write(Buffer.from("cd"));
    await until(() => peers[0]!.received.endsWith("abcd"));
    body.sink!.write("ef");
    body.sink!.end();
    expect((await done).body).toBe("got");
    expect(pool.stats.idle).toBe(1);
    expect(body.calls).toEqual(["start"]);
    expect(body.sink!.write("more")).toBe(false);
    body.sink!.end();
    body.sink!.fail(new Error("late"));
    expect(pool.stats.idle).toBe(1);
  });
});

it("a source waits while the upstream takes nothing", async () => {
  const body = source(undefined);
  const wait = { onConnection: ({ socket }: { socket: Socket }): unknown => socket.pause() };
  await upstream(after("0\r\n\r\n", ok("got")), wait, async ({ pool, peers }) => {
    const { done } = exchange(pool, postHead("Transfer-Encoding: chunked"), { body });
    await until(() => body.sink !== undefined);
    let sent = 0;
    const piece = Buffer.alloc(65_536, "a");
    while (body.sink!.write(piece)) sent++;
    expect(body.calls).toEqual(["start"]);
    peers[0]!.socket.resume();
    await until(() => body.calls.includes("resume"));
    body.sink!.write("0\r\n\r\n");
    body.sink!.end();
    expect((await done).body).toBe("got");
    expect(peers[0]!.received.length).toBeGreaterThan((sent + 1) * piece.length);
  });
});

it.each([
  ["fails", (sink: BodySink): void => sink.fail(new Error("disk"))],
  ["gives too much", (sink: BodySink): unknown => sink.write("abcdefg")],
  ["gives too little", (sink: BodySink): void => sink.end()],
])("cuts the connection when the source %s", async (_, act) => {
  const body = source(6);
  await upstream(
    () => undefined,
    {},
    async ({ pool, peers, open }) => {
      const { done } = exchange(pool, postHead("Content-Length: 6"), { body });
      await until(() => body.sink !== undefined);
      body.sink!.write("abc");
      act(body.sink!);
      const { error } = await done;
      expect(error).toMatchObject({ code: "BODY_FAILED", bytesSent: true });
      expect((error!.cause as Error).message).toMatch(/disk|longer|shorter/);
      await until(() => open() === 0);
      expect(peers[0]!.received.endsWith("abc")).toBe(true);
      expect(body.calls).toEqual(["start"]);
    },
  );
});

it("a source that fails as it starts fails the request, after `send` has returned", async () => {
  const failing: BodySource = {
    length: 3,
    start: (sink) => sink.fail("no"),
    resume: () => undefined,
    cancel: () => expect.fail("cancelled"),
  };
  await upstream(answering(ok("x")), {}, async ({ pool, open }) => {
    for (let i = 0; i < 2; i++) {
      if (i === 1) await exchange(pool, get()).done;
      const { outcome, done } = exchange(pool, postHead("Content-Length: 3"), { body: failing });
      expect(outcome.calls).toEqual([]);
      expect((await done).error).toMatchObject({ code: "BODY_FAILED", phase: "write", cause: "no" });
      expect(pool.stats.size).toBe(0);
    }
    await until(() => open() === 0);
  });
});

it("a request that is given up as its source fails hears nothing", async () => {
  const body = source(3);
  await upstream(
    () => undefined,
    {},
    async ({ pool, open }) => {
      const { request, outcome } = exchange(pool, postHead("Content-Length: 3"), { body });
      await until(() => body.sink !== undefined);
      body.sink!.fail("no");
      request.abort();
      await until(() => open() === 0);
      expect(outcome.calls).toEqual([]);
    },
  );
});

it("delivers an answer that comes before the end of the request, and does not use the connection again", async () => {
  const body = source(6);
  await upstream(after("abc", ok("early")), {}, async ({ pool, open }) => {
    const { done } = exchange(pool, postHead("Content-Length: 6"), { body });
    await until(() => body.sink !== undefined);
    body.sink!.write("abc");
    expect(await done).toMatchObject({ body: "early", isComplete: true });
    expect(body.calls).toEqual(["start", "cancel"]);
    expect(pool.stats.size).toBe(0);
    await until(() => open() === 0);
  });
});

it("cancels the source of a request that is given up", async () => {
  const body = source(6);
  await upstream(
    () => undefined,
    {},
    async ({ pool }) => {
      const { request } = exchange(pool, postHead("Content-Length: 6"), { body });
      await until(() => body.sink !== undefined);
      request.abort();
      expect(body.calls).toEqual(["start", "cancel"]);
      expect(body.sink!.write("x")).toBe(false);
    },
  );
});

// -- back-pressure ---------------------------------------------------------------------------------------------------

const LARGE = 8 * 1024 * 1024;

it.each([
  ["with a length", `HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`, ""],
  [
    "in chunks",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${LARGE.toString(16)}\r\n`,
    "\r\n0\r\n\r\n",
  ],
  ["until the close", "HTTP/1.1 200 OK\r\n\r\n", undefined],
])("an upstream waits while the handler has paused: %s", async (_, head, tail) => {
  const script: Script = ({ socket }) => {
    socket.write(head);
    socket.write(Buffer.alloc(LARGE, "a"));
    if (tail === undefined) socket.end();
    else if (tail !== "") socket.write(tail);
  };
  await upstream(script, { bodyIdle: 60 }, async ({ pool, peers }) => {
    let size = 0;
    let calls = 0;
    const handler = {
      onHead: () => request.pause(),
      onData: (chunk: Buffer): boolean => {
        size += chunk.length;
        calls++;
        return false;
      },
    };
    const { request, outcome, done } = exchange(pool, get(), { handler });
    await until(() => outcome.calls.length > 0);
    // Longer than the body's time-out: it is not the upstream that keeps us waiting.
    await pause(250);
    expect(outcome.calls).toEqual(["head"]);
    expect(peers[0]!.socket.writableLength).toBeGreaterThan(0);
    request.resume();
    await until(() => calls > 0);
    const before = calls;
    await pause(100);
    expect(calls).toBe(before);
    const again = setInterval(() => request.resume(), 1);
    await done;
    clearInterval(again);
    expect(size).toBe(LARGE);
    expect(outcome).toMatchObject({ isComplete: true, calls: ["head", "data", "end"] });
  });
});

it("serves again after a response that was paused to its end", async () => {
  await upstream(answering(ok("hello")), {}, async ({ pool, peers }) => {
    for (let i = 0; i < 3; i++) await exchange(pool, get(), { handler: { onData: () => false } }).done;
    expect(peers.length).toBe(1);
  });
});

it.each([
  ["with a length", ok("hello")],
  ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
])("keeps what came with the head until the handler goes on: %s", async (_, response) => {
  await upstream(answering(response), { connections: 1 }, async ({ pool, peers }) => {
    for (let i = 0; i < 3; i++) {
      const { request, outcome, done } = exchange(pool, get(), {
        handler: { onHead: () => request.pause() },
      });
      await until(() => outcome.calls.length > 0);
      expect(outcome.calls).toEqual(["head"]);
      request.resume();
      expect(outcome.calls).toEqual(["head", "data", "end"]);
      expect((await done).body).toBe("hello");
    }
    // Paused before anything has come, too.
    const { request, outcome } = exchange(pool, get());
    request.pause();
    await until(() => outcome.calls.length > 0);
    await pause(10);
    expect(outcome.calls).toEqual(["head"]);
    request.resume();
    expect(outcome.isComplete).toBe(true);
    expect(peers.length).toBe(1);
  });
});

it("makes no tunnel", async () => {
  await upstream(answering(ok("x")), {}, async ({ pool, peers }) => {
    for (const head of [
      "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
      Buffer.from("CONNECT a:1 HTTP/1.1\r\n\r\n"),
    ])
      expect(() => exchange(pool, head as string)).toThrow(TypeError);
    expect(peers.length).toBe(0);
  });
});

it("what a handler has been given stays as it is", async () => {
  const script: Script = ({ socket }, text) => {
    const letter = /\/(.)/.exec(text)![1]!;
    const body = letter.repeat(300_000);
    socket.write(ok(body));
  };
  await upstream(script, {}, async ({ pool }) => {
    const kept: [string, Buffer][] = [];
    for (const letter of "abc")
      await exchange(pool, get(`/${letter}`), {
        handler: { onData: (chunk) => kept.push([letter, chunk]) > 0 },
      }).done;
    expect(kept.length).toBeGreaterThan(3);
    for (const [letter, chunk] of kept) expect(chunk.toString()).toBe(letter.repeat(chunk.length));
  });
});

// -- upgrades --------------------------------------------------------------------------------------------------------

const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

it("hands the socket over when the protocol changes", async () => {
  let isSwitched = false;
  const script: Script = ({ socket }, text) => {
    if (isSwitched) return void socket.write(`<${text}>`);
    isSwitched = true;
    socket.write(`${SWITCH}first`);
  };
  await upstream(script, {}, async ({ pool, open }) => {
    let socket: Socket | undefined;
    let text = "";
    const onUpgrade = (_head: unknown, given: Socket, rest: Buffer): void => {
      socket = given;
      text = rest.toString();
    };
    const { done } = exchange(pool, get("/", "Connection: upgrade", "Upgrade: echo"), {
      handler: { onUpgrade },
    });
    expect((await done).status).toBe(101);
    expect(pool.stats.size).toBe(0);
    socket!.on("data", (bytes: Buffer) => (text += bytes.toString())).resume();
    socket!.write("hello");
    await until(() => text === "first<hello>");
    const large = "x".repeat(1_000_000);
    socket!.pause();
    socket!.write(large);
    await pause(50);
    expect(text).toBe("first<hello>");
    socket!.resume();
    await until(() => text.replace(/[<>]/g, "").length === "firsthello".length + large.length);
    let isEnded = false;
    socket!.on("end", () => (isEnded = true));
    socket!.end();
    await until(() => open() === 0 && isEnded);
  });
});

it.each([
  ["nobody has asked", get(), true],
  ["nobody can take it", get("/", "Connection: upgrade", "Upgrade: echo"), false],
])("refuses another protocol when %s", async (_, head, canTake) => {
  await upstream(answering(SWITCH), {}, async ({ pool }) => {
    const handler = canTake ? { onUpgrade: (): void => expect.fail("upgraded") } : {};
    expect((await exchange(pool, head, { handler }).done).error).toMatchObject({
      code: "MALFORMED",
      phase: "head",
    });
  });
});
