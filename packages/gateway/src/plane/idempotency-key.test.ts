import { describe, expect, test } from "vitest";
import type { PolicyKind } from "../call.ts";
import { ask, DRIVERS, gatewayFor, kindOf, OK, rawUpstream, stepsOfKinds } from "./plane.fixture.ts";
import { NO_RETRY, operationOf, policyOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

const BUSY = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
const KEY = 'Idempotency-Key: "8e03978e"';

const setKey = (value: string | null): PolicyKind =>
  kindOf("key", "request", { run: (call) => void call.upstreamHeaders.set("idempotency-key", value) });

interface Setting {
  readonly driver?: (typeof DRIVERS)[number];
  readonly mode?: "busy" | "cut";
  readonly method?: string;
  readonly isAllowed?: boolean;
  readonly kind?: PolicyKind;
  readonly body?: string;
  readonly lines?: readonly string[];
}

/** How a request is answered, and what reached an upstream whose first answer is no good. */
async function tried(setting: Setting): Promise<{ status: string; received: string[] }> {
  const { driver = "wire", mode = "cut", method = "POST", isAllowed = true, kind, lines = [KEY] } = setting;
  const { body = "Content-Length: 3\r\n\r\nabc" } = setting;
  const received: string[] = [];
  const upstream = await rawUpstream((peer) => {
    if (!/\r\n\r\n(?:abc|3\r\nabc\r\n0\r\n\r\n)$/.test(peer.received)) return;
    received.push(peer.received);
    peer.received = "";
    if (received.length > 1) peer.socket.write(OK);
    else if (mode === "busy") peer.socket.write(BUSY);
    else peer.socket.destroy();
  });
  const retry = {
    ...NO_RETRY,
    attempts: 1,
    bodyLimit: 16,
    ...(isAllowed && { idempotencyKey: true as const }),
  };
  const policies = kind === undefined ? [] : [policyOf(kind.phase, kind.kind)];
  const operation = operationOf(`${method} /x`, { retry, policies });
  const { port } = await gatewayFor(
    snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operation]),
    driver,
    kind === undefined ? {} : { stepsOf: stepsOfKinds([kind]) },
  );
  const head = [`${method} /x HTTP/1.1`, "Host: a", ...lines].join("\r\n");
  const answer = await ask(port, `${head}\r\n${body}`, /\r\n\r\n(?:ok|.*\}|)$/s);
  return { status: answer.slice(9, 12), received };
}

describe.each(DRIVERS)("a request with an Idempotency-Key (%s)", (driver) => {
  test.each(["POST", "PATCH"])(
    "is a %s that is repeated, byte by byte, where the operation says so",
    async (method) => {
      for (const mode of ["busy", "cut"] as const) {
        const { status, received } = await tried({ driver, mode, method });
        expect([mode, status, received.length]).toEqual([mode, "200", 2]);
        expect(received[1]).toBe(received[0]);
        expect(received[1]).toMatch(/^idempotency-key: "8e03978e"\r$/im);
      }
    },
  );

  test("is not repeated where nobody says so, nor one without a key", async () => {
    for (const mode of ["busy", "cut"] as const)
      for (const setting of [
        { isAllowed: false },
        { lines: [] },
        { lines: ["Idempotency-Key:"] },
        { lines: ['Idempotency-Key: ""'] },
        { lines: ["X-Idempotency-Key: 1"] },
        // for the gateway alone, says the client: the service would get none
        { lines: [KEY, "Connection: Idempotency-Key"] },
      ]) {
        const { status, received } = await tried({ driver, mode, ...setting });
        expect([mode, setting, status, received.length]).toEqual([
          mode,
          setting,
          mode === "busy" ? "503" : "502",
          1,
        ]);
      }
  });

  test("is not repeated where its body is not kept", async () => {
    const body = "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const { status, received } = await tried({ driver, body });
    expect([status, received.length]).toEqual(["502", 1]);
    const long = `${"x".repeat(30)}abc`;
    const upstream = await rawUpstream(
      ({ socket, received }) => void (received.endsWith("abc") && socket.destroy()),
    );
    const retry = { ...NO_RETRY, attempts: 1, bodyLimit: 16, idempotencyKey: true as const };
    const { port } = await gatewayFor(
      snapshotOf(serviceOf(upstreamOf([upstream.origin])), [operationOf("POST /x", { retry })]),
      driver,
    );
    // What has come with its head is there in any case; who waits for 100 sends it later.
    const head = `POST /x HTTP/1.1\r\nHost: a\r\n${KEY}\r\nExpect: 100-continue\r\nContent-Length: 33\r\n\r\n`;
    expect(await ask(port, head + long, /\}$/)).toMatch(/HTTP\/1\.1 502/);
    expect(upstream.peers).toHaveLength(1);
  });

  test("is judged by what goes on: a policy may give a key, or take it away", async () => {
    expect(await tried({ driver, kind: setKey("made"), lines: [] })).toMatchObject({ status: "200" });
    expect(await tried({ driver, kind: setKey(null) })).toMatchObject({ status: "502" });
  });
});
