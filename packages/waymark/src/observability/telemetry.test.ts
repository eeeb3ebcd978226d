import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { App } from "../app.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { path } from "../inputs/index.ts";
import { appWith } from "../middleware/app.fixture.ts";
import { requestId } from "../middleware/request-id.ts";
import { KeptMeasures, KeptSpans } from "./kept-spans.fixture.ts";
import { telemetry, type TelemetryOptions } from "./telemetry.ts";

const kept = new KeptSpans();
beforeAll(() => kept.register());
afterEach(() => kept.reset());
afterAll(() => kept.unregister());

const readItem = endpoint({ name: "readItem", input: { itemId: path(z.string()) } }, ({ itemId }) => ({
  itemId,
}));
const appOf = (options: TelemetryOptions = {}): App =>
  appWith([telemetry({ meter: false, ...options }), requestId({ generate: () => "r-1" })]);

describe("the span of a request", () => {
  it("is named by the route and has the attributes of the semantic conventions", async () => {
    const app = appOf();
    app.route(readItem, { "GET /items/{itemId}": { canonical: true }, "GET /shelf/{itemId}": {} });
    await app.request("/items/1?q=x", { host: "example.com:8000", headers: { "user-agent": "curl/8" } });
    await app.request("/shelf/1");
    const [first, second] = kept.spans;
    expect(first).toMatchObject({ name: "GET /items/{itemId}", kind: SpanKind.SERVER });
    expect(first!.status.code).toBe(SpanStatusCode.UNSET);
    expect(first!.attributes).toEqual({
      "http.request.method": "GET",
      "http.route": "/items/{itemId}",
      "http.response.status_code": 200,
      "http.response.body.size": 14,
      "url.path": "/items/1",
      "url.scheme": "http",
      "server.address": "example.com",
      "server.port": 8000,
      "client.address": "127.0.0.1",
      "network.peer.address": "127.0.0.1",
      "user_agent.original": "curl/8",
      "waymark.endpoint": "readItem",
      "waymark.operation_id": "readItem",
      "waymark.canonical": true,
      "waymark.request_id": "r-1",
    });
    expect(second).toMatchObject({ name: "GET /shelf/{itemId}" });
    expect(second!.attributes).toMatchObject({
      "waymark.endpoint": "readItem",
      "waymark.operation_id": "readItem_get_shelf_by_itemId",
      "waymark.canonical": false,
    });
  });

  it("has no route where no route answered, and no name that a client chose", async () => {
    const app = appOf();
    app.get("/a", () => "ok");
    await app.request("/nowhere");
    await app.request("BREW /a");
    const [missed, brewed] = kept.spans;
    expect(missed).toMatchObject({ name: "GET", attributes: { "http.response.status_code": 404 } });
    expect(missed!.attributes).not.toHaveProperty("http.route");
    expect(missed!.status.code).toBe(SpanStatusCode.UNSET);
    expect(brewed).toMatchObject({
      name: "HTTP",
      attributes: { "http.request.method": "_OTHER", "http.request.method_original": "BREW" },
    });
  });

  it("belongs to the trace that the caller says, and only to a well-formed one", async () => {
    const app = appOf();
    app.get("/", () => "ok");
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await app.request("/", { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    await app.request("/", { headers: { traceparent: `00-${traceId}-zzzz-01` } });
    const [joined, own] = kept.spans;
    expect(joined!.spanContext().traceId).toBe(traceId);
    expect(joined!.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(own!.spanContext().traceId).not.toBe(traceId);
    expect(own!.parentSpanContext).toBeUndefined();
  });

  it("begins a trace of its own where nobody's word is taken", async () => {
    const app = appOf({ propagator: false });
    app.get("/", () => "ok");
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await app.request("/", { headers: { traceparent } });
    expect(kept.spans[0]!.parentSpanContext).toBeUndefined();
  });

  it("is active in dependencies, functions and streams, across awaits and beside other requests", async () => {
    const app = appOf();
    const seen: (string | undefined)[] = [];
    const note = (): string | undefined => trace.getSpan(context.active())?.spanContext().spanId;
    const user = dependency({}, async () => {
      await Promise.resolve();
      return note();
    });
    app.get(
      "/",
      endpoint({ input: { user } }, async ({ user }) => {
        await new Promise((resolve) => setImmediate(resolve));
        const ids = [user, note()];
        return reply.stream(
          (async function* () {
            ids.push(note());
            yield "a";
            await Promise.resolve();
            ids.push(note());
            seen.push(...ids);
          })(),
          "text/plain",
        );
      }),
    );
    const two = await Promise.all([app.request("/"), app.request("/")]);
    await Promise.all(two.map((response) => response.text()));
    const ids = kept.spans.map((span) => span.spanContext().spanId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(seen.filter((each) => each === id)).toHaveLength(4);
    expect(note()).toBeUndefined();
  });

  it("has the exception of a 5xx, and none of a 4xx", async () => {
    const app = appOf();
    app.get("/bad", () => {
      throw new TypeError("broken");
    });
    app.get("/gone", () => HttpError.throw(410));
    await app.request("/bad");
    await app.request("/gone");
    const [bad, gone] = kept.spans;
    expect(bad).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "TypeError", "http.response.status_code": 500 },
      events: [
        { name: "exception", attributes: { "exception.message": "broken", "exception.type": "TypeError" } },
      ],
    });
    expect(gone).toMatchObject({ status: { code: SpanStatusCode.UNSET }, events: [] });
  });

  it("has the exception of a stream that broke", async () => {
    const app = appOf();
    app.get("/", () =>
      reply.stream(
        (async function* () {
          yield "a";
          throw new RangeError("cut");
        })(),
        "text/plain",
      ),
    );
    await expect((await app.request("/")).text()).rejects.toThrow("cut");
    expect(kept.spans[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "RangeError", "http.response.status_code": 200 },
    });
  });

  it("may be left out, and may have further attributes", async () => {
    const app = appOf({ skip: ({ path }) => path === "/health", attributes: () => ({ tenant: "a" }) });
    app.get("/health", () => "ok");
    app.get("/", () => "ok");
    await app.request("/health");
    await app.request("/");
    expect(kept.spans).toMatchObject([{ name: "GET /", attributes: { tenant: "a" } }]);
  });
});

describe("spans of steps", () => {
  it("stand within that of the request: generators up to their yield, failures told apart from answers", async () => {
    const app = appOf({ steps: true });
    const closed: string[] = [];
    const pool = dependency({ name: "pool" }, function* () {
      yield "pool";
      closed.push("pool");
    });
    const connection = dependency({ name: "connection", input: { pool } }, async function* ({ pool }) {
      await Promise.resolve();
      yield `${pool}/1`;
      closed.push("connection");
    });
    const read = endpoint({ name: "read", input: { connection } }, async ({ connection }) => connection);
    const broken = endpoint({ name: "broken" }, () => {
      throw new RangeError("no");
    });
    const refused = endpoint({ name: "refused" }, () => HttpError.throw(403));
    app.get("/", read);
    app.get("/broken", broken);
    app.get("/refused", refused);
    expect(await (await app.request("/")).json()).toBe("pool/1");
    const [first, second, third, server] = kept.spans;
    expect([first, second, third, server].map((span) => span!.name)).toEqual([
      "dependency pool",
      "dependency connection",
      "endpoint read",
      "GET /",
    ]);
    for (const span of [first, second, third])
      expect(span!.parentSpanContext?.spanId).toBe(server!.spanContext().spanId);
    expect(closed).toEqual(["connection", "pool"]);
    kept.reset();
    await app.request("/broken");
    await app.request("/refused");
    expect(kept.spans.map(({ name, status }) => [name, status.code])).toEqual([
      ["endpoint broken", SpanStatusCode.ERROR],
      ["GET /broken", SpanStatusCode.ERROR],
      ["endpoint refused", SpanStatusCode.UNSET],
      ["GET /refused", SpanStatusCode.UNSET],
    ]);
  });
});

describe("metrics", () => {
  it("measure durations in seconds, by method, route and status alone", async () => {
    const measures = new KeptMeasures();
    const app = appOf({ tracer: false, meter: measures.provider.getMeter("test") });
    app.get("/items/{itemId}", readItem);
    app.get("/bad", () => {
      throw new TypeError("no");
    });
    for (const each of ["/items/1", "/items/2", "/bad", "/a", "/b", "BREW1 /a", "BREW2 /a"])
      await app.request(each);
    const read = await measures.read();
    const common = { "http.request.method": "GET", "url.scheme": "http" };
    expect(
      read
        .get("http.server.request.duration")!
        .map(({ attributes, value }) => [attributes, (value as { count: number }).count]),
    ).toEqual([
      [{ ...common, "http.route": "/items/{itemId}", "http.response.status_code": 200 }, 2],
      [{ ...common, "http.route": "/bad", "http.response.status_code": 500, "error.type": "TypeError" }, 1],
      [{ ...common, "http.response.status_code": 404 }, 2],
      [{ ...common, "http.request.method": "_OTHER", "http.response.status_code": 404 }, 2],
    ]);
    expect(read.get("http.server.active_requests")!.map(({ value }) => value)).toEqual([0, 0]);
    expect(kept.spans).toEqual([]);
  });

  it("count what is being answered", async () => {
    const measures = new KeptMeasures();
    const app = appOf({ tracer: false, meter: measures.provider.getMeter("test") });
    let during: unknown;
    app.get("/", async () => {
      during = (await measures.read()).get("http.server.active_requests")!.map(({ value }) => value);
    });
    await app.request("/");
    expect(during).toEqual([1]);
  });
});
