import { createSecureServer, createServer as createHttp2Server, type Http2Server } from "node:http2";
import type { Server } from "node:net";
import { expect, test } from "vitest";
import { TEST_CERTIFICATE } from "../../../waymark/src/server/certificate.fixture.ts";
import type { Upstream } from "../snapshot.ts";
import type { LiveTarget } from "../upstream/target-set.ts";
import { frameUpstream } from "./http2-frames.fixture.ts";
import { closing, eventually, listening } from "./plane.fixture.ts";
import { ServiceRuntime } from "./service-runtime.ts";
import { type Loose, serviceOf, upstreamOf } from "./snapshot.fixture.ts";

const active: Upstream["health"]["active"] = {
  path: "/healthz?of=all",
  interval: 10,
  timeout: 100,
  statuses: [200, 299],
  healthyAfter: 1,
  unhealthyAfter: 1,
};

async function checked(origin: string, changes: Loose<Upstream> = {}): Promise<LiveTarget> {
  const service = serviceOf(
    upstreamOf([origin], { protocol: "http2", health: { active, passive: null }, ...changes }),
  );
  const runtime = closing(new ServiceRuntime(service, () => undefined), (each) => each.close());
  await runtime.start();
  return runtime.targets.targets[0]!;
}

test.each([false, true])(
  "a target that speaks HTTP/2 is asked so for its health, with TLS: %s",
  async (isSecure) => {
    let status = 500;
    let open = 0;
    const asked = new Set<string>();
    const server: Http2Server = isSecure ? createSecureServer(TEST_CERTIFICATE) : createHttp2Server();
    server.on("request", ({ method, url, authority, headers }, response) => {
      asked.add(`${method} ${url} ${authority} ${headers["user-agent"]}`);
      response.writeHead(status);
      // It has no end.
      response.write("body");
    });
    server.on("session", (session) => {
      open++;
      session.on("close", () => void open--);
    });
    const port = await listening(server as unknown as Server);
    const origin = `${isSecure ? "https" : "http"}://127.0.0.1:${port}`;
    const target = await checked(origin, {
      tls: { verify: false, serverName: null, ca: null, cert: null, key: null },
    });
    await eventually(() => target.state === "down");
    status = 204;
    await eventually(() => target.state === "up");
    expect([...asked]).toEqual([`GET /healthz?of=all 127.0.0.1:${port} waymark-gateway (health check)`]);
    await eventually(() => open === 0);
  },
);

test("one that does not answer is not well, and keeps no connection", async () => {
  const silent = await frameUpstream(() => undefined);
  const target = await checked(silent.origin);
  await eventually(() => target.state === "down");
  await eventually(() => silent.open() === 0);
  expect((await checked("http://127.0.0.1:1")).state).toBe("up");
  const gone = await checked("http://127.0.0.1:1");
  await eventually(() => gone.state === "down");
});
