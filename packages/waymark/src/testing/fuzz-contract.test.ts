import { describe, expect, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import type { AppOptions } from "../app-options.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { body, path, query, response } from "../inputs/index.ts";
import type { Schema } from "../inputs/input.ts";
import type { OpenApiDocument } from "../openapi/document.ts";
import { empty } from "../outputs/empty.ts";
import { events } from "../outputs/events.ts";
import { jsonLines } from "../outputs/json-lines.ts";
import { socket } from "../realtime/socket.ts";
import { apiKey, basic, bearer } from "../security/index.ts";
import { ContractBroken } from "./contract-broken.ts";
import { fuzzContract } from "./fuzz-contract.ts";
import type { FuzzFinding, FuzzOptions } from "./fuzz-options.ts";
import type { FuzzedApp } from "./fuzzed-app.ts";

const Item = z.object({ name: z.string().min(1).max(20), price: z.number().positive() });

function newApp(options: Partial<AppOptions<never>> = {}): App {
  return new App({ logger: { error: () => undefined, warn: () => undefined }, ...options });
}

async function findingsOf(app: FuzzedApp, options: FuzzOptions = {}): Promise<readonly FuzzFinding[]> {
  const failed = await fuzzContract(app, options).catch((error: unknown) => error);
  if (failed instanceof ContractBroken) return failed.report.findings;
  if (failed instanceof Error) throw failed;
  return [];
}

/** The same schema with another judge: what is documented stays. */
function judged(schema: z.ZodType, validate: (value: unknown) => unknown): Schema {
  const { jsonSchema, version } = schema["~standard"] as { jsonSchema: unknown; version: 1 };
  return { "~standard": { version, vendor: "by hand", validate, jsonSchema } } as never;
}

/** The document with something else said of the reply of its only operation. */
function said(change: (response: Record<string, any>) => void): Partial<AppOptions<never>> {
  const transform = (document: OpenApiDocument): OpenApiDocument => {
    const copy = structuredClone(document) as any;
    change(copy.paths["/"].get.responses[200]);
    return copy as OpenApiDocument;
  };
  return { openapi: { transform } };
}

describe("an application that does what it says", () => {
  it("passes, and the report says what was asked", async () => {
    const app = newApp();
    app.post(
      "/items/{id}",
      endpoint(
        { name: "add", input: { id: path(z.int()), item: body(Item) }, output: Item },
        ({ item }) => item,
      ),
    );
    app.get("/", () => "hello");
    const report = await fuzzContract(app, { runs: 60 });
    expect(report).toMatchObject({ findings: [], skipped: [], seed: expect.any(Number) as number });
    const [add, hello] = report.operations;
    expect(add).toMatchObject({ operation: "POST /items/{id}", operationId: "add", valid: 30 });
    expect(add!.violations).toEqual(
      expect.arrayContaining([
        "path id: of another kind",
        "path id: not whole",
        "the body: missing",
        "the body: of another media type",
        "the body: no JSON",
        "the body as application/json: of another kind",
        "the body as application/json: name: missing",
        "the body as application/json: name: too short",
        "the body as application/json: name: too long",
        "the body as application/json: price: below its minimum",
      ]),
    );
    expect(Object.keys(add!.statuses)).toEqual(["200", "400", "415", "422"]);
    expect(hello).toMatchObject({ operation: "GET /", valid: 60, invalid: 0, statuses: { 200: 60 } });
    expect(report.cases).toBe(add!.valid + add!.invalid + 60);
  });
});

describe("what is found, by name", () => {
  it("server-error: an error that nothing handled, with its cause", async () => {
    const app = newApp();
    app.get(
      "/{n}",
      endpoint({ name: "read", input: { n: path(z.int()) }, output: z.int() }, ({ n }) => {
        if (n > 41) throw new RangeError("too much");
        return n;
      }),
    );
    const [finding, ...others] = await findingsOf(app);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: "server-error",
      operation: "GET /{n}",
      // The smallest that shows it.
      request: "curl http://localhost/42",
      reply: expect.stringMatching(/^500 application\/problem\+json /) as string,
      cause: expect.any(RangeError) as RangeError,
    });
  });

  it("server-error: a reply that is cut off", async () => {
    const app = newApp();
    const broken = endpoint({ name: "follow", output: jsonLines(z.int()) }, async function* () {
      yield 1;
      throw new Error("no more");
    });
    app.get("/", broken);
    expect(await findingsOf(app)).toMatchObject([
      { check: "server-error", message: "an error that nothing handled cut the reply off" },
    ]);
  });

  it("server-error: but not one that is documented", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "read", errors: { 503: "Later" } }, () => HttpError.throw(503)),
    );
    expect(await findingsOf(app)).toEqual([]);
    const other = newApp();
    other.get(
      "/",
      endpoint({ name: "read" }, () => HttpError.throw(503)),
    );
    expect(await findingsOf(other)).toMatchObject([{ check: "server-error", message: "answered 503" }]);
  });

  it("no-reply", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "hang" }, () => new Promise(() => undefined)),
    );
    expect(await findingsOf(app, { timeout: 5, runs: 1 })).toMatchObject([
      { check: "no-reply", reply: "no reply" },
    ]);
  });

  it("accepted-but-invalid: a judge that takes too much", async () => {
    const app = newApp();
    const lenient = judged(z.object({ name: z.string(), price: z.number().min(0) }), (value) => ({ value }));
    app.post(
      "/",
      endpoint({ name: "add", input: { item: body(lenient) } }, () => 1),
    );
    const findings = await findingsOf(app);
    expect(findings.every(({ check }) => check === "accepted-but-invalid")).toBe(true);
    expect(findings.map(({ message }) => message)).toContain(
      "answered 200 to a request that is wrong (the body as application/json: price: below its minimum)",
    );
  });

  it("refused-but-valid: a judge that takes too little", async () => {
    const app = newApp();
    const picky = z.int().refine((n) => n < 10, "too many");
    app.get(
      "/",
      endpoint({ name: "read", input: { n: query(picky) } }, ({ n }) => n),
    );
    expect(await findingsOf(app)).toMatchObject([
      {
        check: "refused-but-valid",
        request: "curl 'http://localhost/?n=10'",
        message: "answered 422 to a request that is right",
      },
    ]);
  });

  it("refused-but-valid: but not what the application refuses by an error of its own", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "read", input: { n: query(z.int()) }, errors: { 422: "Too many" } }, ({ n }) =>
        n > 10 ? HttpError.throw(422, "Too many") : n,
      ),
    );
    expect(await findingsOf(app)).toEqual([]);
  });

  it("undocumented-status", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "read" }, () => reply(202)),
    );
    expect(await findingsOf(app)).toMatchObject([{ check: "undocumented-status", reply: "202" }]);
    expect(await findingsOf(app, { undocumented: [202] })).toEqual([]);
  });

  it("undocumented-status, of a 404 that the function gives and does not declare", async () => {
    const input = { id: path(z.int()) };
    const missing = (): never => HttpError.throw(404, "No such item");
    const app = newApp();
    app.get("/items/{id}", endpoint({ name: "read", input }, missing));
    expect(await findingsOf(app)).toMatchObject([
      { check: "undocumented-status", reply: expect.stringMatching(/^404/) },
    ]);
    const declared = newApp();
    declared.get("/items/{id}", endpoint({ name: "read", input, errors: { 404: "No such item" } }, missing));
    expect(await findingsOf(declared)).toEqual([]);
  });

  it("undocumented-type", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "read" }, () => reply.text("hello")),
    );
    expect(await findingsOf(app)).toMatchObject([
      { check: "undocumented-type", message: "200 with text/plain, where application/json is documented" },
    ]);
    const silent = newApp(said((response) => delete response["content"]));
    silent.get(
      "/",
      endpoint({ name: "read" }, () => 1),
    );
    expect(await findingsOf(silent)).toMatchObject([
      { check: "undocumented-type", message: "200 has a body, and none is documented" },
    ]);
  });

  it("invalid-reply: a result that is trusted and should not be", async () => {
    const app = newApp();
    const wrong = { name: "", price: 1 };
    app.get(
      "/",
      endpoint({ name: "read", output: Item, trusted: true }, () => wrong),
    );
    expect(await findingsOf(app)).toMatchObject([
      {
        check: "invalid-reply",
        message: "value/name must NOT have fewer than 1 characters",
        reply: '200 application/json {"name":"","price":1}',
      },
    ]);
  });

  it("invalid-reply: JSON in another charset than UTF-8", async () => {
    const inCharset = (contentType: string): App => {
      const app = newApp();
      const write = (): Response =>
        new Response(Buffer.from('{"name":"Zürich","price":1}', "latin1"), {
          headers: { "content-type": contentType },
        });
      app.get("/", endpoint({ output: Item }, write));
      return app;
    };
    const message = (charset: string): object[] => [
      {
        check: "invalid-reply",
        message: `the body says that it is in ${charset}, and application/json is UTF-8`,
      },
    ];
    expect(await findingsOf(inCharset("application/json; charset=latin1"))).toMatchObject(message("latin1"));
    expect(await findingsOf(inCharset('application/json;Charset="ISO-8859-1"'))).toMatchObject(
      message("iso-8859-1"),
    );
    expect(await findingsOf(inCharset("application/json; charset=UTF-8"))).toEqual([]);
  });

  it("invalid-reply: an event, a line, an error", async () => {
    const app = newApp();
    const Even = z.int().multipleOf(2);
    app.get(
      "/events",
      endpoint({ name: "follow", output: events(Even), trusted: true }, async function* () {
        yield 2;
        yield 3;
      }),
    );
    app.get(
      "/lines",
      endpoint({ name: "export", output: jsonLines(Even), trusted: true }, async function* () {
        yield 4;
        yield 5;
      }),
    );
    const error = { 409: { description: "Busy", schema: z.object({ most: z.int() }) } };
    app.get(
      "/error",
      endpoint({ name: "refuse", errors: error }, () =>
        HttpError.throw(409, "Busy", { members: { most: "3" } }),
      ),
    );
    expect(await findingsOf(app)).toMatchObject([
      { check: "invalid-reply", operation: "GET /events", message: "value must be multiple of 2" },
      { check: "invalid-reply", operation: "GET /lines", message: "value must be multiple of 2" },
      { check: "invalid-reply", operation: "GET /error", message: "value/most must be integer" },
    ]);
    const later = newApp({ openapiVersion: "3.2.0" });
    later.get(
      "/events",
      endpoint({ name: "follow", output: events(Even), trusted: true }, async function* () {
        yield 3;
      }),
    );
    expect(await findingsOf(later)).toMatchObject([{ check: "invalid-reply" }]);
  });

  it("invalid-header", async () => {
    const headers = {
      "X-Total": { required: true, schema: { type: "integer" } },
      "X-Other": { schema: { type: "string" } },
    };
    let total: string | undefined;
    const app = newApp(said((response) => (response["headers"] = headers)));
    app.get(
      "/",
      endpoint({ name: "read", input: { response: response() } }, ({ response }) => {
        if (total !== undefined) response.headers.set("x-total", total);
        return 1;
      }),
    );
    expect(await findingsOf(app)).toMatchObject([{ check: "invalid-header", message: "X-Total is missing" }]);
    total = "many";
    expect(await findingsOf(app)).toMatchObject([
      { check: "invalid-header", message: 'X-Total is "many": value must be integer' },
    ]);
    total = "3";
    expect(await findingsOf(app)).toEqual([]);
  });
});

describe("a failure", () => {
  function broken(): App {
    const app = newApp();
    app.post(
      "/",
      endpoint({ name: "add", input: { n: body(z.object({ n: z.int() })) } }, ({ n: { n } }) => {
        if (n > 1000) throw new Error("too large");
        return n;
      }),
    );
    app.get("/fine", () => 1);
    return app;
  }

  it("says all that it takes to see it again", async () => {
    const failed = (await fuzzContract(broken()).catch((error: unknown) => error)) as ContractBroken;
    expect(failed).toBeInstanceOf(ContractBroken);
    expect(failed.cause).toMatchObject({ message: "too large" });
    const [{ seed, path: at, request }] = failed.report.findings as [FuzzFinding];
    expect(failed.message).toContain(
      "server-error: POST /\n  answered 500 for an error that nothing handled\n  curl",
    );
    expect(failed.message).toContain(
      `again: fuzzContract(app, { only: "add", seed: ${seed}, path: ${JSON.stringify(at)} })`,
    );
    const again = await findingsOf(broken(), { only: "add", seed, path: at });
    expect(again).toMatchObject([{ request, check: "server-error" }]);
  });

  it("comes again with its seed", async () => {
    const one = await findingsOf(broken(), { seed: 7 });
    expect(await findingsOf(broken(), { seed: 7 })).toEqual(one);
  });

  it("that is known is passed over", async () => {
    expect(await findingsOf(broken(), { ignore: [{ check: "server-error", operation: "add" }] })).toEqual([]);
    expect(
      await findingsOf(broken(), { ignore: [{ check: "server-error", operation: "GET /fine" }] }),
    ).toHaveLength(1);
    expect(await findingsOf(broken(), { skip: "POST /" })).toEqual([]);
    expect(await findingsOf(broken(), { only: ["GET /fine"] })).toEqual([]);
  });

  it("of a name that no operation has", async () => {
    await expect(fuzzContract(broken(), { only: "ad" })).rejects.toThrow("no operation is called ad");
    await expect(fuzzContract(broken(), { skip: ["PUT /"] })).rejects.toThrow("no operation is called PUT /");
  });
});

describe("what exists", () => {
  it("is asked for where it is given", async () => {
    const seen = new Set<unknown>();
    const app = newApp();
    const read = endpoint({ name: "read", input: { id: path(z.string()) } }, ({ id }) => seen.add(id).size);
    const add = endpoint(
      { name: "add", input: { item: body(Item) } },
      ({ item }) => seen.add(item.name).size,
    );
    app.get("/items/{id}", read);
    app.post("/items", add);
    await fuzzContract(app, {
      values: { id: ["first", "second"], "add.body": [{ name: "Compass", price: 1 }] },
    });
    expect([...seen]).toEqual(expect.arrayContaining(["first", "second", "Compass"]));
  });

  it("is what chooses who answers, which is sent as it is", async () => {
    const app = newApp();
    const seen = new Set<unknown>();
    const input = { apiVersion: query(z.enum(["1", "2"])), n: query(z.int()) };
    app.get(
      "/",
      endpoint({ name: "read", input }, ({ apiVersion }) => seen.add(apiVersion).size),
    );
    const report = await fuzzContract(app, { fixed: { apiVersion: "2" } });
    expect([...seen]).toEqual(["2"]);
    expect(report.operations[0]!.violations.every((name) => name.startsWith("query n: "))).toBe(true);
  });

  it("is who may ask: by token, name and password, or key, which failures do not show", async () => {
    const app = newApp();
    const guarded = (name: string, input: Record<string, any>): void =>
      app.add({
        method: "GET",
        path: `/${name}`,
        endpoint: endpoint({ name, input, output: z.int() }, () => 1),
      });
    guarded("token", { token: bearer() });
    guarded("password", { user: basic() });
    guarded("header", { key: apiKey({ in: "header", name: "x-key" }) });
    guarded("inQuery", { key: apiKey({ in: "query", name: "key", schemeName: "queryKey" }) });
    guarded("cookie", { key: apiKey({ in: "cookie", name: "key", schemeName: "cookieKey" }) });
    const { securitySchemes = {} } = app.openapi().components!;
    const credentials = Object.fromEntries(
      Object.keys(securitySchemes).map((name) => [
        name,
        name === "basic" ? { username: "ada", password: "s" } : async () => "secret",
      ]),
    );
    const report = await fuzzContract(app, { credentials });
    for (const { statuses, violations } of report.operations) {
      expect(statuses).toEqual({ 200: 50, 401: 50 });
      expect(violations).toEqual(["without credentials"]);
    }
    const strangers = await fuzzContract(app);
    expect(strangers.skipped).toHaveLength(5);
    expect(strangers.operations[0]).toMatchObject({ statuses: { 401: 100 } });

    const broken = newApp();
    broken.get(
      "/",
      endpoint({ name: "read", input: { token: bearer() } }, (): never => {
        throw new Error("always");
      }),
    );
    const [finding] = await findingsOf(broken, { credentials: { bearer: "secret" } });
    expect(JSON.stringify({ ...finding, cause: undefined })).not.toContain("secret");
    expect(finding!.request).toBe("curl -H 'authorization: Bearer …' http://localhost/");
  });

  it("is a guard that lets strangers in", async () => {
    const app = newApp();
    app.get(
      "/",
      endpoint({ name: "read", input: { token: bearer({ optional: true } as never) } }, () => 1),
    );
    const document = structuredClone(app.openapi()) as any;
    document.paths["/"].get.security = [{ bearer: [] }];
    expect(await findingsOf(app, { document, credentials: { bearer: "t" } })).toMatchObject([
      {
        check: "accepted-but-invalid",
        message: "answered 200 to a request that is wrong (without credentials)",
      },
    ]);
  });
});

describe("what cannot be asked", () => {
  it("is told by name", async () => {
    const app = newApp();
    app.get(
      "/look",
      endpoint(
        { name: "look", input: { q: query(z.string().regex(/^(?=.*\d)(?=.*[a-z])[a-z\d]{30}$/)) } },
        ({ q }) => q,
      ),
    );
    const parse = { mediaType: "application/x-own", parse: () => ({ name: "", price: 1 }) };
    app.post(
      "/own",
      endpoint({ name: "own", input: { item: body(Item, parse) }, output: { 200: empty } }, () => reply(200)),
    );
    app.add({ method: "WEBSOCKET", path: "/socket", endpoint: socket({}, () => undefined) });
    const { skipped, operations } = await fuzzContract(app);
    expect(skipped).toEqual([
      {
        operation: "POST /own",
        what: "the body as application/x-own",
        why: "only the application knows how application/x-own is written",
      },
      {
        operation: "GET /look",
        what: "query q",
        why: expect.stringMatching(
          /^no text can be made up for the pattern .*: give one with 'values'/,
        ) as string,
      },
      { operation: "WEBSOCKET /socket", what: "the connection", why: "a WebSocket is no request and reply" },
    ]);
    expect(operations).toEqual([]);
    const given = await fuzzContract(app, { only: "look", values: { q: ["a1".repeat(15)] } });
    expect(given.operations).toMatchObject([{ valid: 50, statuses: { 200: 50 } }]);
  });
});
