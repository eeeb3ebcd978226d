// examples/behind-a-gateway, as `npm start` serves it: two services, one entry point.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf } from "./events.ts";
import { GatewayProcess, root } from "./gateway-process.ts";

const KEY = { "x-api-key": "demo-key" };

interface Document {
  readonly info: { readonly title: string };
  readonly paths: Record<string, Record<string, { tags: string[]; deprecated?: true; security?: unknown[] }>>;
  readonly components: { readonly securitySchemes: Record<string, unknown> };
}

describe("examples/behind-a-gateway", { timeout: 60_000 }, () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await GatewayProcess.start(root, "examples/behind-a-gateway/gateway.yaml");
  }, 60_000);
  afterAll(() => gateway?.stop("SIGKILL"));

  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(gateway.url + path, init);
  const order = (value: unknown, headers: Record<string, string> = KEY): Promise<Response> =>
    ask("/orders", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(value),
    });

  it("answers for both services", async () => {
    expect(await (await ask("/products/1")).json()).toMatchObject({ id: "1", name: "Compass" });
    const read = await ask("/orders/1", { headers: KEY });
    expect([read.status, await read.json()]).toEqual([
      200,
      { number: 1, productId: "1", count: 2, customer: "demo", state: "sent" },
    ]);
    expect(read.headers.get("content-type")).toBe("application/json");
  });

  it("knows nothing but what the documents have", async () => {
    const nowhere = await ask("/nowhere");
    expect([nowhere.status, nowhere.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    const put = await ask("/orders", { method: "PUT", body: "{}" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    const head = await ask("/products/1", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(20);
  });

  it("publishes one document of both", async () => {
    const reply = await ask("/openapi.json");
    const document = (await reply.json()) as Document;
    expect(document.info.title).toBe("Shop");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/products", "/orders", "/orders/{number}/events", "/bills/{bill}"]),
    );
    expect(document.paths["/products"]!["get"]!.tags).toEqual(["catalogue"]);
    expect(document.paths["/orders"]!["post"]!.tags).toEqual(["orders"]);
    expect(document.paths["/bills/{bill}"]!["get"]!.deprecated).toBe(true);
    expect(document.paths["/orders"]!["post"]!.security).toHaveLength(1);
    expect(Object.values(document.components.securitySchemes)).toContainEqual(
      expect.objectContaining({ type: "apiKey", in: "header", name: "X-API-Key" }),
    );
    // The catalogue's own tokens: the gateway passes them on, and whoever reads the docs has to know of them.
    expect(document.paths["/me"]!["get"]!.security).toEqual([{ "catalogue.bearer": [] }]);
    expect(document.paths["/products"]!["get"]!.security).toEqual([]);
    expect(document.components.securitySchemes["catalogue.bearer"]).toMatchObject({
      type: "http",
      scheme: "bearer",
      description: expect.stringContaining("ada-token"),
    });
    const again = await ask("/openapi.json", { headers: { "if-none-match": reply.headers.get("etag")! } });
    expect(again.status).toBe(304);
  });

  it("has pages for it, which ask nobody else", async () => {
    const page = await ask("/docs");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'|default-src 'self'/);
    expect(await page.text()).toContain("<title>Shop");
  });

  it("asks for a key where the overlay says so, and tells the service whose it is", async () => {
    const none = await ask("/orders/1");
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([
      401,
      'ApiKey in="header", name="X-API-Key"',
    ]);
    expect((await ask("/orders/1", { headers: { "x-api-key": "wrong" } })).status).toBe(401);
    const placed = await order({ productId: "1", count: 1 }, { ...KEY, "x-consumer-id": "somebody else" });
    expect([placed.status, await placed.json()]).toEqual([
      201,
      expect.objectContaining({ customer: "demo" }),
    ]);
  });

  it("judges requests before they get there, and tells all mistakes at once", async () => {
    const refused = await order({ productId: "", count: 1000 });
    const { errors } = (await refused.json()) as { errors: { pointer: string }[] };
    expect([refused.status, errors.map(({ pointer }) => pointer).toSorted()]).toEqual([
      422,
      ["#/count", "#/productId"],
    ]);
    expect((await ask("/orders/0", { headers: KEY })).status).toBe(422);
    expect((await ask("/products?limit=many")).status).toBe(422);
    const text = await ask("/orders", {
      method: "POST",
      headers: { ...KEY, "content-type": "text/plain" },
      body: "x",
    });
    expect(text.status).toBe(415);
  });

  it("leaves the tokens of the catalogue to the catalogue", async () => {
    expect((await ask("/me")).status).toBe(401);
    const me = await ask("/me", { headers: { authorization: "Bearer ada-token" } });
    expect([me.status, await me.json()]).toEqual([200, { name: "Ada", editor: true }]);
  });

  it("has an old path for a new operation, which says that it is old", async () => {
    const bill = await ask("/bills/1", { headers: KEY });
    expect([bill.status, await bill.json()]).toEqual([200, expect.objectContaining({ number: 1 })]);
    expect(bill.headers.get("deprecation")).toBe(`@${Date.parse("2026-06-01") / 1000}`);
    expect(bill.headers.get("sunset")).toBe(new Date("2027-06-01").toUTCString());
    const missing = await ask("/bills/4711", { headers: KEY });
    expect([missing.status, missing.headers.get("deprecation")]).toEqual([
      404,
      bill.headers.get("deprecation"),
    ]);
    expect((await ask("/bills/none", { headers: KEY })).status).toBe(422);
  });

  it("tells what is left of a limit", async () => {
    const one = await ask("/products/1");
    expect(one.headers.get("ratelimit-policy")).toBe('"ip";q=100;w=60');
    const left = (reply: Response): number => Number(/r=(\d+)/.exec(reply.headers.get("ratelimit")!)![1]);
    // What was asked a minute ago counts no more: of these two it is certain.
    expect([left(one) <= 99, left(await ask("/products/1")) <= 98]).toEqual([true, true]);
    expect((await order({ productId: "1", count: 1 })).headers.get("ratelimit-policy")).toBe(
      '"ip";q=100;w=60, "consumer";q=10;w=60',
    );
  });

  it("passes events on as they come", async () => {
    const { number } = (await (await order({ productId: "1", count: 1 })).json()) as { number: number };
    const reply = await ask(`/orders/${number}/events`, { headers: KEY });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const events = eventsOf(reply.body!);
    expect((await events.next()).value).toEqual({ state: "placed" });
    // The service has given the first one alone by now: had anybody waited for the rest, it would be sent.
    const meanwhile = await ask(`/orders/${number}`, { headers: KEY });
    expect(await meanwhile.json()).toMatchObject({ state: expect.stringMatching(/^(?:placed|packed)$/) });
    expect((await events.next()).value).toEqual({ state: "packed" });
    expect((await events.next()).value).toEqual({ state: "sent" });
    expect((await events.next()).done).toBe(true);
  });

  it("tells of itself on a port of its own", async () => {
    const own = (path: string): Promise<Response> => fetch(gateway.adminUrl + path);
    expect([(await own("/ready")).status, (await own("/health")).status]).toEqual([200, 200]);
    const status = (await (await own("/status")).json()) as {
      services: { name: string; requests: number }[];
    };
    expect(status.services.map(({ name }) => name).toSorted()).toEqual(["catalogue", "orders"]);
    expect(status.services.every(({ requests }) => requests > 0)).toBe(true);
    const metrics = await (await own("/metrics")).text();
    expect(metrics).toMatch(
      /^gateway_requests_total\{service="orders",operation="orders:readOrder",status="4xx"\} \d+$/m,
    );
    // The path that clients chose is no label, and the key is nowhere.
    expect(metrics).not.toContain("/nowhere");
    for (const path of ["/metrics", "/status", "/snapshot"])
      expect(await (await own(path)).text()).not.toMatch(/demo-key|c48a01f4/);
    expect((await ask("/metrics")).status).toBe(404);
  });

  it("writes a line for each request, without what is nobody's business", async () => {
    await ask("/products/1?secret=hush");
    await expect
      .poll(() => gateway.log().at(-1))
      .toMatchObject({
        method: "GET",
        path: "/products/1",
        status: 200,
        service: "catalogue",
      });
    expect(gateway.said).not.toMatch(/hush|demo-key/);
    expect(gateway.log()).toContainEqual(
      expect.objectContaining({ operation: "orders:placeOrder", status: 201, principal: "consumer:demo" }),
    );
  });

  it("refuses more than the limit allows, and says when to come again", async () => {
    let refused: Response | undefined;
    for (let i = 0; i < 12 && refused === undefined; i++) {
      const reply = await order({ productId: "1", count: 1 });
      if (reply.status === 429) refused = reply;
      else expect(reply.status).toBe(201);
    }
    expect(Number(refused!.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused!.headers.get("content-type")).toBe("application/problem+json");
    expect((await ask("/orders/1", { headers: KEY })).status).toBe(200);
  });

  // last: it ends the gateway that the others ask
  it("stops when it is told to", async () => {
    expect(await gateway.stop("SIGTERM")).toBe(0);
    await expect(ask("/products/1")).rejects.toThrow("fetch failed");
  });
});
