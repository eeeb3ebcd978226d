import { describe, expect, it } from "vitest";
import { endpoint } from "../endpoint.ts";
import { request, response } from "../inputs/index.ts";
import { appWith } from "./app.fixture.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const who = endpoint({ input: { request: request(), response: response() } }, ({ request, response }) => {
  response.cookies.set("c", "1");
  const { clientAddress, remoteAddress, scheme, host, url } = request;
  return { clientAddress, remoteAddress, scheme, host, url };
});

describe("trusted proxies", () => {
  const headers = {
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "example.com",
  };

  it("are believed: the request is what the client sent", async () => {
    const app = appWith([trustedProxies(["loopback"], { host: true })]);
    app.get("/who", who);
    const response = await app.request("/who?a=1", { headers });
    expect(await response.json()).toEqual({
      clientAddress: "203.0.113.7",
      remoteAddress: "127.0.0.1",
      scheme: "https",
      host: "example.com",
      url: "https://example.com/who?a=1",
    });
    expect(response.headers.get("set-cookie")).toContain("; Secure");
  });

  it.each([
    ["nobody says whom to believe", [], "127.0.0.1"],
    ["another peer says it", [trustedProxies(["loopback"], { host: true })], "192.0.2.9"],
  ])("and nothing is, where %s", async (_, middleware, remoteAddress) => {
    const app = appWith(middleware);
    app.get("/who", who);
    const response = await app.request("/who", { headers, remoteAddress });
    expect(await response.json()).toEqual({
      clientAddress: remoteAddress,
      remoteAddress,
      scheme: "http",
      host: "localhost",
      url: "http://localhost/who",
    });
    expect(response.headers.get("set-cookie")).not.toContain("Secure");
  });

  it("are ranges of addresses", () => {
    expect(() => trustedProxies(["everybody"])).toThrow("'everybody' is no range of addresses");
  });
});
