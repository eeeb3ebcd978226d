import { describe, expect, it } from "vitest";
import { parseSource } from "../documents/source-file.ts";
import type { Compiled } from "./compile.ts";
import { compiledOf, mistakesOf, operationOf, orders, snapshotOf, texts } from "./compile.fixture.ts";

function at(servers: string, more = ""): string {
  return `openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: ${servers}\npaths: { /a: { get: { operationId: a, responses: {} ${more} } } }\n`;
}

describe("where a service runs", () => {
  it("is the first server, with variables by the configuration, the environment, or their default", () => {
    const text = at(
      '[{ url: "https://{region}.example.com:{port}/{base}/", variables: { region: { default: eu, enum: [eu, us] }, port: { default: "443" }, base: { default: v1 } } }]',
    );
    const originOf = (config: Parameters<typeof snapshotOf>[1]): unknown =>
      snapshotOf({ orders: text }, config).services["orders"]?.upstream.discovery;
    const target = (origin: string): unknown => ({ kind: "static", targets: [{ origin, weight: 1 }] });
    expect(originOf({})).toEqual(target("https://eu.example.com"));
    expect(originOf({ services: { orders: { variables: { region: "us", port: "8443" } } } })).toEqual(
      target("https://us.example.com:8443"),
    );
    expect(originOf({ environment: { ORDERS_REGION: "us" } })).toEqual(target("https://us.example.com"));
    expect(operationOf(snapshotOf({ orders: text }), "orders:a").target).toBe("/v1/a");
    expect(mistakesOf(text, { services: { orders: { variables: { region: "mars" } } } })).toEqual([
      'orders.yaml:3: the variable \'region\' of the server\'s address may not be "mars", only ["eu","us"]. Correct `servers`, or write `variables` at the service. [GW310]',
    ]);
  });

  it("has to be known, and the configuration can say it", () => {
    const known =
      "Write an absolute address into `servers`, or `upstream: http://…` at the service 'orders'. [GW309]";
    expect(mistakesOf(at("[{ url: /v1 }]"))).toEqual([
      `orders.yaml:3: where 'orders' runs is not known: the address in \`servers\` is relative. ${known}`,
    ]);
    expect(mistakesOf(at("[]"))).toEqual([
      `orders.yaml:3: where 'orders' runs is not known: the document has no \`servers\`. ${known}`,
    ]);
    const { services, operations } = snapshotOf(
      { orders: at("[{ url: /v1 }]") },
      { services: { orders: { upstream: "http://10.0.0.1:8080/base" } } },
    );
    expect(services["orders"]?.upstream).toMatchObject({
      discovery: { targets: [{ origin: "http://10.0.0.1:8080" }] },
      basePath: "/base",
    });
    expect(operations[0]).toMatchObject({ target: "/base/a", template: "/base/a" });
  });

  it("is where the document was found, if that says nothing", () => {
    for (const servers of ["", "servers: []\n"]) {
      const text = `openapi: 3.1.0\ninfo: { title: A, version: "1" }\n${servers}paths: { /a: { get: { operationId: a, responses: {} } } }\n`;
      const main = parseSource(text, "orders", "http://10.0.0.1:3000/docs/openapi.json");
      const { services, operations } = snapshotOf({ orders: { main, siblings: new Map(), overlays: [] } });
      expect(services["orders"]?.upstream).toMatchObject({
        discovery: { targets: [{ origin: "http://10.0.0.1:3000" }] },
        basePath: "",
      });
      expect(operations[0]).toMatchObject({ target: "/a", template: "/a" });
    }
  });

  it("is an address of http, without credentials, query and fragment", () => {
    for (const [url, why] of [
      ["ftp://a.example", "a server's address (it is neither http nor https)"],
      ["https://user:pass@a.example", "a server's address (it holds credentials)"],
      ["https://a.example/?x=1", "a server's address (it has a query or a fragment)"],
      ["//a.example", "a server's address with https:// in front"],
      ["api.example.com", "a server's address with https:// in front"],
    ])
      expect(mistakesOf(at(`[{ url: "${url}" }]`)), url).toEqual([
        `orders.yaml:3: '${url}' stands where ${why} should. Correct the document. [GW306]`,
      ]);
    expect(mistakesOf(at('[{ url: "https://{x}.example" }]'))).toEqual([
      "orders.yaml:3: the variable 'x' of the server's address has no value and no default. Correct `servers`, or write `variables` at the service. [GW310]",
    ]);
  });

  it("is known by further addresses: what a redirection to them means is decided by the mount", () => {
    const known = (text: string, config: Parameters<typeof snapshotOf>[1] = {}): unknown =>
      Object.values(snapshotOf({ orders: text }, config).services).map(({ name, addresses }) => [
        name,
        ...(addresses ?? []).map(({ url, prefix }) => `${url} ${prefix}`),
      ]);
    const two = at(
      '[{ url: "https://a.example/v1" }, { url: "https://a.example/v2" }, { url: "http://B.example:80/v1/" }, { url: "/v1" }, { url: "https://{x}.example" }, { url: "https://c.example?x" }, { url: 1 }, {}, 1]',
    );
    expect(known(two)).toEqual([["orders", "http://b.example/v1 /v1"]]);
    expect(known(two, { services: { orders: { upstream: "http://10.0.0.1/", mount: "/shop" } } })).toEqual([
      ["orders", "https://a.example/v1 /shop", "https://a.example/v2 /shop", "http://b.example/v1 /shop"],
    ]);
    const parts = at('[{ url: "https://a.example/v1" }]', ", servers: [{ url: 'https://u.example/u' }]");
    expect(known(parts)).toEqual([
      ["orders", "https://u.example/u /u"],
      ["orders@u.example", "https://a.example/v1 /v1"],
    ]);
    expect(known(at('[{ url: "https://a.example/v1" }]'))).toEqual([["orders"]]);
  });

  it("is known by a hundred addresses at most, however many parts it has", () => {
    const paths = Array.from(
      { length: 150 },
      (_, i) =>
        `  /p${i}: { get: { operationId: o${i}, servers: [{ url: "https://p${i}.example" }], responses: {} } }`,
    );
    const read = (count: number): Compiled =>
      compiledOf({ orders: orders(`paths:\n${paths.slice(0, count).join("\n")}`) });
    const told = ({ warnings }: Compiled): string[] => texts(warnings.filter(({ code }) => code === "GW621"));
    const { services } = read(150).snapshot!;
    expect(told(read(150))).toEqual([
      "orders.yaml:1: 'orders' runs at more than 100 addresses besides its own by its document. Name fewer in `servers`: redirections to the others go to clients as they are. [GW621]",
    ]);
    expect(told(read(90))).toEqual([]);
    expect(Object.keys(services)).toHaveLength(151);
    for (const { addresses = [] } of Object.values(services)) expect([99, 100]).toContain(addresses.length);
  });

  it("has variables of any name", () => {
    const text = at(
      '[{ url: "https://{constructor}.example", variables: { constructor: { default: api } } }]',
    );
    const { services } = snapshotOf(
      { orders: text },
      { services: { orders: { variables: { other: "x" } } } },
    );
    expect(services["orders"]?.upstream.discovery).toMatchObject({
      targets: [{ origin: "https://api.example" }],
    });
  });

  it("may be elsewhere for single operations, unless the configuration says where all of it is", () => {
    const text = at('[{ url: "https://a.example/v1" }]', ", servers: [{ url: 'https://uploads.example/u' }]");
    const snapshot = snapshotOf({ orders: text });
    expect(operationOf(snapshot, "orders:a")).toMatchObject({
      service: "orders@uploads.example",
      template: "/u/a",
      target: "/u/a",
    });
    expect(snapshot.services["orders@uploads.example"]?.upstream.discovery).toEqual({
      kind: "static",
      targets: [{ origin: "https://uploads.example", weight: 1 }],
    });
    const moved = snapshotOf(
      { orders: text },
      { services: { orders: { upstream: "http://127.0.0.1:3000" } } },
    );
    expect(Object.keys(moved.services)).toEqual(["orders"]);
  });
});
