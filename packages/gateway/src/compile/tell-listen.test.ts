import { describe, expect, it } from "vitest";
import type { GatewayConfig } from "../config/config.ts";
import { ASKING, compiledOf, orders, snapshotOf, texts } from "./compile.fixture.ts";

const OPEN = orders("security: []\npaths: { /a: { get: { responses: {} } } }\n");
const CLOSED = orders(
  "security: [{ tls: [] }]\npaths: { /a: { get: { responses: {} }, put: { responses: {} } } }\ncomponents: { securitySchemes: { tls: { type: mutualTLS } } }\n",
);

function listenOf(listen: GatewayConfig["listen"]): unknown {
  return snapshotOf({ orders: OPEN }, listen === undefined ? {} : { listen }).gateway.listen;
}

function mistakesFor(listen: GatewayConfig["listen"], text = OPEN): string[] {
  return texts(compiledOf({ orders: text }, listen === undefined ? {} : { listen }).mistakes);
}

describe("a listener", () => {
  it("speaks plain HTTP unless it has a certificate", () => {
    expect(listenOf(undefined)).toEqual({ host: "127.0.0.1", port: 8080 });
    expect(listenOf({ tls: { cert: "a.pem", key: "a.key" }, http2: true })).toEqual({
      host: "127.0.0.1",
      port: 8080,
      tls: {
        cert: "a.pem",
        key: "a.key",
        certificates: [],
        clientCertificates: null,
        clientCa: null,
        minVersion: "TLSv1.2",
      },
      http2: true,
    });
  });

  it("cannot speak HTTP/2 without it", () => {
    expect(mistakesFor({ http2: true })).toEqual([
      "gateway.config.ts#/listen/http2: clients speak HTTP/2 over TLS alone, and the listener has none. Give `listen` its `tls`, or remove `http2`. [GW220]",
    ]);
  });

  it("needs somebody who vouches for what it requires, and to ask for what somebody vouches for", () => {
    const pair = { cert: "a.pem", key: "a.key" };
    expect(mistakesFor({ tls: { ...pair, clientCertificates: "require" } })[0]).toContain("[GW221]");
    expect(mistakesFor({ tls: { ...pair, clientCa: "ca.pem" } })[0]).toContain("[GW222]");
    expect(mistakesFor({ tls: { ...pair, clientCa: "ca.pem", clientCertificates: "require" } })).toEqual([]);
  });
});

describe("a scheme of client certificates", () => {
  it("wants a listener that asks for them, and says so once", () => {
    const told = [
      "orders.yaml:5: the security scheme 'tls' wants a client certificate, which the listener asks nobody for. Write `listen: { tls: { cert, key, clientCertificates: request } }`: TLS has to end here; or `authentication: upstream` at the service 'orders'. [GW410]",
    ];
    expect(mistakesFor(undefined, CLOSED)).toEqual(told);
    expect(mistakesFor({ tls: { cert: "a.pem", key: "a.key" } }, CLOSED)).toEqual(told);
    expect(mistakesFor(ASKING, CLOSED)).toEqual([]);
  });

  it("may be anything where the service looks at it", () => {
    const services = { orders: { authentication: "upstream" } } as const;
    expect(compiledOf({ orders: CLOSED }, { services }).mistakes).toEqual([]);
  });
});
