// What an operator hears of an upstream that no connection can be made to, and what its clients do not.
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import { describe, expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import type { Service, Upstream } from "../snapshot.ts";
import {
  ask,
  DRIVERS,
  get,
  listening,
  rawUpstream,
  watchedGateway,
  type WatchedGateway,
} from "./plane.fixture.ts";
import { NO_RETRY, operationOf, serviceOf, snapshotOf, upstreamOf, type Loose } from "./snapshot.fixture.ts";

const RETRY = { ...NO_RETRY, attempts: 2 };

async function secureUpstream(
  protocol: Upstream["protocol"],
): Promise<{ origin: string; asked: () => number }> {
  let handshakes = 0;
  const server = protocol === "http2" ? createSecureServer(TEST_CERTIFICATE) : createServer(TEST_CERTIFICATE);
  server.on("tlsClientError", () => undefined);
  server.on("connection", () => handshakes++);
  const port = await listening(server, () => new Promise((resolve) => server.close(resolve)));
  return { origin: `https://127.0.0.1:${port}`, asked: () => handshakes };
}

function inFrontOf(
  origins: readonly string[],
  changes: Loose<Upstream>,
  driver: (typeof DRIVERS)[number] = "wire",
): Promise<WatchedGateway> {
  const service: Service = serviceOf(upstreamOf(origins, changes), { name: "tlsbad" });
  const operation = operationOf("GET /", { service: "tlsbad", retry: RETRY });
  return watchedGateway(snapshotOf(service, [operation]), driver);
}

describe.each(["http1", "http2"] as const)(
  "an upstream of %s whose certificate does not hold",
  (protocol) => {
    test.each(DRIVERS)("is told once with the reason, and asked once (%s)", async (driver) => {
      const { origin, asked } = await secureUpstream(protocol);
      const { port, reports, finished } = await inFrontOf([origin], { protocol }, driver);
      const reply = await ask(port, get("/"), /\}$/);
      expect(reply).toMatch(/^HTTP\/1\.1 502 [^]*No secure connection to the service 'tlsbad' could be made/);
      expect(reply).not.toContain("127.0.0.1");
      await ask(port, get("/"), /\}$/);
      expect(reports).toEqual([
        `service 'tlsbad': ${origin}: DEPTH_ZERO_SELF_SIGNED_CERT (self-signed certificate)`,
      ]);
      expect(asked()).toBe(2);
      expect(finished.map(({ failure, reason, attempts }) => [failure, reason, attempts])).toEqual([
        ["connect", "DEPTH_ZERO_SELF_SIGNED_CERT", 1],
        ["connect", "DEPTH_ZERO_SELF_SIGNED_CERT", 1],
      ]);
    });

    test("has another name than is expected", async () => {
      const { origin } = await secureUpstream(protocol);
      const tls = { verify: true, serverName: "other.example", ca: null, cert: null, key: null };
      const { port, finished } = await inFrontOf([origin], { protocol, tls });
      await ask(port, get("/"), /\}$/);
      expect(finished[0]!.reason).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID/);
    });

    test("speaks no TLS at all", async () => {
      const plain = await rawUpstream(({ socket }) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      const { port, reports } = await inFrontOf([plain.origin.replace("http:", "https:")], { protocol });
      await ask(port, get("/"), /\}$/);
      expect(reports.join("\n")).toMatch(
        /^service 'tlsbad': https:\/\/127\.0\.0\.1:\d+: .*wrong version number/i,
      );
    });
  },
);

test("another target may have a certificate that holds", async () => {
  const bad = await secureUpstream("http1");
  const good = await rawUpstream(({ socket }) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
  );
  const { port, reports } = await inFrontOf([bad.origin, good.origin], {});
  for (let i = 0; i < 4; i++) expect(await ask(port, get("/"))).toMatch(/^HTTP\/1\.1 200 /);
  expect(reports).toHaveLength(1);
});

test("an upstream that is not there is told with the system's code", async () => {
  const { port, reports, finished } = await inFrontOf(["http://127.0.0.1:1"], {});
  const reply = await ask(port, get("/"), /\}$/);
  expect(reply).not.toContain("127.0.0.1");
  expect(reports).toEqual(["service 'tlsbad': http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1"]);
  expect(finished[0]).toMatchObject({ failure: "connect", reason: "ECONNREFUSED", attempts: 3 });
});
