import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import {
  answering,
  ask,
  DRIVERS,
  eventually,
  gatewayFor,
  get,
  listening,
  OK,
  RawClient,
  rawUpstream,
  receivedBy,
  type RawUpstream,
  to,
} from "./plane.fixture.ts";
import { NO_RETRY, operationOf, serviceOf, snapshotOf, TIMEOUTS, upstreamOf } from "./snapshot.fixture.ts";

const everything = [
  operationOf("GET /{rest:path}"),
  operationOf("POST /{rest:path}"),
  operationOf("PUT /{rest:path}"),
];
const fieldsOf = (received: string): string[] => received.split("\r\n\r\n")[0]!.split("\r\n").slice(1);

describe.each(DRIVERS)("a request through the gateway (%s)", (driver) => {
  test("arrives with its own path, query and fields, and what the gateway says of the client", async () => {
    const upstream = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const answer = await ask(port, get("/a/b%20c?x=1&y=%2F", "X-One: 1", "Accept: */*"), /ok$/);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(upstream.peers[0]!.received.split("\r\n")[0]).toBe("GET /a/b%20c?x=1&y=%2F HTTP/1.1");
    expect(
      fieldsOf(upstream.peers[0]!.received).map((line) =>
        line.replace(/^([^:]+)/, (name) => name.toLowerCase()),
      ),
    ).toEqual([
      `host: 127.0.0.1:${upstream.port}`,
      "x-one: 1",
      "accept: */*",
      "x-forwarded-for: 127.0.0.1",
      "x-forwarded-proto: http",
      "x-forwarded-host: api.test",
      "x-forwarded-port: 80",
      "forwarded: for=127.0.0.1;host=api.test;proto=http",
      "via: 1.1 waymark",
    ]);
  });

  test("keeps its Host where the configuration says so", async () => {
    const upstream = await rawUpstream(answering(OK));
    const service = serviceOf(upstreamOf([upstream.origin], { host: "client" }));
    const { port } = await gatewayFor(snapshotOf(service, everything), driver);
    await ask(port, get("/"), /ok$/);
    expect(fieldsOf(upstream.peers[0]!.received)[0]).toBe("Host: api.test");
  });

  test("with a body arrives with its length, on a kept connection", async () => {
    const upstream = await rawUpstream(({ socket, received }) => {
      if (/body-[12]$/.test(received)) socket.write(OK);
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port);
    for (const n of [1, 2]) {
      client.write(`POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nbody-${n}`);
      await client.until(new RegExp(`(?:ok[^]*){${n}}`));
    }
    expect(upstream.peers).toHaveLength(1);
    expect(upstream.peers[0]!.received.match(/Content-Length: 6\r\n\r\nbody-/g)).toHaveLength(2);
  });

  test("with a chunked body is chunked again, piece by piece as it comes", async () => {
    const upstream = await rawUpstream(({ socket, received }) => {
      if (received.endsWith("0\r\n\r\n")) socket.write(OK);
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port).write(
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    );
    await eventually(() => upstream.peers[0]?.received.endsWith("3\r\nabc\r\n") ?? false);
    client.write("2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n");
    await client.until(/ok$/);
    expect(upstream.peers[0]!.received).toMatch(
      /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/,
    );
  });

  test("that waits for 100 gets it here, and the upstream hears nothing of it", async () => {
    const upstream = await rawUpstream(({ socket, received }) => {
      if (received.endsWith("abc")) socket.write(OK);
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port).write(
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
    );
    await client.until(/^HTTP\/1\.1 100 /);
    client.write("abc");
    await client.until(/ok$/);
    expect(upstream.peers[0]!.received).not.toMatch(/expect/i);
  });

  test("whose body is too large is refused before an upstream is asked", async () => {
    const upstream = await rawUpstream(answering(OK));
    const operation = operationOf("POST /x", { limits: { body: 10, head: 1000 } });
    const { port } = await gatewayFor(snapshotOf(to(upstream), [operation]), driver);
    const answer = await ask(
      port,
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n12345678901",
      /\}$/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*application\/problem\+json/);
    expect(upstream.peers).toHaveLength(0);
  });

  test("whose chunked body becomes too large is answered by 413, and cut off at the upstream", async () => {
    const upstream = await rawUpstream(() => undefined);
    const operation = operationOf("POST /x", { limits: { body: 10, head: 1000 } });
    const { port } = await gatewayFor(snapshotOf(to(upstream), [operation]), driver);
    const answer = await ask(
      port,
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n123456789012345\r\n0\r\n\r\n",
      /\}$/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await eventually(() => upstream.open() === 0);
    expect(upstream.peers[0]?.received ?? "").not.toMatch(/0\r\n\r\n$/);
  });

  test("large in both directions comes back as it was sent", async () => {
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      request.pipe(response);
    });
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const operation = operationOf("POST /x", { limits: { body: 100e6, head: 1000 } });
    const { url } = await gatewayFor(snapshotOf(serviceOf(upstreamOf([origin])), [operation]), driver);
    const body = Buffer.alloc(5e6, "0123456789abcdef-");
    const reply = await fetch(`${url}/x`, { method: "POST", body });
    expect(Buffer.from(await reply.arrayBuffer()).equals(body)).toBe(true);
  });
});

describe.each(DRIVERS)("a reply through the gateway (%s)", (driver) => {
  const through = async (answer: string, request = get("/"), pattern = /\r\n\r\n/): Promise<string> => {
    const upstream = await rawUpstream(answering(answer));
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    return ask(port, request, pattern);
  };

  test("has the upstream's status and fields, without those of its connection", async () => {
    const answer = await through(
      "HTTP/1.1 418 Custom\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\nServer: up/1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: timeout=99\r\nX-Mine: 1\r\nProxy-Authenticate: no\r\nX-Latin: \xe9\r\nContent-Length: 3\r\n\r\nabc",
      get("/"),
      /abc$/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 418 /);
    expect(answer.match(/^date: .*$/gim)).toEqual([expect.stringMatching(/1994/)]);
    expect(answer.match(/^set-cookie: .*$/gim)?.map((line) => line.slice(12))).toEqual(["a=1", "b=2"]);
    expect(answer).toMatch(/^server: up\/1\r$/im);
    expect(answer).toMatch(/^x-latin: \xe9\r$/im);
    expect(answer).not.toMatch(/x-mine|timeout=99|proxy-auth/i);
    expect(answer.match(/^content-length: 3\r$/gim)).toHaveLength(1);
  });

  test("without a Date gets one", async () => {
    expect(await through(OK, get("/"), /ok$/)).toMatch(/^date: \w+, \d\d \w+ \d{4} /im);
  });

  test("to HEAD tells the length and has no body", async () => {
    const answer = await through(
      "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n",
      "HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^content-length: 1234\r$/im);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  test.each([204, 304])("%d has no body", async (status) => {
    const answer = await through(`HTTP/1.1 ${status} X\r\nETag: "a"\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*etag: "a"\\r\\n[^]*\\r\\n$`, "i"));
    expect(answer).not.toMatch(/content-length|transfer-encoding/i);
  });

  test("in chunks leaves piece by piece, as it comes", async () => {
    const upstream = await rawUpstream(({ socket }) => {
      socket.write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n",
      );
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port).write(get("/"));
    await client.until(/data: 1\n\n/);
    upstream.peers[0]!.socket.write("9\r\ndata: 2\n\n\r\n");
    await client.until(/data: 2\n\n/);
    upstream.peers[0]!.socket.write("0\r\n\r\n");
    await client.until(/0\r\n\r\n$/);
    client.write(get("/"));
    await client.until(/0\r\n\r\n[^]*data: 1\n\n/);
    expect(upstream.peers).toHaveLength(1);
  });

  test("without framing ends with the upstream's connection", async () => {
    const upstream = await rawUpstream(({ socket }) => {
      socket.end("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    expect(await ask(port, get("/"), /0\r\n\r\n$/)).toMatch(/all of it\r\n0\r\n\r\n$/);
  });

  test("that ends in the middle cuts the client off, and is no clean end", async () => {
    const upstream = await rawUpstream(({ socket }) => {
      socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const text = await new RawClient(port).write(get("/")).untilEnd();
    expect(text).not.toMatch(/0\r\n\r\n$/);
  });

  test("with early hints has them too", async () => {
    const answer = await through(`HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n${OK}`, get("/"), /ok$/);
    expect(answer).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test("is waited for where the client is slow", async () => {
    let sent = 0;
    const piece = Buffer.alloc(64 * 1024, "x");
    const upstream = await rawUpstream(({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      const more = (): void => {
        for (;;) {
          sent += piece.length;
          if (!socket.write(piece)) break;
        }
      };
      socket.on("drain", more);
      more();
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port).write(get("/"));
    await client.until(/xxx/);
    client.socket.pause();
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(50e6);
    client.socket.destroy();
    await eventually(() => upstream.open() === 0);
  });
});

describe.each(DRIVERS)("a client that leaves (%s)", (driver) => {
  test.each(["before the head", "in the middle"])("%s ends the upstream's connection", async (when) => {
    const upstream = await rawUpstream(({ socket }) => {
      if (when === "in the middle")
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    });
    const { port, gateway } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    const client = new RawClient(port).write(get("/"));
    if (when === "in the middle") await client.until(/a\r\n$/);
    else
      await eventually(() => upstream.peers[0]?.received !== undefined && upstream.peers[0].received !== "");
    client.socket.destroy();
    await eventually(() => upstream.open() === 0 && gateway.active === 0);
    expect(upstream.peers).toHaveLength(1);
  });
});

describe.each(DRIVERS)("an upstream that fails (%s)", (driver) => {
  const timeouts = { ...TIMEOUTS, firstByte: 500, connect: 500, idle: 500 };
  const answerOf = async (script: (upstream: RawUpstream["peers"][number]) => void): Promise<string> => {
    const upstream = await rawUpstream(script);
    const service = serviceOf(upstreamOf([upstream.origin], { timeouts }));
    const operations = [operationOf("GET /{rest:path}", { timeouts })];
    const { port } = await gatewayFor(snapshotOf(service, operations), driver);
    return new RawClient(port).write(get("/", "Connection: close")).untilEnd();
  };

  test.each([
    ["closes before it answers", 502, (socket: { end: () => void }) => socket.end()],
    ["resets the connection", 502, (socket: { resetAndDestroy: () => void }) => socket.resetAndDestroy()],
    ["never answers", 504, () => undefined],
    ["sends no HTTP", 502, (socket: { write: (t: string) => void }) => socket.write("SSH-2.0-x\r\n")],
    [
      "has a status of 000",
      502,
      (socket: { write: (t: string) => void }) => socket.write("HTTP/1.1 000 X\r\n\r\n"),
    ],
    [
      "has a status of 999",
      502,
      (socket: { write: (t: string) => void }) => socket.write("HTTP/1.1 999 X\r\n\r\n"),
    ],
    [
      "has two lengths",
      502,
      (socket: { write: (t: string) => void }) =>
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"),
    ],
    [
      "has length and chunks",
      502,
      (socket: { write: (t: string) => void }) =>
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na"),
    ],
    [
      "folds a field",
      502,
      (socket: { write: (t: string) => void }) =>
        socket.write("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n"),
    ],
    [
      "has a head without end",
      502,
      (socket: { write: (t: string) => void }) =>
        socket.write(`HTTP/1.1 200 OK\r\nA: ${"a".repeat(200_000)}`),
    ],
    [
      "floods with interim answers",
      502,
      (socket: { write: (t: string) => void }) => socket.write("HTTP/1.1 102 P\r\n\r\n".repeat(5000)),
    ],
  ] as const)("and %s gives %d", async (_, status, act) => {
    const answer = await answerOf(({ socket }) => (act as (socket: unknown) => void)(socket));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*application/problem\\+json`));
    expect(answer).toMatch(/The service 'shop'/);
    expect(answer).not.toMatch(/127\.0\.0\.1|ECONN/);
  });

  test("and refuses connections gives 502", async () => {
    const upstream = await rawUpstream(() => undefined);
    await new Promise((resolve) => upstream.server.close(resolve));
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything), driver);
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 502 [^]*cannot be reached/);
  });

  test.each([
    [
      "stalls",
      (socket: { write: (t: string) => void }) =>
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    ],
    [
      "sends too few bytes",
      (socket: { end: (t: string) => void }) =>
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    ],
    [
      "sends a bad chunk",
      (socket: { write: (t: string) => void }) =>
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"),
    ],
  ] as const)("and %s in the middle cuts the client off", async (_, act) => {
    const answer = await answerOf(({ socket }) => (act as (socket: unknown) => void)(socket));
    expect(answer).toMatch(/^HTTP\/1\.1 (?:200 OK[^]*\r\n\r\n(?:(?:3\r\n)?abc(?:\r\n)?)?$|502 )|^$/);
    expect(answer).not.toMatch(/0\r\n\r\n$/);
  });

  test("and is cut at any byte never gives a wrong whole", async () => {
    const whole =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (let cut = 0; cut < whole.length; cut++) {
      const upstream = await rawUpstream(({ socket }) => socket.end(whole.slice(0, cut)));
      const gateway = await gatewayFor(snapshotOf(to(upstream), everything), driver);
      const answer = await new RawClient(gateway.port).write(get("/", "Connection: close")).untilEnd();
      expect(
        answer.startsWith("HTTP/1.1 502 ") || !answer.endsWith("0\r\n\r\n"),
        `cut at ${cut}: ${answer}`,
      ).toBe(true);
      await gateway.close();
    }
  });

  test("and takes longer than everything may gives 504", async () => {
    const upstream = await rawUpstream(() => undefined);
    const operation = operationOf("GET /x", { timeouts: { ...TIMEOUTS, total: 100 } });
    const { port, gateway } = await gatewayFor(snapshotOf(to(upstream), [operation]), driver);
    expect(await ask(port, get("/x"), /\}$/)).toMatch(/^HTTP\/1\.1 504 /);
    await eventually(() => upstream.open() === 0 && gateway.active === 0);
  });
});

describe.each(DRIVERS)("answers that nobody asked for (%s)", (driver) => {
  test("never reach another request", async () => {
    let count = 0;
    const upstream = await rawUpstream(({ socket, received }) => {
      const id = /GET \/(\d+) [^]*$/.exec(received.slice(received.lastIndexOf("GET ")))![1]!;
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${id.length}\r\n\r\n${id}`;
      const lie = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlie!";
      count++;
      if (count % 3 === 0) socket.write(answer + lie);
      else if (count % 3 === 1) socket.write(answer, () => setTimeout(() => socket.write(lie), 5));
      else socket.write(answer);
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), everything, {}), driver);
    const wrong: string[] = [];
    const worker = async (from: number): Promise<void> => {
      for (let id = from; id < from + 30; id++) {
        const answer = await ask(port, get(`/${id}`), /\r\n\r\n.+$/);
        if (!answer.endsWith(`\r\n\r\n${id}`) && !answer.startsWith("HTTP/1.1 502")) wrong.push(answer);
        // The late lie has come, to a connection without a request: what comes to one with a request is its answer.
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    };
    await worker(1000);
    expect(wrong).toEqual([]);
  });
});

describe("retries", () => {
  const retry = { ...NO_RETRY, attempts: 1 };
  const operations = [
    operationOf("GET /x", { retry }),
    operationOf("POST /x", { retry }),
    operationOf("PUT /x", { retry }),
  ];

  test("of GET go to another target, and the client sees none of it", async () => {
    const bad = await rawUpstream(({ socket }) => socket.destroy());
    const good = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(snapshotOf(to(bad, good), operations));
    for (let i = 0; i < 4; i++) expect(await ask(port, get("/x"), /(ok|\})$/)).toMatch(/^HTTP\/1\.1 200/);
    expect(bad.peers.length).toBeGreaterThan(0);
  });

  test("ask a target that was found ill before one that has just failed", async () => {
    let isIll = true;
    const first = await rawUpstream(({ socket }) => (isIll ? socket.destroy() : socket.write(OK)));
    const second = await rawUpstream(answering(OK));
    const health = { active: null, passive: { failures: 1, ejectFor: 60_000, maxEjected: 0.5 } };
    const service = serviceOf(upstreamOf([first.origin, second.origin], { health }));
    const { port } = await gatewayFor(snapshotOf(service, operations));
    for (let i = 0; i < 4; i++) expect(await ask(port, get("/x"), /(ok|\})$/)).toMatch(/^HTTP\/1\.1 200/);
    isIll = false;
    for (const { socket } of second.peers) socket.destroy();
    await new Promise((resolve) => second.server.close(resolve));
    for (let i = 0; i < 4; i++) expect(await ask(port, get("/x"), /(ok|\})$/)).toMatch(/^HTTP\/1\.1 200/);
  });

  test("of 503 are made, and of 500 are not", async () => {
    for (const [status, count] of [
      [503, 2],
      [500, 1],
    ] as const) {
      const upstream = await rawUpstream(answering(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`));
      const { port } = await gatewayFor(snapshotOf(to(upstream), operations));
      expect(await ask(port, get("/x"))).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
      expect(receivedBy(upstream).match(/GET /g)).toHaveLength(count);
    }
  });

  test("of PUT send the body again", async () => {
    let count = 0;
    const upstream = await rawUpstream(({ socket }) => {
      socket.write(count++ === 0 ? "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n" : OK);
    });
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations));
    const answer = await ask(port, "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", /ok$/);
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(receivedBy(upstream).match(/\r\n\r\nabc/g)).toHaveLength(2);
  });

  test("of POST are not made where the request was sent", async () => {
    const upstream = await rawUpstream(({ socket }) => socket.destroy());
    const { port } = await gatewayFor(snapshotOf(to(upstream), operations));
    const answer = await ask(port, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", /\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 502/);
    expect(upstream.peers).toHaveLength(1);
  });

  test("of POST are made where no connection came about", async () => {
    const gone = await rawUpstream(() => undefined);
    await new Promise((resolve) => gone.server.close(resolve));
    const good = await rawUpstream(answering(OK));
    const { port } = await gatewayFor(snapshotOf(to(gone, good), operations));
    for (let i = 0; i < 4; i++)
      expect(await ask(port, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", /(ok|\})$/)).toMatch(
        /^HTTP\/1\.1 200/,
      );
  });

  test("wait as long as the upstream asks, and are not made where that is too long", async () => {
    for (const [after, count] of [
      ["0", 2],
      ["100", 1],
    ] as const) {
      const upstream = await rawUpstream(
        answering(`HTTP/1.1 503 X\r\nRetry-After: ${after}\r\nContent-Length: 0\r\n\r\n`),
      );
      const { port } = await gatewayFor(snapshotOf(to(upstream), operations));
      expect(await ask(port, get("/x"))).toMatch(/^HTTP\/1\.1 503[^]*retry-after/i);
      expect(receivedBy(upstream).match(/GET /g)).toHaveLength(count);
    }
  });

  test("the breaker opens for a 503, and not for one that says when to come back", async () => {
    const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 5_000, probes: 1 };
    const body = "x".repeat(100_000);
    for (const [fields, state] of [
      ["", "open"],
      ["Retry-After: 7\r\n", "closed"],
    ] as const)
      for (const head of [
        "Content-Length: 0\r\n\r\n",
        // One that does not come in one piece.
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      ]) {
        const upstream = await rawUpstream(answering(`HTTP/1.1 503 X\r\n${fields}${head}`));
        const service = serviceOf(upstreamOf([upstream.origin], { breaker }));
        const { port, gateway } = await gatewayFor(snapshotOf(service, [operationOf("GET /x")]));
        for (let i = 0; i < 5; i++) await ask(port, get("/x"));
        expect(gateway.targets.get("shop")!.breaker).toBe(state);
      }
  });

  test("what the breaker let out before it opened does not open it again", async () => {
    const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 20, probes: 1 };
    const upstream = await rawUpstream(({ socket }, text) => {
      if (text.startsWith("GET /well ")) socket.write(OK);
      else if (text.startsWith("GET /ill ")) socket.end();
    });
    const service = serviceOf(upstreamOf([upstream.origin], { breaker }));
    const { port, gateway } = await gatewayFor(snapshotOf(service, everything));
    const waiting = Array.from({ length: 8 }, () => new RawClient(port).write(get("/later")));
    await eventually(() => upstream.peers.length === 8);
    for (let i = 0; i < 4; i++) await ask(port, get("/ill"), /\}$/);
    const set = gateway.targets.get("shop")!;
    await eventually(() => set.breaker === "half-open");
    expect(await ask(port, get("/well"), /ok$/)).toMatch(/ 200 /);
    expect(set.breaker).toBe("closed");
    for (const { socket } of upstream.peers.slice(0, 8)) socket.end();
    for (const client of waiting) expect(await client.until(/\}$/)).toMatch(/ 502 /);
    expect(set.breaker).toBe("closed");
  });

  test.each(["an event stream", "a WebSocket"])(
    "a probe of the breaker is over with its head, though %s has no end",
    async (what) => {
      const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 20, probes: 1 };
      const upstream = await rawUpstream(({ socket }, text) => {
        if (text.startsWith("GET /well ")) socket.write(OK);
        else if (text.startsWith("GET /ill ")) socket.end();
        else if (/upgrade: websocket/i.test(text))
          socket.write("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        else socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntick\r\n");
      });
      const service = serviceOf(upstreamOf([upstream.origin], { breaker }));
      const { port, gateway } = await gatewayFor(snapshotOf(service, everything));
      for (let i = 0; i < 4; i++) await ask(port, get("/ill"), /\}$/);
      const set = gateway.targets.get("shop")!;
      expect(set.breaker).toBe("open");
      await eventually(() => set.breaker === "half-open");
      const fields = ["Connection: upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
      const socket = get("/", ...fields, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      const client = new RawClient(port).write(what === "a WebSocket" ? socket : get("/"));
      await client.until(what === "a WebSocket" ? / 101 [^]*\r\n\r\n/ : /tick/);
      expect(set.breaker).toBe("closed");
      // Its end says nothing more.
      for (const { socket: each } of upstream.peers) each.resetAndDestroy();
      await client.untilEnd();
      await eventually(() => gateway.active === 0);
      for (let i = 0; i < 2; i++) expect(await ask(port, get("/well"), /ok$/)).toMatch(/ 200 /);
      expect(set.breaker).toBe("closed");
    },
  );

  test("are over with the head of a reply, however long that goes on", async () => {
    const asked = new Set<string>();
    const upstream = await rawUpstream(({ socket }, text) => {
      const [, path = ""] = text.split(" ");
      const isFirst = !asked.has(path);
      asked.add(path);
      if (isFirst) socket.write("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
      else if (path === "/well") socket.write(OK);
      else socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntick\r\n");
    });
    const one = { ...retry, budget: { ratio: 0.5, min: 1 } };
    const { port } = await gatewayFor(
      snapshotOf(to(upstream), [operationOf("GET /{rest:path}", { retry: one })]),
    );
    await new RawClient(port).write(get("/events")).until(/tick/);
    expect(await ask(port, get("/well"), /ok$|\r\n\r\n$/)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("stay within their budget when everything fails", async () => {
    let asked = 0;
    const upstream = await rawUpstream(({ socket }) => {
      asked++;
      setTimeout(() => socket.write("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"), 5);
    });
    const many = { ...retry, attempts: 3, backoff: { base: 10, max: 50 } };
    const { port } = await gatewayFor(snapshotOf(to(upstream), [operationOf("GET /x", { retry: many })]));
    const worker = async (): Promise<void> => {
      const client = new RawClient(port);
      for (let i = 0; i < 20; i++) {
        client.text = "";
        client.write(get("/x"));
        await client.until(/HTTP\/1\.1 503[^]*?\r\n\r\n/);
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    expect(asked).toBeLessThanOrEqual(64 * 20 * 1.2 + 3);
    expect(asked).toBeGreaterThan(64 * 20);
  });

  test("are free once where a kept connection was being closed", async () => {
    const upstream = await rawUpstream(({ socket, received }) => {
      if ((received.match(/GET /g) ?? []).length > 1) socket.destroy();
      else socket.write(OK);
    });
    const { port, gateway } = await gatewayFor(snapshotOf(to(upstream), [operationOf("GET /x")]));
    for (let i = 0; i < 10; i++) expect(await ask(port, get("/x"), /(ok|\})$/)).toMatch(/^HTTP\/1\.1 200/);
    expect(gateway.active).toBe(0);
  });
});
