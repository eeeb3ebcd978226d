// What is known of a request when it is over: its name, why it was refused, and how much was sent.
import { HttpError } from "waymark/internal";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../snapshot.ts";
import type { Step } from "../call.ts";
import {
  answering,
  ask,
  DRIVERS,
  eventually,
  get,
  OK,
  rawUpstream,
  receivedBy,
  to,
  watchedGateway,
} from "./plane.fixture.ts";
import { operationOf, snapshotOf, type Loose } from "./snapshot.fixture.ts";

const STREAM = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
const OWN = "HTTP/1.1 200 OK\r\nX-Request-Id: theirs\r\nContent-Length: 2\r\n\r\nok";

async function up(
  driver: (typeof DRIVERS)[number],
  settings: Loose<Snapshot["gateway"]> = {},
  answer = OK,
  step?: Step,
) {
  const upstream = await rawUpstream(answering(answer));
  const operations = [operationOf("GET /"), operationOf("POST /", { limits: { body: 4, head: 1024 } })];
  const { port, finished } = await watchedGateway(
    snapshotOf(to(upstream), operations, settings),
    driver,
    { stepsOf: () => (step === undefined ? [] : [step]) },
    [{ readsUserAgent: true, over: () => undefined }],
  );
  return { port, finished, upstream };
}

describe.each(DRIVERS)("a request's name (%s)", (driver) => {
  const nameIn = (reply: string): string | undefined => /^x-request-id: (.*)\r$/im.exec(reply)?.[1];

  test("is made, and known to the service, the client and the log", async () => {
    const { port, finished, upstream } = await up(driver, { requestId: "x-request-id" }, OWN);
    const name = nameIn(await ask(port, get("/", "X-Request-Id: mine"), /ok$/));
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    expect(receivedBy(upstream).match(/x-request-id: .*/gi)).toEqual([`x-request-id: ${name}`]);
    expect(finished).toMatchObject([{ log: { requestId: name } }]);
    expect(nameIn(await ask(port, get("/"), /ok$/))).not.toBe(name);
  });

  test("is a trusted proxy's, where it is one that may stand in a log", async () => {
    const { port } = await up(driver, { requestId: "x-request-id", trustedProxies: ["127.0.0.1"] });
    expect(nameIn(await ask(port, get("/", "X-Request-Id: req-1"), /ok$/))).toBe("req-1");
    expect(nameIn(await ask(port, get("/", 'X-Request-Id: a "b"'), /ok$/))).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("has what no operation answers too", async () => {
    const { port, finished } = await up(driver, { requestId: "x-request-id" });
    const name = nameIn(await ask(port, get("/nowhere"), /\}$/));
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    expect(finished).toMatchObject([{ status: 404, operation: null, log: { requestId: name } }]);
  });

  test("is nobody's unless it is asked for", async () => {
    const { port, upstream } = await up(driver, {}, OWN);
    expect(nameIn(await ask(port, get("/", "X-Request-Id: mine"), /ok$/))).toBe("theirs");
    expect(receivedBy(upstream)).toMatch(/x-request-id: mine/i);
  });
});

describe.each(DRIVERS)("an account (%s)", (driver) => {
  test.each([
    [OK, 2],
    [STREAM, 7],
  ])("has the bytes that a service sent, and the client's own name", async (answer, bytes) => {
    const { port, finished } = await up(driver, {}, answer);
    await ask(port, get("/", "User-Agent: curl/8"), /ok$|g\r\n0\r\n\r\n$/);
    await eventually(() => finished.length === 1);
    expect(finished).toMatchObject([{ bytes, userAgent: "curl/8", refused: undefined }]);
  });

  test("says what refused a request", async () => {
    const step: Step = {
      phase: "limit",
      kind: "limit",
      needs: [],
      run: ({ exchange }) => {
        if (exchange.search !== "") throw new HttpError(429);
      },
    };
    const { port, finished } = await up(driver, {}, OK, step);
    await ask(port, get("/"), /ok$/);
    await ask(port, get("/?more"), /\}$/);
    await ask(port, get("/nowhere"), /\}$/);
    await ask(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789", /\}$/);
    expect(finished.map(({ status, refused }) => [status, refused])).toEqual([
      [200, undefined],
      [429, "limit"],
      [404, "route"],
      [413, "body"],
    ]);
  });
});
