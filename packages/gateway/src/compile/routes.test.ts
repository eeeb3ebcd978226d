import { describe, expect, it } from "vitest";
import type { ServiceConfig } from "../config/config.ts";
import { compiledOf, mistakesOf, operationOf, orders, snapshotOf, texts } from "./compile.fixture.ts";

const READ = `paths:
  /items/{itemId}:
    get:
      operationId: readItem
      parameters:
        - { name: itemId, in: path, required: true, schema: { type: integer } }
        - { name: limit, in: query, required: true, schema: { type: integer } }
        - { name: X-Tenant, in: header, schema: { type: string } }
      responses: {}
`;

describe("a mount", () => {
  const routes = (service: Partial<ServiceConfig>): string[] =>
    snapshotOf({ orders: orders(READ) }, { services: { orders: service } }).operations.map(
      ({ id, hosts, template, target }) => `${id} ${hosts?.join("|") ?? "*"} ${template} -> ${target}`,
    );

  it("is the path of the server's address, or what the configuration says, on hosts", () => {
    expect(routes({})).toEqual(["orders:readItem * /v1/items/{itemId} -> /v1/items/{itemId}"]);
    expect(routes({ mount: "/shop" })).toEqual([
      "orders:readItem * /shop/items/{itemId} -> /v1/items/{itemId}",
    ]);
    for (const mount of ["", "/", { path: "/" }])
      expect(routes({ mount })).toEqual(["orders:readItem * /items/{itemId} -> /v1/items/{itemId}"]);
    expect(routes({ mount: { path: "/shop", aliases: ["/"] } })).toEqual([
      "orders:readItem@/items/{itemId} * /items/{itemId} -> /v1/items/{itemId}",
      "orders:readItem * /shop/items/{itemId} -> /v1/items/{itemId}",
    ]);
    expect(mistakesOf(orders(READ), { services: { orders: { mount: "/shop/" } } })).toEqual([
      expect.stringContaining("a path such as /shop, without / at its end, or / for the root"),
    ]);
    expect(
      routes({
        mount: {
          path: "/shop",
          host: ["API.example.com", "*.example.org"],
          aliases: ["/members", "/old/shop"],
        },
      }),
    ).toEqual([
      "orders:readItem@/members/items/{itemId} api.example.com|*.example.org /members/items/{itemId} -> /v1/items/{itemId}",
      "orders:readItem@/old/shop/items/{itemId} api.example.com|*.example.org /old/shop/items/{itemId} -> /v1/items/{itemId}",
      "orders:readItem api.example.com|*.example.org /shop/items/{itemId} -> /v1/items/{itemId}",
    ]);
  });
});

describe("what stands before a path, there and here,", () => {
  const moved = (service: Partial<ServiceConfig>): unknown[] =>
    snapshotOf(
      { orders: orders(READ) },
      { services: { orders: service }, aliases: [{ path: "/old/{sku}", operation: "orders:readItem" }] },
    ).operations.map(({ template, moved: of }) => [template, of?.from, of?.to]);

  it("is told for what replies say of it, unless both are the same", () => {
    expect(moved({})).toEqual([
      ["/old/{sku}", undefined, undefined],
      ["/v1/items/{itemId}", undefined, undefined],
    ]);
    expect(moved({ mount: { path: "/shop", aliases: ["/members", "/v1"] } })).toEqual([
      ["/members/items/{itemId}", "/v1", "/members"],
      ["/old/{sku}", "/v1", "/shop"],
      ["/shop/items/{itemId}", "/v1", "/shop"],
      ["/v1/items/{itemId}", undefined, undefined],
    ]);
    expect(moved({ mount: "", version: { by: "path" }, upstream: "http://10.0.0.1" })).toEqual([
      ["/old/{sku}", "", "/v1"],
      ["/v1/items/{itemId}", "", "/v1"],
    ]);
  });
});

describe("several majors of a service", () => {
  const two = orders(READ).replace("version: 1.2.0", "version: 2.0.0").replace("/v1", "/v2");
  const versions = (
    one: ServiceConfig["version"],
    other: ServiceConfig["version"],
  ): ReturnType<typeof compiledOf> =>
    compiledOf(
      { "orders-1": orders(READ), "orders-2": two },
      {
        services: {
          "orders-1": { mount: "/shop", version: one! },
          "orders-2": { mount: "/shop", version: other! },
        },
      },
    );

  it("are chosen by path, header or query", () => {
    const paths = versions({ by: "path" }, { by: "path", value: "two" }).snapshot?.operations.map(
      ({ template, target }) => `${template} -> ${target}`,
    );
    expect(paths).toEqual([
      "/v1/shop/items/{itemId} -> /v1/items/{itemId}",
      "/two/shop/items/{itemId} -> /v2/items/{itemId}",
    ]);
    const choices = versions(
      { by: "header", name: "API-Version", default: true },
      { by: "header", name: "api-version" },
    ).snapshot?.operations.map(({ choice }) => choice);
    expect(choices).toEqual([
      { by: "header", name: "api-version", value: "1", isDefault: true },
      { by: "header", name: "api-version", value: "2", isDefault: false },
    ]);
    expect(versions({ by: "query" }, { by: "query" }).snapshot?.operations[0]?.choice).toEqual({
      by: "query",
      name: "version",
      value: "1",
      isDefault: false,
    });
  });

  it("that nothing tells apart are a mistake that names both", () => {
    const collision =
      "orders-2.yaml:6: GET /shop/items/{itemId} is also answered by 'orders-1:readItem' (orders-1.yaml:6). Give one of the services another `mount`, or a `version` that the client chooses by. [GW501]";
    const plain = compiledOf(
      { "orders-1": orders(READ), "orders-2": two },
      { services: { "orders-1": { mount: "/shop" }, "orders-2": { mount: "/shop" } } },
    );
    expect(texts(plain.mistakes)).toEqual([collision]);
    expect(texts(versions({ by: "header" }, { by: "header", value: "1" }).mistakes)).toEqual([collision]);
    expect(
      texts(versions({ by: "header", default: true }, { by: "header", default: true }).mistakes),
    ).toEqual([
      "orders-2.yaml:6: GET /shop/items/{itemId} has two versions for clients that name none; the other is 'orders-1:readItem' (orders-1.yaml:6). Leave `default: true` at one of the services. [GW505]",
    ]);
  });

  it("do not collide on different hosts, nor by different names on one", () => {
    const other = orders(
      "paths: { '/items/{sku}': { get: { parameters: [{ name: sku, in: path, required: true, schema: {} }], responses: {} } } }",
    );
    const on = (host: string): Partial<ServiceConfig> => ({ mount: { host } });
    expect(
      texts(
        compiledOf({ a: orders(READ), b: other }, { services: { a: on("a.example"), b: on("b.example") } })
          .mistakes,
      ),
    ).toEqual([]);
    expect(
      texts(
        compiledOf({ a: orders(READ), b: other }, { services: { a: on("a.example"), b: on("a.example") } })
          .mistakes,
      )[0],
    ).toContain("GET a.example/v1/items/{sku} is also answered by 'a:readItem' (a.yaml:6)");
  });
});

describe("an alias", () => {
  const aliased = (alias: object): ReturnType<typeof compiledOf> =>
    compiledOf(
      { orders: orders(READ) },
      { aliases: [{ path: "/old/{sku}", operation: "orders:readItem", ...alias }] },
    );

  it("is an old path for an operation, with its inputs renamed, moved, or constant", () => {
    const { snapshot } = aliased({
      bind: { limit: { constant: 10 }, "header:x-tenant": { query: "tenant" } },
      deprecated: { since: "2026-06-01", sunset: "2027-06-01", successor: "orders" },
      summary: "Read an item by its old number",
      host: "old.example.com",
    });
    const alias = operationOf(snapshot!, "orders:readItem@/old/{sku}");
    expect(alias).toMatchObject({
      template: "/old/{sku}",
      target: "/v1/items/{itemId}",
      hosts: ["old.example.com"],
      summary: "Read an item by its old number",
      bind: [
        { to: { in: "header", name: "X-Tenant" }, from: { in: "query", name: "tenant" } },
        { to: { in: "query", name: "limit" }, from: { constant: "10" } },
        { to: { in: "path", name: "itemId" }, from: { in: "path", name: "sku" } },
      ],
      deprecation: { successor: "/v1/items/{itemId}", sunset: "Tue, 01 Jun 2027 00:00:00 GMT" },
      origin: { pointer: "/aliases/0" },
    });
    expect(alias.parameters.map(({ in: place, name, style }) => `${place} ${name} ${style}`)).toEqual([
      "path sku simple",
      "query tenant form",
    ]);
    expect(operationOf(snapshot!, "orders:readItem").deprecation).toBeNull();
  });

  it("has an id of its own, on another host as well", () => {
    const aliases = ["a.example", "B.example", undefined].map((host) => ({
      path: "/old/{sku}",
      operation: "orders:readItem",
      ...(host !== undefined && { host }),
    }));
    const { operations } = snapshotOf({ orders: orders(READ) }, { aliases });
    expect(operations.map(({ id }) => id)).toEqual([
      "orders:readItem@*/old/{sku}",
      "orders:readItem@/old/{sku}",
      "orders:readItem@b.example/old/{sku}",
      "orders:readItem",
    ]);
  });

  it("ends with its service where it says nothing of it, and by itself where it does", () => {
    const ends = (alias: object): object => {
      const { snapshot } = compiledOf(
        { orders: orders(READ) },
        {
          services: { orders: { deprecated: { since: "2026-01-01" } } },
          aliases: [{ path: "/old/{sku}", operation: "orders:readItem", ...alias }],
        },
      );
      const { deprecation, retired } = operationOf(snapshot!, "orders:readItem@/old/{sku}");
      return { since: deprecation?.since, retired };
    };
    expect(ends({})).toEqual({ since: 1_767_225_600, retired: false });
    expect(ends({ retired: true })).toEqual({ since: 1_767_225_600, retired: true });
    expect(ends({ deprecated: { since: "2026-01-02" } })).toEqual({ since: 1_767_312_000, retired: false });
  });

  it("may be written at the operation, below the mount of its service", () => {
    const text = orders(
      READ.replace(
        "      operationId",
        "      x-waymark: { aliases: [{ path: '/thing/{itemId}/{limit}', bind: { limit: { path: limit } } }] }\n      operationId",
      ),
    );
    const { operations } = snapshotOf({ orders: text }, { services: { orders: { mount: "/shop" } } });
    expect(operations.map(({ id, bind }) => [id, bind.length])).toEqual([
      ["orders:readItem", 0],
      ["orders:readItem@/shop/thing/{itemId}/{limit}", 1],
    ]);
  });

  it("says what does not fit", () => {
    const of = (alias: object): string[] =>
      texts(aliased(alias).mistakes).map((text) => text.slice("gateway.config.ts#/aliases/0".length));
    expect(of({ bind: { size: "x" } })).toEqual([
      "/bind/size: 'orders:readItem' has no input 'size' to bind. Its inputs are 'itemId', 'limit', 'X-Tenant'. [GW502]",
    ]);
    expect(of({ path: "/old/{a}/{b}" })).toEqual([
      "/path: '/old/{a}/{b}' says nothing of {itemId}, which the service's path needs. Name it in the path, or bind it to a constant or another input. [GW504]",
      "/path: nothing reads {a} of '/old/{a}/{b}'. Bind an input of the operation to it, or take it out of the path. [GW503]",
      "/path: nothing reads {b} of '/old/{a}/{b}'. Bind an input of the operation to it, or take it out of the path. [GW503]",
    ]);
    expect(of({ path: "/old", bind: { itemId: { constant: 1 } } })).toEqual([]);
    expect(of({ path: "/old/{", bind: {} })[0]).toContain("/path: '/old/{' has a '{' that is never closed");
    expect(of({ operation: "orders:readItm" })).toEqual([
      "/operation: there is no operation 'orders:readItm'. Did you mean 'orders:readItem'? [GW206]",
    ]);
    expect(of({ bind: { itemId: { constant: 1, path: "sku" } } })[0]).toContain("/bind/itemId");
  });
});

describe("the end of an operation", () => {
  const ended = (operation: string, service: Partial<ServiceConfig> = {}): object => {
    const { deprecation, retired } = operationOf(
      snapshotOf(
        { orders: orders(`paths: { /a: { get: { operationId: a, responses: {}, ${operation} } } }`) },
        { services: { orders: service } },
      ),
      "orders:a",
    );
    return { deprecation, retired };
  };
  const nothing = { since: null, sunset: null, successor: null, documentation: null };

  it("is what the document, x-waymark and the configuration say of it", () => {
    expect(ended("deprecated: false")).toEqual({ deprecation: null, retired: false });
    expect(ended("deprecated: true")).toEqual({ deprecation: nothing, retired: false });
    expect(ended("deprecated: true, x-sunset: 2027-01-31")).toEqual({
      deprecation: { ...nothing, sunset: "Sun, 31 Jan 2027 00:00:00 GMT" },
      retired: false,
    });
    expect(ended("deprecated: true, x-waymark: { deprecated: false }")).toEqual({
      deprecation: null,
      retired: false,
    });
    expect(ended("x-waymark: { retired: { successor: /v2/a } }")).toEqual({
      deprecation: { ...nothing, successor: "/v2/a" },
      retired: true,
    });
    expect(ended("tags: []", { deprecated: { since: "2026-01-01" }, retired: true })).toEqual({
      deprecation: { ...nothing, since: 1_767_225_600 },
      retired: true,
    });
  });

  it("leads to the operation of the same name of another service, or to its mount where it has none", () => {
    const of = (successor: string): unknown => {
      const old = `paths:
  /a: { get: { operationId: a, responses: {} } }
  /b: { get: { operationId: b, x-waymark: { retired: { successor: "next:a" } }, responses: {} } }`;
      const next = orders("paths: { /new/a: { get: { operationId: a, responses: {} } } }");
      const { snapshot, mistakes } = compiledOf(
        { old: orders(old), next, plain: orders("paths: {}") },
        {
          services: {
            old: { deprecated: { successor } },
            next: { mount: "/next" },
            plain: { mount: "/" },
          },
        },
      );
      return snapshot === undefined
        ? texts(mistakes)
        : snapshot.operations
            .filter(({ service }) => service === "old")
            .map(({ deprecation }) => deprecation?.successor);
    };
    expect(of("next")).toEqual(["/next/new/a", "/next/new/a"]);
    expect(of("plain")).toEqual(["/", "/next/new/a"]);
    expect(of("https://example.com/new")).toEqual(["https://example.com/new", "/next/new/a"]);
    expect(of("nxt")).toEqual([
      "gateway.config.ts#/services/old/deprecated/successor: there is no service 'nxt'. Did you mean 'next'? [GW209]",
    ]);
    expect(of("constructor")).toHaveLength(1);
  });

  it("is a date in every time zone, or none", () => {
    const sunset = (text: string): unknown => {
      const { snapshot, warnings } = compiledOf({
        orders: orders(
          `paths: { /a: { get: { operationId: a, security: [], deprecated: true, x-sunset: "${text}", responses: {} } } }`,
        ),
      });
      return [snapshot?.operations[0]?.deprecation?.sunset, ...texts(warnings)];
    };
    expect(sunset("2027-01-31T12:00:00+02:00")).toEqual(["Sun, 31 Jan 2027 10:00:00 GMT"]);
    for (const text of ["2027-01-31T12:00:00", "31 January 2027", "release 5"])
      expect(sunset(text)).toEqual([
        null,
        `orders.yaml:4: "${text}" stands where a date such as 2027-01-31 should. Correct the document. [GW306]`,
      ]);
  });

  it("has to have dates that are dates", () => {
    expect(
      mistakesOf(orders("paths: {}"), { services: { orders: { deprecated: { since: "soon" } } } }),
    ).toEqual([
      'gateway.config.ts#/services/orders/deprecated/since: "soon" stands where a date such as 2027-01-31 should. Correct the value. [GW203]',
    ]);
  });
});

describe("the gateway's own pages", () => {
  it("give way to a service's, unless somebody wants both", () => {
    const text = orders("paths: { /docs: { get: { responses: {} } } }").replace("/v1", "");
    const { snapshot, warnings } = compiledOf({ orders: text });
    expect(snapshot?.gateway.docs).toBeNull();
    expect(texts(warnings)).toContain(
      "orders.yaml:4: '/docs' is to show the gateway's own documentation, and is also 'orders:get_docs' (orders.yaml:4). Write another path under `docs`, or `docs: false`. [GW506]",
    );
    expect(mistakesOf(text, { docs: true })).toHaveLength(1);
    // No template: it is served as it is written.
    expect(snapshotOf({ orders: text }, { docs: { ui: "/*" } }).gateway.docs?.ui).toBe("/*");
    expect(mistakesOf(text, { docs: { ui: "" } })).toEqual([
      'gateway.config.ts#/docs/ui: "" stands where a path such as /shop, without / at its end should. Correct the value. [GW203]',
    ]);
    expect(snapshotOf({ orders: text }, { docs: { ui: "/reference" } }).gateway.docs).toEqual({
      document: "/openapi.json",
      ui: "/reference",
    });
  });
});
