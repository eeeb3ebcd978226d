import { createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { Pool } from "./pool.ts";
import type { BodySource } from "./request-body.ts";
import { exchange, get, ok, until, upstream, type Script } from "./upstream.fixture.ts";

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it("an upstream that refuses", async () => {
  const pool = new Pool({ host: "127.0.0.1", port: await closedPort() });
  const all = Array.from({ length: 5 }, () => exchange(pool, get()).done);
  for (const { error } of await Promise.all(all))
    expect(error).toMatchObject({
      code: "CONNECT_FAILED",
      phase: "connect",
      bytesSent: false,
      responseBegun: false,
      isUnsent: true,
      isStale: false,
      isTimeout: false,
      cause: { code: "ECONNREFUSED" },
    });
  expect(pool.stats).toMatchObject({ size: 0, connecting: 0, pending: 0, connects: 5 });
});

it("a name that is not known", async () => {
  const pool = new Pool({ host: "nobody.invalid", port: 80 });
  expect((await exchange(pool, get()).done).error).toMatchObject({ code: "CONNECT_FAILED", isUnsent: true });
});

it("an upstream that takes no connections", async () => {
  // Linux takes one or two more than the backlog says, then drops what asks for another.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, resolve));
  const { port } = server.address() as AddressInfo;
  const { spawn } = await import("node:child_process");
  // Another process listens and never accepts.
  await new Promise((resolve) => server.close(resolve));
  const script = `const n=require("net");const s=n.createServer().listen({port:${port},host:"127.0.0.1",backlog:1},()=>{console.log("up");const b=new Int32Array(new SharedArrayBuffer(4));setImmediate(()=>Atomics.wait(b,0,0))})`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await pause(50);
  const pool = new Pool({ host: "127.0.0.1", port, connectTimeout: 100, firstByte: 100 });
  const all = Array.from({ length: 8 }, () => exchange(pool, get()).done);
  const codes = (await Promise.all(all)).map(({ error }) => error!.code);
  expect(new Set(codes)).toEqual(new Set(["CONNECT_TIMEOUT", "FIRST_BYTE_TIMEOUT"]));
  expect(pool.stats.size).toBe(0);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
});

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

it.each([
  ["says nothing", "", "FIRST_BYTE_TIMEOUT", "head", false],
  ["stops in the head", "HTTP/1.1 200 OK\r\nX", "FIRST_BYTE_TIMEOUT", "head", true],
  ["stops behind a 1xx", "HTTP/1.1 100 Continue\r\n\r\n", "FIRST_BYTE_TIMEOUT", "head", true],
  ["stops in the body", `${HEAD}12345`, "BODY_TIMEOUT", "body", true],
  ["stops before the body", HEAD, "BODY_TIMEOUT", "body", true],
  [
    "stops in a chunk",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12",
    "BODY_TIMEOUT",
    "body",
    true,
  ],
])("an upstream that %s", async (_, bytes, code, phase, responseBegun) => {
  const script: Script = ({ socket }) => void (bytes !== "" && socket.write(bytes));
  // Of a head's time-outs the first bytes are to come well before; of a body's the head.
  const firstByte = phase === "head" ? 400 : 10_000;
  await upstream(script, { firstByte, bodyIdle: 60 }, async ({ pool, open }) => {
    const { error } = await exchange(pool, get()).done;
    expect(error).toMatchObject({
      code,
      phase,
      responseBegun,
      bytesSent: true,
      isTimeout: true,
      isStale: false,
    });
    await until(() => open() === 0);
    expect(pool.stats.size).toBe(0);
  });
});

it("drips and drops do not push the time-outs off", async () => {
  const informational: Script = ({ socket }) => {
    const timer = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 15);
    socket.on("close", () => clearInterval(timer));
  };
  await upstream(informational, { firstByte: 100 }, async ({ pool }) => {
    expect((await exchange(pool, get()).done).error?.code).toBe("FIRST_BYTE_TIMEOUT");
  });
  const head: Script = ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\nX: ");
    const timer = setInterval(() => socket.write("x"), 15);
    socket.on("close", () => clearInterval(timer));
  };
  await upstream(head, { firstByte: 100 }, async ({ pool }) => {
    expect((await exchange(pool, get()).done).error?.code).toBe("FIRST_BYTE_TIMEOUT");
  });
  const body: Script = ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 15);
    socket.on("close", () => clearInterval(timer));
  };
  await upstream(body, { total: 500 }, async ({ pool }) => {
    const { error, body: text } = await exchange(pool, get()).done;
    expect(error).toMatchObject({ code: "TOTAL_TIMEOUT", phase: "body", isTimeout: true });
    expect(text.length).toBeGreaterThan(0);
  });
});

it("an upstream that does not take the request", async () => {
  const post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const piece = Buffer.alloc(1_000_000);
  const options = {
    bodyIdle: 60,
    onConnection: ({ socket }: { socket: { pause(): unknown } }): unknown => socket.pause(),
  };
  await upstream(
    () => undefined,
    options,
    async ({ pool }) => {
      let cancelled = 0;
      let fill = (): void => undefined;
      const body: BodySource = {
        length: undefined,
        start(sink) {
          fill = (): void => {
            while (sink.write(piece)) continue;
          };
          fill();
        },
        resume: () => fill(),
        cancel: () => void cancelled++,
      };
      const { error } = await exchange(pool, post, { body }).done;
      expect(error).toMatchObject({ code: "WRITE_TIMEOUT", phase: "write", isTimeout: true });
      expect(cancelled).toBe(1);
    },
  );
});

const SIXTY_FOUR = ok("0123456789", "X-A: 1234567890");

it("an upstream that cuts off at each offset", async () => {
  let at = 0;
  const script: Script = ({ socket }) => void socket.end(SIXTY_FOUR.slice(0, at), "latin1");
  await upstream(script, {}, async ({ pool, open }) => {
    for (; at < SIXTY_FOUR.length; at++) {
      const { error, isComplete } = await exchange(pool, get()).done;
      expect(isComplete).toBe(false);
      expect(error).toMatchObject({
        code: "RESET",
        phase: at < SIXTY_FOUR.length - 10 ? "head" : "body",
        responseBegun: at > 0,
        isReusedConnection: false,
        isStale: false,
      });
    }
    expect((await exchange(pool, get()).done).isComplete).toBe(true);
    await until(() => open() === 0);
    expect(pool.stats.size).toBe(0);
  });
});

it("an upstream that resets at each offset", async () => {
  let at = 0;
  const script: Script = ({ socket }) => {
    if (at === 0) return void socket.resetAndDestroy();
    socket.write(SIXTY_FOUR.slice(0, at), "latin1", () => setTimeout(() => socket.resetAndDestroy(), 1));
  };
  await upstream(script, {}, async ({ pool }) => {
    for (; at < SIXTY_FOUR.length; at++)
      expect((await exchange(pool, get()).done).error).toMatchObject({ code: "RESET", bytesSent: true });
    expect(pool.stats.size).toBe(0);
  });
});

it("an upstream that closes a kept connection as a request comes", async () => {
  const script: Script = (peer, text) => {
    if (text.includes("/first")) peer.socket.write(ok("x"));
    else peer.socket.destroy();
  };
  await upstream(script, {}, async ({ pool }) => {
    await exchange(pool, get("/first")).done;
    expect((await exchange(pool, get("/2")).done).error).toMatchObject({
      code: "RESET",
      bytesSent: true,
      responseBegun: false,
      isReusedConnection: true,
      isStale: true,
      isUnsent: false,
    });
    expect((await exchange(pool, get("/3")).done).error).toMatchObject({
      isReusedConnection: false,
      isStale: false,
    });
  });
});

it("an upstream that closes connections at random as they rest", async () => {
  const script: Script = (peer) => {
    peer.socket.write(ok("x"));
    if (peer.received.length % 3 === 0) setTimeout(() => peer.socket.destroy(), 1);
  };
  await upstream(script, {}, async ({ pool, open }) => {
    let complete = 0;
    for (let i = 0; i < 200; i++) {
      let outcome = await exchange(pool, get(`/${"x".repeat(i % 7)}`)).done;
      // What a forwarder does with an idempotent request.
      if (outcome.error?.isStale === true) outcome = await exchange(pool, get()).done;
      if (outcome.isComplete) complete++;
      await pause(i % 3);
    }
    expect(complete).toBe(200);
    expect(open()).toBeLessThanOrEqual(2);
  });
});

const chunked = (body: string): string => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;

it.each([
  ["status 000", "HTTP/1.1 000 OK\r\n\r\n"],
  ["status 099", "HTTP/1.1 099 OK\r\n\r\n"],
  ["status 600", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"],
  ["status 999", "HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n"],
  ["status 20", "HTTP/1.1 20 OK\r\n\r\n"],
  ["status 2000", "HTTP/1.1 2000 OK\r\n\r\n"],
  ["status 2x0", "HTTP/1.1 2x0 OK\r\n\r\n"],
  ["no status line", "hello world, this is no HTTP\r\n\r\n"],
  ["a banner", "SSH-2.0-OpenSSH_9.2p1\r\n"],
  ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"],
  ["HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"],
  ["lower case", "http/1.1 200 OK\r\n\r\n"],
  ["two spaces", "HTTP/1.1  200 OK\r\n\r\n"],
  ["an empty line first", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
  ["a bare LF among fields", "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n"],
  ["a bare CR", "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"],
  ["a control character in the reason", "HTTP/1.1 200 O\x01K\r\n\r\n"],
  ["NUL in a value", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"],
  ["a folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
  ["a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello"],
  ["a name that is no token", "HTTP/1.1 200 OK\r\nA(b): c\r\n\r\n"],
  ["no name", "HTTP/1.1 200 OK\r\n: c\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"],
  ["two lengths in one", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello"],
  ["a signed length", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello"],
  ["an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello"],
  ["a huge length", `HTTP/1.1 200 OK\r\nContent-Length: ${"9".repeat(16)}\r\n\r\nhello`],
  [
    "a length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "chunks twice",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["a Connection that is no list", "HTTP/1.1 200 OK\r\nConnection: a b\r\nContent-Length: 0\r\n\r\n"],
  ["a size that is no number", chunked("g\r\nhello\r\n0\r\n\r\n")],
  ["a negative size", chunked("-5\r\nhello\r\n0\r\n\r\n")],
  ["no size", chunked("\r\nhello\r\n0\r\n\r\n")],
  ["a size too small", chunked("4\r\nhello\r\n0\r\n\r\n")],
  ["a size too large to count", chunked(`${"f".repeat(16)}\r\nhello\r\n0\r\n\r\n`)],
  ["a space behind a size", chunked("5 \r\nhello\r\n0\r\n\r\n")],
  ["a bare LF behind a size", chunked("5\nhello\r\n0\r\n\r\n")],
  ["a bare LF behind a chunk", chunked("5\r\nhello\n0\r\n\r\n")],
  ["a bad extension", chunked("5;a=\x01\r\nhello\r\n0\r\n\r\n")],
  ["an endless extension", chunked(`5;${"a".repeat(2000)}`)],
  ["a trailer that frames", chunked("0\r\nContent-Length: 5\r\n\r\n")],
  ["a trailer that is none", chunked("0\r\nnonsense\r\n\r\n")],
  ["a flood of 1xx", "HTTP/1.1 100 Continue\r\n\r\n".repeat(50) + ok("x")],
])("an upstream that sends %s", async (_, response) => {
  await upstream(
    ({ socket }) => void socket.write(response, "latin1"),
    {},
    async ({ pool, open }) => {
      for (const whole of [false, true]) {
        const { error, isComplete } = await exchange(pool, get(), { whole }).done;
        expect(isComplete).toBe(false);
        expect(error).toMatchObject({ code: "MALFORMED", responseBegun: true, bytesSent: true });
        expect(error!.message).not.toBe("");
      }
      await until(() => open() === 0);
      expect(pool.stats.size).toBe(0);
    },
  );
});

it.each([
  ["one long field", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(70_000)}\r\n\r\n`],
  ["one endless field", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(70_000)}`],
  ["an endless reason", `HTTP/1.1 200 ${"x".repeat(70_000)}`],
  ["many fields", `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(1_001)}\r\n`],
])("a head that is too large: %s", async (_, response) => {
  await upstream(
    ({ socket }) => void socket.write(response),
    {},
    async ({ pool }) => {
      expect((await exchange(pool, get()).done).error).toMatchObject({
        code: "HEAD_TOO_LARGE",
        phase: "head",
      });
    },
  );
});

it("a head of 64 KB is read", async () => {
  const line = `X: ${"x".repeat(95)}\r\n`;
  const response = ok("hello", line.repeat(650).slice(0, -2));
  expect(response.length).toBeGreaterThan(64_000);
  await upstream(
    ({ socket }) => void socket.write(response),
    {},
    async ({ pool }) => {
      for (const whole of [true, false])
        expect((await exchange(pool, get(), { whole }).done).fields.length).toBe(651);
    },
  );
  await upstream(
    ({ socket }) => void socket.write(response),
    { headSize: 60_000 },
    async ({ pool }) => {
      expect((await exchange(pool, get()).done).error?.code).toBe("HEAD_TOO_LARGE");
    },
  );
});

it("trailers that are too large", async () => {
  const response = chunked(`0\r\nX: ${"x".repeat(70_000)}`);
  await upstream(
    ({ socket }) => void socket.write(response),
    {},
    async ({ pool }) => {
      expect((await exchange(pool, get()).done).error).toMatchObject({ code: "MALFORMED", phase: "body" });
    },
  );
});

it("a body that is shorter than its length is never taken for the whole", async () => {
  await upstream(
    ({ socket }) => void socket.end(`${HEAD}123`),
    {},
    async ({ pool }) => {
      const { error, body, calls } = await exchange(pool, get()).done;
      expect(body).toBe("123");
      expect(calls).toEqual(["head", "data", "error"]);
      expect(error).toMatchObject({ code: "RESET", phase: "body" });
    },
  );
});
