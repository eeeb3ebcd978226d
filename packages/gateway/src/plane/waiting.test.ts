// Policies that take their time, or never end.
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { definePolicy, type DefinedPolicy } from "../define-policy.ts";
import {
  answering,
  ask,
  DRIVERS,
  eventually,
  get,
  OK,
  rawUpstream,
  to,
  type Peer,
  watchedGateway,
  type WatchedGateway,
} from "./plane.fixture.ts";
import { operationOf, snapshotOf, TIMEOUTS } from "./snapshot.fixture.ts";

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
