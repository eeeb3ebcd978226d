// Policies and bodies that take their time, or never end.
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { fetchHandler } from "../../../waymark/src/server/fetch.ts";
import type { Step } from "../call.ts";
import { definePolicy, type DefinedPolicy } from "../define-policy.ts";
import {
  answering,
  ask,
  DRIVERS,
  eventually,
  get,
  listening,
  OK,
  RawClient,
  rawUpstream,
  to,
  type Peer,
  watchedGateway,
  type WatchedGateway,
} from "./plane.fixture.ts";
import { NO_RETRY, operationOf, serviceOf, snapshotOf, TIMEOUTS, upstreamOf } from "./snapshot.fixture.ts";

/** A gateway whose operation has this policy, and 200 ms in all. */
async function gatewayWith(
  policy: DefinedPolicy,
  driver: (typeof DRIVERS)[number] = "wire",
  total: number | null = 200,
  answer = answering(OK),
): Promise<WatchedGateway> {
  const upstream = await rawUpstream(answer);
  const operation = operationOf("POST /", { timeouts: { ...TIMEOUTS, total } });
  const reading = operationOf("GET /", { timeouts: { ...TIMEOUTS, total } });
  return watchedGateway(snapshotOf(to(upstream), [operation, reading]), driver, {
    stepsOf: (_, context) => [policy["~policy"].step({}, context) ?? []].flat(),
  });
}
const running = (run: () => unknown, needs: readonly ["body"] | readonly [] = []): DefinedPolicy =>
  definePolicy({ kind: "own", phase: "request", needs, run: run as () => undefined });
const never = (): Promise<never> => new Promise(() => undefined);

describe.each(DRIVERS)("a policy (%s)", (driver) => {
  test("that never ends is 504 when the operation's time is over, and is named in the log", async () => {
    const { port, finished, gateway } = await gatewayWith(running(never), driver);
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 504 [^]*could not be answered in time/);
    expect(finished).toMatchObject([{ status: 504, failure: "timeout", log: { policy: "own" } }]);
    expect(gateway.active).toBe(0);
  });

  test("that ends late takes its time from the service's", async () => {
    const slow = running(() => new Promise((resolve) => setTimeout(resolve, 150)));
    const late = ({ socket }: Peer): void => void setTimeout(() => socket.write(OK), 150);
    // Each of both would be in time.
    const { port, finished } = await gatewayWith(slow, driver, 200, late);
    expect(await ask(port, get("/"), /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 504 /);
    expect(finished).toMatchObject([{ status: 504, failure: "timeout" }]);
  });

  test("that somebody waits for no more is over: 499, aborted", async () => {
    const { port, finished, gateway } = await gatewayWith(running(never), driver, null);
    const client = connect(port, "127.0.0.1");
    client.write(get("/"));
    await eventually(() => gateway.active === 1);
    client.destroy();
    await eventually(() => finished.length === 1);
    expect(finished).toMatchObject([{ status: 499, isAborted: true, failure: undefined }]);
    expect(gateway.active).toBe(0);
  });

  test("has no successor where it ends too late, and whoever asks for the end then is told at once", async () => {
    let [held, after] = [0, 0];
    let end = (): void => undefined;
    const slow: Step = {
      kind: "slow",
      phase: "request",
      needs: [],
      async run(call) {
        await new Promise<void>((resolve) => (end = resolve));
        held++;
        call.onEnd(() => void held--);
      },
    };
    const next: Step = { kind: "next", phase: "request", needs: [], run: () => void after++ };
    const upstream = await rawUpstream(answering(OK));
    const operation = operationOf("GET /", { timeouts: { ...TIMEOUTS, total: 20 } });
    const { port } = await watchedGateway(snapshotOf(to(upstream), [operation]), driver, {
      stepsOf: () => [slow, next],
    });
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 504 /);
    end();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([held, after]).toEqual([0, 0]);
  });

  test("of the reply that never ends is 504 as well, and is named in the log", async () => {
    for (const needs of [[], ["response-body"]] as const) {
      const own = definePolicy({ kind: "own", phase: "response", needs, respond: never });
      const { port, finished, gateway } = await gatewayWith(own, driver);
      expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 504 [^]*could not be answered in time/);
      expect(finished).toMatchObject([{ status: 504, failure: "timeout", log: { policy: "own" } }]);
      expect(gateway.active).toBe(0);
      expect(
        [...gateway.targets.values()].flatMap(({ targets }) => targets.map(({ active }) => active)),
      ).toEqual([0]);
    }
  });

  test("of the reply is not blamed for a body that takes too long to come", async () => {
    const own = definePolicy({ kind: "own", phase: "response", needs: ["response-body"], respond: never });
    const drip = ({ socket }: Peer): void => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 10);
      socket.on("close", () => clearInterval(timer));
    };
    const { port, finished } = await gatewayWith(own, driver, 200, drip);
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 504 [^]*'shop' did not answer in time/);
    expect(finished).toMatchObject([{ status: 504, failure: "timeout", log: undefined }]);
  });

  test("is not blamed for a body that does not come", async () => {
    const { port, finished } = await gatewayWith(
      running(() => undefined, ["body"]),
      driver,
    );
    const request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf";
    expect(await ask(port, request, /\}$/)).toMatch(/^HTTP\/1\.1 408 /);
    expect(finished).toMatchObject([{ status: 408, failure: undefined, log: undefined }]);
  });

  test.each([5, null, "yes", {}, Promise.resolve(5)])("that gives %s is a fault", async (given) => {
    const { port, finished, reports } = await gatewayWith(
      running(() => given),
      driver,
    );
    expect(await ask(port, get("/"), /\}$/)).toMatch(/^HTTP\/1\.1 500 /);
    expect(finished).toMatchObject([{ status: 500, failure: "internal", log: { policy: "own" } }]);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^The policy 'own' failed for shop:GET \//);
  });
});

test("a policy that fails later for a client that had left before it was asked fails nothing else", async () => {
  const failing = running(async () => {
    await Promise.resolve();
    throw new Error("later");
  });
  const { gateway, finished } = await gatewayWith(failing);
  const asked = new Request("http://a/", { signal: AbortSignal.abort() });
  expect((await fetchHandler(gateway)(asked)).status).toBe(499);
  // Where nobody caught it, the run of the tests fails.
  await new Promise((resolve) => setImmediate(resolve));
  expect(finished).toMatchObject([{ status: 499, isAborted: true }]);
  expect(gateway.active).toBe(0);
});

describe.each(DRIVERS)("a body that does not come (%s)", (driver) => {
  test.each([
    ["/sum", 408, undefined],
    ["/idle", 504, "timeout"],
  ])(
    "is its client's fault where an application in this process asks for it: %s",
    async (path, status, failure) => {
      const module = new URL("./module.fixture.ts", import.meta.url).pathname;
      const discovery = { kind: "module", path: module, export: "default" } as const;
      const operation = operationOf(`POST ${path}`, { timeouts: { ...TIMEOUTS, total: 100 } });
      const snapshot = snapshotOf(serviceOf(upstreamOf([], { discovery })), [operation]);
      const { port, finished } = await watchedGateway(snapshot, driver);
      const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`;
      expect(await ask(port, `${head}[1`, /\}$/)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(finished).toMatchObject([{ status, failure }]);
    },
  );

  test.each(["http1", "http2"] as const)(
    "is the service's fault where it takes none: %s",
    async (protocol) => {
      const mute = createServer((socket) => void socket.on("error", () => undefined).pause());
      const taken = new Set<Socket>();
      mute.on("connection", (socket) => taken.add(socket));
      const to = await listening(mute, () => {
        for (const socket of taken) socket.destroy();
        mute.close();
      });
      const upstream = upstreamOf([`http://127.0.0.1:${to}`], { protocol });
      const size = 20_000_000;
      const limits = { body: size, head: 16_384 };
      const operation = operationOf("POST /", { limits, timeouts: { ...TIMEOUTS, total: 300 } });
      const { port, finished } = await watchedGateway(snapshotOf(serviceOf(upstream), [operation]), driver);
      const client = new RawClient(port).write(
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`,
      );
      client.write(Buffer.alloc(size));
      expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 504 /);
      expect(finished).toMatchObject([{ status: 504, failure: "timeout" }]);
    },
  );

  test.each(["Content-Length: 9\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"])(
    "is over in time with its client to blame, kept for another attempt or not: %j",
    async (body) => {
      const upstream = await rawUpstream(() => undefined);
      const retry = { ...NO_RETRY, attempts: 2 };
      const operation = operationOf("PUT /", { retry, timeouts: { ...TIMEOUTS, total: 100 } });
      const { port, finished } = await watchedGateway(snapshotOf(to(upstream), [operation]), driver);
      expect(await ask(port, `PUT / HTTP/1.1\r\nHost: a\r\n${body}`, /\}$/)).toMatch(/^HTTP\/1\.1 408 /);
      expect(finished).toMatchObject([{ status: 408, failure: undefined }]);
    },
  );
});
