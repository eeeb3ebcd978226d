import { expect, test } from "vitest";
import { answering, ask, DRIVERS, gatewayFor, get, OK, RawClient, rawUpstream } from "./plane.fixture.ts";
import { operationOf, serviceOf, snapshotOf, TIMEOUTS, upstreamOf } from "./snapshot.fixture.ts";

test.each(DRIVERS)("uploads that drip are their client's fault alone (%s)", async (driver) => {
  const upstream = await rawUpstream(({ socket, received }, text) => {
    if (received.startsWith("GET")) answering(OK)({ socket, received, index: 0 }, text);
  });
  const breaker = { failureRatio: 0.5, minimum: 2, window: 10_000, openFor: 60_000, probes: 1 };
  const passive = { failures: 1, ejectFor: 60_000, maxEjected: 1 };
  const service = serviceOf(upstreamOf([upstream.origin], { breaker, health: { active: null, passive } }));
  const { port } = await gatewayFor(
    snapshotOf(service, [
      operationOf("POST /up", { timeouts: { ...TIMEOUTS, total: 60 } }),
      operationOf("GET /x"),
    ]),
    driver,
  );
  const clients = Array.from({ length: 8 }, () =>
    new RawClient(port).write("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\na"),
  );
  for (const client of clients) expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 408 /);
  expect(await ask(port, get("/x"), /ok$/)).toMatch(/ 200 /);
});
