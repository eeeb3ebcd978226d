import { describe, expect, it } from "vitest";
import { BareExchange } from "../http/bare-exchange.fixture.ts";
import { appWith } from "./app.fixture.ts";
import { trustedHosts } from "./trusted-hosts.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const app = appWith([trustedHosts(["example.com", "*.example.org", "[::1]"])]);
app.get("/items", () => "ok");

/** A request with exactly these lines: what a driver or another runtime may let through. */
class Asked extends BareExchange {
  override end(): void {}
}
async function statusWith(...hosts: string[]): Promise<number> {
  await app.start();
  const exchange = new Asked({ path: "/items", headers: hosts.map((host) => ["host", host]) });
  await app.handle(exchange);
  return exchange.status;
}

describe("trusted hosts", () => {
  it.each([
    ["example.com", 200],
    ["example.com:8080", 200],
    ["EXAMPLE.COM", 200],
    ["a.example.org", 200],
    ["[::1]:8000", 200],
    ["example.org", 421],
    ["evil.test", 421],
    ["example.com.evil.test", 421],
    ["localhost", 421],
    ["", 400],
    ["example.com/admin", 400],
    ["user@example.com", 400],
    ["example.com, evil.test", 400],
    ["exam ple.com", 400],
    ["example.com:99999", 400],
  ])("%j: %i", async (host, status) => {
    expect(await statusWith(host)).toBe(status);
  });

  it("refuses a request without a host, and one with two", async () => {
    expect(await statusWith()).toBe(400);
    expect(await statusWith("example.com", "example.com")).toBe(400);
  });

  it("says nothing of what was sent", async () => {
    const response = await app.request("/items", { host: "evil.test" });
    expect(await response.json()).toMatchObject({ detail: "This server does not answer for that host." });
  });

  it("is around paths without a route as well", async () => {
    expect((await app.request("/nowhere", { host: "evil.test" })).status).toBe(421);
    expect((await app.request("/nowhere", { host: "example.com" })).status).toBe(404);
  });

  it("goes by the host that a trusted proxy forwards", async () => {
    const behind = appWith([trustedProxies(["loopback"], { host: true }), trustedHosts(["example.com"])]);
    behind.get("/items", () => "ok");
    const ask = (host: string, forwarded: string, remoteAddress: string): Promise<number> =>
      behind
        .request("/items", { host, remoteAddress, headers: { "x-forwarded-host": forwarded } })
        .then(({ status }) => status);
    expect(await ask("inside", "example.com", "127.0.0.1")).toBe(200);
    expect(await ask("inside", "example.com", "192.0.2.1")).toBe(421);
    expect(await ask("example.com", "evil.test", "127.0.0.1")).toBe(421);
  });
});
