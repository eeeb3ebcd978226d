import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { lintErrors } from "./lint-document.fixture.ts";
import type { OpenApiDocument } from "./document.ts";

const Order = z.object({ id: z.string(), placed: z.date() }).meta({ id: "Order" });
const subscribe = endpoint({ input: { address: body(z.object({ url: z.url() })) } }, function subscribe() {});

const made = new Map<string, OpenApiDocument>();
function documentOf(
  declare: (app: App) => void,
  options: ConstructorParameters<typeof App>[0] = {},
): OpenApiDocument {
  const app = new App({ title: "T", version: "1", license: { name: "MIT", identifier: "MIT" }, ...options });
  declare(app as App);
  const document = app.openapi();
  made.set(expect.getState().currentTestName ?? "", document);
  return document;
}

describe("a webhook", () => {
  it("is an operation under its name", () => {
    const { webhooks, components } = documentOf((app) =>
      app.webhook("orderShipped", {
        description: "Sent within a minute.",
        tags: ["orders"],
        body: Order,
        headers: { "webhook-signature": z.string().describe("HMAC"), "x-try": z.string().optional() },
        responses: { 200: "Thanks", 410: { description: "Stop", schema: z.object({ why: z.string() }) } },
      }),
    );
    expect(webhooks?.["orderShipped"]).toEqual({
      post: {
        tags: ["orders"],
        summary: "Order Shipped",
        description: "Sent within a minute.",
        operationId: "orderShipped",
        parameters: [
          {
            name: "webhook-signature",
            in: "header",
            description: "HMAC",
            required: true,
            schema: { type: "string", description: "HMAC" },
          },
          { name: "x-try", in: "header", schema: { type: "string" } },
        ],
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
        },
        responses: {
          200: { description: "Thanks" },
          410: {
            description: "Stop",
            content: {
              "application/json": { schema: expect.objectContaining({ type: "object" }) as object },
            },
          },
        },
        security: [],
      },
    });
    expect(components?.schemas?.["Order"]).toMatchObject({ properties: { placed: { format: "date-time" } } });
  });

  it("says that it was received where nothing else is said, and may have several methods", () => {
    const { webhooks } = documentOf((app) => {
      app.webhook("ping");
      app.webhook("ping", {
        method: "GET",
        operationId: "askPing",
        deprecated: true,
        query: { challenge: z.string() },
      });
    });
    expect(webhooks?.["ping"]?.post?.responses).toEqual({ "2XX": { description: "It was received" } });
    expect(webhooks?.["ping"]?.get).toMatchObject({
      deprecated: true,
      parameters: [{ name: "challenge", in: "query" }],
    });
  });

  it("is told of when its name or operationId is taken, or its schema cannot be written", () => {
    const app = new App();
    app.get(
      "/x",
      endpoint({ name: "sent" }, () => 1),
    );
    app.webhook("sent");
    app.webhook("a");
    app.webhook("a", { operationId: "b" });
    app.webhook("c", { body: z.symbol() });
    expect(() => app.openapi()).toThrow(
      /'sent' of the webhook 'sent' is also[^]*'a' is declared twice[^]*schema of the webhook 'c'/,
    );
  });

  it("cannot come after the start", async () => {
    const app = new App();
    await app.start();
    expect(() => app.webhook("late")).toThrow("after the application started");
    await app.stop();
  });

  it("has its names and its place checked by the start", async () => {
    const app = new App();
    app.webhook("a");
    app.webhook("a");
    await expect(app.start()).rejects.toMatchObject({ mistakes: [{ code: "WM707" }, { code: "WM706" }] });
  });
});

describe("a callback", () => {
  const paid = { url: "{$request.body#/url}/paid", body: Order, summary: "It was paid" };

  it("stands at the operation that it follows from, with an operationId of its own on each alias", () => {
    const { paths } = documentOf((app) =>
      app.route(subscribe, {
        "POST /subscriptions": { callbacks: { paid } },
        "POST /hooks": { callbacks: { paid } },
      }),
    );
    expect(paths["/subscriptions"]?.post?.callbacks).toMatchObject({
      paid: {
        "{$request.body#/url}/paid": { post: { summary: "It was paid", operationId: "subscribe_paid" } },
      },
    });
    expect(paths["/hooks"]?.post?.callbacks?.["paid"]?.[paid.url]?.post?.operationId).toBe(
      "subscribe_post_hooks_paid",
    );
  });

  it("of an endpoint is on all its routes", () => {
    const { paths } = documentOf((app) => {
      const made = endpoint({ name: "made", callbacks: { paid } }, () => 1);
      app.post(["/a", "/b"], made);
    });
    expect(Object.keys(paths["/a"]?.post?.callbacks ?? {})).toEqual(["paid"]);
    expect(Object.keys(paths["/b"]?.post?.callbacks ?? {})).toEqual(["paid"]);
  });
});

describe("what is laid over an operation", () => {
  it("is merged: objects by key, lists appended, the route's over the endpoint's", () => {
    const read = endpoint(
      {
        name: "read",
        output: z.string(),
        openapi: { "x-cost": 1, externalDocs: { url: "https://example.com" }, tags: ["a"] },
      },
      () => "x",
    );
    const { paths } = documentOf((app) =>
      app.get("/x", read, {
        tags: ["own"],
        openapi: {
          "x-cost": 2,
          tags: ["b"],
          responses: {
            200: {
              headers: { "X-Total": { schema: { type: "integer" } } },
              links: { next: { operationId: "read" } },
            },
          },
        },
      }),
    );
    expect(paths["/x"]?.get).toMatchObject({
      "x-cost": 2,
      externalDocs: { url: "https://example.com" },
      tags: ["own", "a", "b"],
      responses: {
        200: {
          description: "OK",
          content: { "application/json": {} },
          headers: { "X-Total": { schema: { type: "integer" } } },
          links: { next: { operationId: "read" } },
        },
      },
    });
  });
});

describe("the document", () => {
  it("can be changed as a whole, wherever it stands", async () => {
    const app = new App({
      openapi: {
        path: "/api.json",
        transform: (document) => ({ ...document, "x-logo": { url: "/logo.svg" } }),
      },
    });
    expect(app.docs.openapi).toBe("/api.json");
    expect(await (await app.request("/api.json")).json()).toMatchObject({ "x-logo": { url: "/logo.svg" } });
    expect(await (await app.request("/docs")).text()).toMatch("api.json");
  });

  it("has options that are checked", () => {
    // @ts-expect-error -- misspelt
    expect(() => new App({ openapi: { transfrom: () => ({}) } }).openapi()).toThrow("transfrom");
  });
});

describe("all of these documents", () => {
  it("pass Redocly's recommended rules", { timeout: 180_000 }, async () => {
    expect(made.size).toBeGreaterThan(3);
    expect(await lintErrors(made)).toEqual([]);
  });
});
