// What a balancer and an orchestrator see of a gateway that is told to stop.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Folder, GatewayProcess } from "./gateway-process.ts";

const document = (port: number): string =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1.0.0" },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    paths: Object.fromEntries(
      ["/one", "/stream"].map((path) => [path, { get: { responses: { 200: { description: "OK" } } } }]),
    ),
  });

describe("a gateway that is told to stop", { timeout: 60_000 }, () => {
  let upstream: Server;
  let folder: Folder;
  let gateway: GatewayProcess | undefined;
  let release: () => void = () => undefined;

  beforeEach(async () => {
    upstream = createServer((request, response) => {
      if (request.url !== "/stream") return void response.end("one");
      response.write("first ");
      release = () => response.end("second");
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    folder = new Folder({
      "gateway.yaml": "services:\n  things: { spec: ./things.json }\n",
      "things.json": document((upstream.address() as AddressInfo).port),
    });
  });
  afterEach(async () => {
    await gateway?.stop("SIGKILL");
    gateway = undefined;
    upstream.closeAllConnections();
    upstream.close();
    folder.remove();
  });

  const probe = async (path: string): Promise<number> => (await fetch(gateway!.adminUrl + path)).status;
  const ask = async (path: string): Promise<number | string> => {
    try {
      const reply = await fetch(gateway!.url + path);
      await reply.text();
      return reply.status;
    } catch {
      return "nobody there";
    }
  };

  it("is not ready from then on, and lives until its last stream is over", async () => {
    gateway = await GatewayProcess.start(folder.path);
    expect([await probe("/ready"), await probe("/health")]).toEqual([200, 200]);
    const reply = await fetch(`${gateway.url}/stream`);
    const stopped = gateway.stop("SIGTERM");
    await expect.poll(() => ask("/one"), { timeout: 10_000 }).toBe("nobody there");
    const draining = await fetch(`${gateway.adminUrl}/ready`);
    expect([draining.status, await draining.json()]).toEqual([503, { status: "draining" }]);
    expect(await probe("/health")).toBe(200);
    release();
    expect(await reply.text()).toBe("first second");
    expect(await stopped).toBe(0);
    expect(gateway.said).toMatch(/"path":"\/stream","status":200/);
    await expect(probe("/health")).rejects.toThrow("fetch failed");
  });

  it("is not ready while it still answers for the drain time", async () => {
    gateway = await GatewayProcess.start(folder.path, "--drain-time", "4");
    const reply = await fetch(`${gateway.url}/stream`);
    const stopped = gateway.stop("SIGTERM");
    await expect.poll(() => probe("/ready"), { timeout: 3000, interval: 20 }).toBe(503);
    expect(await ask("/one")).toBe(200);
    expect(await probe("/health")).toBe(200);
    release();
    expect(await reply.text()).toBe("first second");
    expect(await stopped).toBe(0);
  });
});
