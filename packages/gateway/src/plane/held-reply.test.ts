// Replies that policies look at before the client gets anything of them: their ends, and what stands for a body that is not sent.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Step } from "../call.ts";
import type { Service } from "../snapshot.ts";
import { atRequests, END_STREAM, frameUpstream } from "./http2-frames.fixture.ts";
import {
  ask,
  DRIVERS,
  gatewayFor,
  get,
  kindOf,
  RawClient,
  rawUpstream,
  stepsOfKinds,
  to,
  type GatewayUnderTest,
} from "./plane.fixture.ts";
import { operationOf, policyOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

describe.each(DRIVERS)("a policy that takes its time over the head of a reply (%s)", (driver) => {
  const gatewayTo = (service: Service): Promise<GatewayUnderTest> =>
    gatewayWith(service, { respond: () => wait(30).then(() => undefined) }, driver);
  const all = async ({ port }: GatewayUnderTest, path: string): Promise<string> =>
    new RawClient(port).write(get(path, "Connection: close")).untilEnd();

  test.each([
    ["/count", /\r\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n2\r\n3\n\r\n0\r\n\r\n$/],
    ["/none", /\r\n\r\n0\r\n\r\n$/],
  ])("loses nothing of an application in this process: %s", async (path, body) => {
    const discovery = {
      kind: "module",
      path: new URL("./module.fixture.ts", import.meta.url).pathname,
      export: "default",
    } as const;
    const gateway = await gatewayTo(serviceOf(upstreamOf([], { discovery })));
    expect(await all(gateway, path)).toMatch(body);
    expect(gateway.gateway.active).toBe(0);
  });

  test.each([
    ["abc", /\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/],
    ["", /\r\n\r\n0\r\n\r\n$/],
  ])("loses nothing of an upstream that speaks HTTP/2: %j", async (text, body) => {
    const upstream = await frameUpstream(
      atRequests((peer, stream) => peer.headers(stream, [[":status", "200"]]).data(stream, text, END_STREAM)),
    );
    const gateway = await gatewayTo(serviceOf(upstreamOf([upstream.origin], { protocol: "http2" })));
    expect(await all(gateway, "/")).toMatch(body);
    expect(gateway.gateway.active).toBe(0);
  });
});

describe.each(DRIVERS)("a reply whose body is not sent (%s)", (driver) => {
  const reads = ["response-body"] as const;
  const shorter = Buffer.from("{}");
  const steps: Record<string, [step: Partial<Step>, length: string | undefined]> = {
    "of the head": [{ respond: () => undefined }, "50"],
    "that gives a body without reading the other": [{ respond: () => ({ body: shorter }) }, "2"],
    "that makes a body of the other": [
      { needs: reads, respond: (_, { body }) => (body!.length === 0 ? undefined : { body: shorter }) },
      undefined,
    ],
  };
  const heads = {
    HEAD: "200 OK\r\nContent-Type: application/json\r\n",
    GET: '304 Not Modified\r\nETag: "a"\r\n',
  };
  test.each(
    Object.entries(steps).flatMap(([name, step]) =>
      Object.entries(heads).flatMap(([method, head]) =>
        ["", "Content-Encoding: gzip\r\n", "Content-Encoding: rot13\r\n"].map(
          (coding) => [method, coding.trim(), name, head + coding, ...step] as const,
        ),
      ),
    ),
  )("to %s, %s: the length that a policy %s leaves is told", async (method, _, _name, head, step, length) => {
    const upstream = await rawUpstream(({ socket }) =>
      socket.write(`HTTP/1.1 ${head}Content-Length: 50\r\n\r\n`),
    );
    const { port } = await gatewayWith(to(upstream), step, driver);
    const reply = await ask(port, get("/").replace("GET", method));
    expect(reply).toMatch(method === "HEAD" ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 304 /);
    expect(/content-length: (\d+)/i.exec(reply)?.[1]).toBe(length);
  });
});

test("a status that a policy has made is not the service's", async () => {
  const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 60_000, probes: 1 };
  for (const [said, made, state] of [
    [200, 500, "closed"],
    [500, 200, "open"],
  ] as const) {
    const upstream = await rawUpstream(({ socket }) => {
      socket.write(`HTTP/1.1 ${said} X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n`);
      setTimeout(() => socket.write("0\r\n\r\n"), 5);
    });
    const service = serviceOf(upstreamOf([upstream.origin], { breaker }));
    const { port, gateway } = await gatewayWith(service, { respond: () => ({ status: made }) }, "wire");
    for (let i = 0; i < 4; i++)
      expect(await ask(port, get("/"), /\r\n0\r\n\r\n$/)).toMatch(new RegExp(`^HTTP/1.1 ${made} `));
    expect(gateway.targets.get("shop")!.breaker).toBe(state);
  }
});

function gatewayWith(
  service: Service,
  step: Partial<Step>,
  driver: (typeof DRIVERS)[number],
): Promise<GatewayUnderTest> {
  const policies = [policyOf("response", "own")];
  const operations = ["GET", "HEAD"].map((method) => operationOf(`${method} /{rest:path}`, { policies }));
  return gatewayFor(snapshotOf(service, operations), driver, {
    stepsOf: stepsOfKinds([kindOf("own", "response", step)]),
  });
}
