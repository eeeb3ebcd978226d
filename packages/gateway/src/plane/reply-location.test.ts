import { describe, expect, test } from "vitest";
import type { Operation, Service, Upstream } from "../snapshot.ts";
import { answering, ask, DRIVERS, gatewayFor, get, rawUpstream } from "./plane.fixture.ts";
import { type Loose, operationOf, serviceOf, snapshotOf, upstreamOf } from "./snapshot.fixture.ts";

interface Setting {
  readonly driver?: (typeof DRIVERS)[number];
  readonly status?: number;
  readonly name?: string;
  readonly upstream?: Loose<Upstream>;
  readonly service?: Loose<Service>;
  readonly trusted?: readonly string[];
  readonly lines?: readonly string[];
  readonly asked?: string;
  readonly operations?: readonly Operation[];
}

const V2 = { from: "/v2", to: "/shop" };
const MOUNTED = [
  operationOf("GET /shop/items/{id}", { target: "/v2/items/{id}", moved: V2 }),
  operationOf("GET /shop/login", { target: "/v2/login", moved: V2 }),
];

/** What a client gets for what an upstream says; `UP` stands for the address that it is asked by. */
async function led(location: string, setting: Setting = {}): Promise<string | undefined> {
  const { driver = "wire", status = 302, name = "Location", trusted = [], lines = [] } = setting;
  let said = "";
  const upstream = await rawUpstream((peer, text) => answering(said)(peer, text));
  const reply = location
    .replaceAll("UP", `127.0.0.1:${upstream.port}`)
    .replaceAll("PORT", `${upstream.port}`);
  said = `HTTP/1.1 ${status} X\r\n${name}: ${reply}\r\nX-After: 1\r\nContent-Length: 0\r\n\r\n`;
  const service = serviceOf(upstreamOf([upstream.origin], setting.upstream), setting.service);
  const { operations = MOUNTED } = setting;
  const { port, close } = await gatewayFor(
    snapshotOf(service, operations, { trustedProxies: trusted }),
    driver,
  );
  const answer = await ask(port, get(setting.asked ?? "/shop/items/1", ...lines), /\r\n\r\n$/);
  await close();
  expect(answer).toMatch(/^x-after: 1\r$/im);
  return new RegExp(`^${name}: *(.*)\r$`, "im").exec(answer)?.[1]?.replaceAll(String(upstream.port), "PORT");
}

describe.each(DRIVERS)("a redirection (%s)", (driver) => {
  test.each([
    // to the upstream's own address: a path, and what stands before it there is what stands before it here
    ["http://UP/v2/items/2", "/shop/items/2"],
    ["HTTP://UP/v2/items/2?a=/v2#/v2", "/shop/items/2?a=/v2#/v2"],
    ["//UP/v2/items/2", "/shop/items/2"],
    ["http://UP/v2", "/shop"],
    ["http://UP/v2?next=1", "/shop?next=1"],
    // a path there
    ["/v2/items/2", "/shop/items/2"],
    ["/v2/nowhere", "/shop/nowhere"],
    // what has no place here keeps its path
    ["http://UP/login", "/login"],
    ["http://UP/v22/items", "/v22/items"],
    ["http://UP", "/"],
    ["/other", "/other"],
    // what the service knows to be public already
    ["/shop/items/2", "/shop/items/2"],
    ["http://UP/shop/items/2", "/shop/items/2"],
    // elsewhere, relative, or nothing that can be read
    ["http://other.test/v2/items/2", "http://other.test/v2/items/2"],
    ["http://127.0.0.1:1/v2/items/2", "http://127.0.0.1:1/v2/items/2"],
    ["http://UP.evil.test/v2/items/2", "http://127.0.0.1:PORT.evil.test/v2/items/2"],
    ["http://UP@evil.test/v2/", "http://127.0.0.1:PORT@evil.test/v2/"],
    ["http://evil.test\\@UP/v2/", "http://evil.test\\@127.0.0.1:PORT/v2/"],
    ["//other.test/v2/items/2", "//other.test/v2/items/2"],
    ["../items/2", "../items/2"],
    ["?page=2", "?page=2"],
    ["mailto:a@b", "mailto:a@b"],
    ["http:/v2/items/2", "http:/v2/items/2"],
    // nothing that is taken away makes an address of a path
    ["http://UP//evil.test/v2", "/.//evil.test/v2"],
    ["http://UP/\\evil.test", "/./\\evil.test"],
    // TLS at the same place is no other path
    ["https://UP/v2/items/1", "https://127.0.0.1:PORT/v2/items/1"],
  ])("to %s leads to %s", async (location, place) => {
    expect(await led(location, { driver })).toBe(place);
  });

  test("is one by 201 and 3xx, in Location and Content-Location", async () => {
    for (const status of [201, 300, 301, 303, 307, 308])
      expect([status, await led("http://UP/v2/items/2", { driver, status })]).toEqual([
        status,
        "/shop/items/2",
      ]);
    expect(await led("/v2/items/2", { driver, status: 201, name: "Content-Location" })).toBe("/shop/items/2");
    expect(await led("/v2/items/2", { driver, status: 200 })).toBe("/v2/items/2");
  });

  test("without Location is as it was, and other fields are no Location", async () => {
    expect(await led("/v2/items/2", { driver, name: "X-Location" })).toBe("/v2/items/2");
    expect(await led("/v2/items/2", { driver, name: "Relation" })).toBe("/v2/items/2");
  });

  test("that has a body of unknown length leads there as well", async () => {
    const upstream = await rawUpstream(
      answering(
        "HTTP/1.1 303 X\r\nLocation: /v2/login\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
      ),
    );
    const { port } = await gatewayFor(snapshotOf(serviceOf(upstreamOf([upstream.origin])), MOUNTED), driver);
    expect(await ask(port, get("/shop/items/1"), /0\r\n\r\n$/)).toMatch(/^location: \/shop\/login\r$/im);
  });
});

describe("the address of an upstream", () => {
  test("is that of any of its targets, in any spelling", async () => {
    const other = await rawUpstream(() => undefined);
    const canary = { targets: [{ origin: other.origin, weight: 1 }], weight: 0, header: null };
    expect(await led(`http://127.0.0.1:${other.port}/v2/login`, { upstream: { canary } })).toBe(
      "/shop/login",
    );
  });

  test("is the Host that was sent, with the port that was asked, as nginx writes it", async () => {
    const upstream = { host: "client" } as const;
    expect(await led("http://api.test/v2/login", { upstream })).toBe("/shop/login");
    expect(await led("http://API.test:80/v2/login", { upstream })).toBe("/shop/login");
    expect(await led("http://api.test:PORT/v2/login", { upstream })).toBe("/shop/login");
    expect(await led("http://api.test:1/v2/login", { upstream })).toBe("http://api.test:1/v2/login");
    // TLS that a client is to use stays asked for
    expect(await led("https://api.test/v2/login", { upstream })).toBe("https://api.test/v2/login");
  });

  test("is what it is told of the client, by whoever is trusted", async () => {
    const lines = ["X-Forwarded-Proto: https", "X-Forwarded-Host: shop.test, inner.test"];
    const trusted = ["127.0.0.0/8"];
    for (const host of ["shop.test", "shop.test:443", "UP"])
      expect(await led(`https://${host}/v2/login`, { lines, trusted })).toBe("/shop/login");
    expect(await led("http://shop.test/v2/login", { lines, trusted })).toBe("/shop/login");
    // the very place that was asked for, by TLS
    expect(await led("https://UP/v2/items/1", { lines, trusted })).toBe("https://127.0.0.1:PORT/v2/items/1");
    // who is not trusted says nothing
    expect(await led("https://shop.test/v2/login", { lines })).toBe("https://shop.test/v2/login");
  });

  test("keeps in front what a proxy further out has taken away", async () => {
    const lines = ["X-Forwarded-Prefix: /outer/"];
    const trusted = ["127.0.0.1"];
    expect(await led("/outer/v2/login", { lines, trusted })).toBe("/outer/shop/login");
    expect(await led("http://UP/outer/v2/login", { lines, trusted })).toBe("/outer/shop/login");
    expect(await led("/v2/login", { lines, trusted })).toBe("/shop/login");
  });

  test("is one that its document knows", async () => {
    const service = { addresses: [{ url: "https://api.example.com/v1", prefix: "/shop" }] };
    expect(await led("https://api.example.com/v1/login", { service })).toBe("/shop/login");
    expect(await led("https://api.example.com:443/v1", { service })).toBe("/shop");
    expect(await led("//api.example.com/v1/login?a", { service })).toBe("/shop/login?a");
    for (const place of [
      "https://api.example.com/v2/login",
      "http://api.example.com/v1/login",
      "https://api.example.com:1/v1/login",
      // round in circles
      "https://api.example.com/v1/items/1",
    ])
      expect(await led(place, { service })).toBe(place);
  });
});

describe("a path of an upstream", () => {
  test("without one in front gets the mount, unless it leads to another service", async () => {
    const moved = { from: "", to: "/shop" };
    const operations = [
      operationOf("GET /shop/items/{id}", { target: "/items/{id}", moved }),
      operationOf("POST /users"),
    ];
    expect(await led("/items/2", { operations })).toBe("/shop/items/2");
    expect(await led("http://UP", { operations })).toBe("/shop/");
    expect(await led("/nowhere", { operations })).toBe("/shop/nowhere");
    expect(await led("/users", { operations })).toBe("/users");
    expect(await led("/shop/items/2", { operations })).toBe("/shop/items/2");
  });

  test("that is at the root here loses what is in front there", async () => {
    const moved = { from: "/v2", to: "" };
    const operations = [operationOf("GET /items/{id}", { target: "/v2/items/{id}", moved })];
    expect(await led("/v2/items/2", { operations, asked: "/items/1" })).toBe("/items/2");
    expect(await led("/v2", { operations, asked: "/items/1" })).toBe("/");
    expect(await led("/v2//evil.test", { operations, asked: "/items/1" })).toBe("/.//evil.test");
  });

  test("stays below the mount that was asked, and is found below another one", async () => {
    const members = { from: "/v2", to: "/members" };
    const operations = [
      ...MOUNTED,
      operationOf("GET /members/items/{id}", { id: "m", target: "/v2/items/{id}", moved: members }),
      operationOf("GET /old/{id}", { target: "/v2/items/{id}", moved: V2 }),
    ];
    expect(await led("/v2/items/2", { operations, asked: "/members/items/1" })).toBe("/members/items/2");
    expect(await led("/v2/login", { operations, asked: "/members/items/1" })).toBe("/shop/login");
    expect(await led("/v2/items/2", { operations, asked: "/old/1" })).toBe("/shop/items/2");
  });

  test("of an application in this process is one like any other", async () => {
    const discovery = {
      kind: "module",
      path: new URL("module.fixture.ts", import.meta.url).pathname,
      export: "redirecting",
    } as const;
    const service = serviceOf(upstreamOf([], { discovery }));
    const moved = { from: "", to: "/shop" };
    const operations = [operationOf("GET /shop/{rest:path}", { target: "/{rest:path}", moved })];
    const { port } = await gatewayFor(snapshotOf(service, operations));
    expect(await ask(port, get("/shop/old"))).toMatch(/^location: \/shop\/new\r$/im);
    expect(await ask(port, get("/shop/whole"))).toMatch(/^location: \/shop\/new\?a=1\r$/im);
  });
});
