import { describe, expect, test } from "vitest";
import { stepsOf } from "../policies/steps-of.ts";
import type { Operation } from "../snapshot.ts";
import { sha256 } from "../policies/digest.ts";
import { DRIVERS, gatewayFor, OK, RawClient, rawUpstream, type RawUpstream } from "./plane.fixture.ts";
import { type Loose, operationOf, policyOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

const JSON_BODY = {
  required: true,
  content: { "application/json": { schema: { type: "object" } } },
};
const KEYED = [{ key: [] }];

const OPERATIONS: readonly Loose<Operation>[] = [
  operationOf("POST /json", { requestBody: JSON_BODY }),
  operationOf("POST /none"),
  operationOf("POST /keyed", { requestBody: JSON_BODY, security: KEYED }),
  operationOf("POST /admin", {
    requestBody: JSON_BODY,
    security: KEYED,
    policies: [policyOf("authz", "authz", { scopes: ["admin"] })],
  }),
  operationOf("POST /small", { requestBody: JSON_BODY, limits: { body: 2, head: 1000 } }),
  operationOf("POST /bounded", {
    requestBody: JSON_BODY,
    policies: [policyOf("deny", "bodyLimit", { max: 2 })],
  }),
  operationOf("POST /streamed", {
    limits: { body: 2, head: 1000 },
    policies: [policyOf("validate", "validateRequest", { body: false })],
  }),
  operationOf("POST /gone", { retired: true }),
];

async function running(driver: (typeof DRIVERS)[number]): Promise<{ port: number; upstream: RawUpstream }> {
  const upstream = await rawUpstream(({ socket, received }) => {
    if (received.endsWith("}")) socket.write(OK);
  });
  const service = serviceOf(upstreamOf([upstream.origin]), {
    securitySchemes: { key: { kind: "apiKey", in: "header", name: "x-key" } },
  });
  const key = { hash: sha256("demo-key"), scheme: null };
  const consumer = { id: "demo", keys: [key], basic: [], certificates: [], scopes: [], claims: {} };
  const snapshot = { ...snapshotOf(service, OPERATIONS as Operation[]), consumers: [consumer] };
  const { port } = await gatewayFor(snapshot, driver, { stepsOf });
  return { port, upstream };
}

describe.each(DRIVERS)("a client that asks whether to send its body (%s)", (driver) => {
  test.each<[string, number, string[]]>([
    ["/json", 415, ["Content-Type: text/plain", "Content-Length: 2"]],
    ["/json", 415, ["Content-Length: 2"]],
    ["/json", 415, ["Content-Type: text/plain", "Transfer-Encoding: chunked"]],
    ["/json", 415, ["Content-Type: application/json", "Content-Encoding: x-own", "Content-Length: 2"]],
    ["/none", 415, ["Content-Type: application/json", "Content-Length: 2"]],
    ["/keyed", 401, ["Content-Type: application/json", "Content-Length: 2"]],
    ["/admin", 403, ["X-Key: demo-key", "Content-Type: application/json", "Content-Length: 2"]],
    ["/small", 413, ["Content-Type: application/json", "Content-Length: 3"]],
    ["/bounded", 413, ["Content-Type: application/json", "Content-Length: 3"]],
    ["/streamed", 413, ["Content-Type: application/json", "Content-Length: 3"]],
    ["/gone", 410, ["Content-Type: application/json", "Content-Length: 2"]],
    ["/nowhere", 404, ["Content-Type: application/json", "Content-Length: 2"]],
  ])("at %s is answered by %s at once, and not asked for it", async (path, status, lines) => {
    const { port, upstream } = await running(driver);
    const client = new RawClient(port).write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n${lines.join("\r\n")}\r\n\r\n`,
    );
    // RFC 9110 §10.1.1: the client may send it all the same, so that the connection can only end.
    expect(await client.untilEnd()).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close[^]*\\}$`, "i"),
    );
    expect(upstream.peers).toHaveLength(0);
  });

  test("is asked for it where the head says nothing against it", async () => {
    const { port } = await running(driver);
    for (const [path, type] of [
      ["/json", "application/json"],
      ["/keyed", "application/json; charset=utf-8"],
    ]) {
      const client = new RawClient(port).write(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nX-Key: demo-key\r\nExpect: 100-continue\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n`,
      );
      await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
      client.write("{}");
      expect(await client.until(/ok$/)).toMatch(/HTTP\/1\.1 200 OK/);
      client.socket.destroy();
    }
  });
});

describe.each(DRIVERS)("a body that nobody asked about (%s)", (driver) => {
  test("is refused by its media type before it has come", async () => {
    const { port } = await running(driver);
    const client = new RawClient(port).write(
      "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\nabc",
    );
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 415 /);
  });

  test("needs no media type where it is empty in the end", async () => {
    const { port } = await running(driver);
    const client = new RawClient(port).write(
      "POST /json HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    );
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 422 [^]*is required/);
  });
});
