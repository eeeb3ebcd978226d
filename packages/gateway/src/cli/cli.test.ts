import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CliError } from "waymark/internal";
import type { Snapshot } from "../snapshot.ts";
import { runGatewayCommand } from "./index.ts";
import { loadedToRun } from "./load.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-gateway-cli-"));
afterAll(() => rmSync(directory, { recursive: true }));

const ORDERS = `openapi: 3.1.0
info: { title: Orders, version: 1.2.0 }
servers: [{ url: "http://127.0.0.1:3001/v1" }]
security: [{ key: [] }]
paths:
  /orders/{orderId}:
    get:
      operationId: readOrder
      summary: Read an order
      deprecated: true
      x-waymark: { deprecated: { since: 2026-06-01 } }
      parameters:
        - { name: orderId, in: path, required: true, schema: { type: integer } }
        - { name: limit, in: query, schema: { type: integer, maximum: 100 } }
      responses: { "200": { description: ok } }
  /orders:
    post:
      operationId: createOrder
      security: []
      requestBody: { content: { application/json: {} } }
      responses: { "201": { description: made } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: x-api-key } }
`;
const GATEWAY = `services:
  orders:
    spec: orders.yaml
    mount: /shop
    timeout: { total: 5s }
policies:
  - limit: { rate: 100/min, by: ip }
  - match: { operations: ["orders:read*"] }
    cors: { origins: "*" }
aliases:
  - path: /old/{sku}
    operation: orders:readOrder
    bind: { limit: { constant: 10 } }
    deprecated: { since: 2026-01-01, successor: orders }
consumers:
  app: { keys: ["sha256:${"0".repeat(64)}"] }
`;

beforeEach(() => {
  writeFileSync(join(directory, "orders.yaml"), ORDERS);
  writeFileSync(join(directory, "gateway.yaml"), GATEWAY);
});

async function ran(...argv: string[]): Promise<{ code: number | undefined; out: string }> {
  let out = "";
  const code = await runGatewayCommand(argv, undefined, {
    out: (text) => void (out += text),
    directory,
    environment: {},
  });
  return { code, out };
}

/** What a command that could not be read or obeyed says. */
async function failed(
  ...argv: string[]
): Promise<{ code: number; message: string; hint: string | undefined; errors: string }> {
  let errors = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  try {
    await ran(...argv);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { code: error.exitCode, message: error.message, hint: error.hint, errors };
  } finally {
    write.mockRestore();
  }
  throw new Error("it succeeded");
}

describe("waymark gateway check", () => {
  it("names what may not be meant, and lets it run", async () => {
    expect(await ran("check")).toEqual({
      code: 0,
      out: `warning: orders.yaml:17
  the body of POST /shop/orders has no schema for application/json
  → Describe it: without a schema every body passes.  [GW602]

1 service, 3 operations: 0 mistakes, 1 warning
`,
    });
    expect((await ran("check", "--strict")).code).toBe(1);
  });

  it("names services without a document", async () => {
    writeFileSync(
      join(directory, "gateway.yaml"),
      "services: { legacy: { spec: false, mount: /legacy, upstream: 'http://127.0.0.1:3001', security: [] } }\n",
    );
    expect(await ran("check", "--strict")).toEqual({
      code: 0,
      out: `'legacy' has no document: everything below its mount goes through unvalidated

1 service, 14 operations: 0 mistakes, 0 warnings
`,
    });
    expect(JSON.parse((await ran("check", "--json")).out)).toMatchObject({ undocumented: ["legacy"] });
    expect((await ran("explain")).out).toContain("legacy  without a document\n");
  });

  it("names certificates and keys that are not here, which a start needs", async () => {
    writeFileSync(
      join(directory, "gateway.yaml"),
      `listen: { tls: { cert: gone.pem, key: gateway.yaml } }
services:
  orders:
    spec: orders.yaml
    upstream:
      targets: ["https://127.0.0.1:3001"]
      tls: { ca: ca.pem }
    securitySchemes:
      key: { type: http, scheme: bearer, keys: keys.json }
`,
    );
    const { code, out } = await ran("check");
    expect(code).toBe(0);
    const remedy =
      "cannot be read here\n  → A start needs it: see that it is there, and who may read it.  [GW620]";
    expect(out).toContain(`warning: gateway.yaml:1\n  'gone.pem' ${remedy}`);
    expect(out).toContain(`warning: gateway.yaml:7\n  'ca.pem' ${remedy}`);
    expect(out).toContain(`warning: gateway.yaml:9\n  'keys.json' ${remedy}`);
    expect(out).not.toContain("'gateway.yaml' cannot");
    const starting = loadedToRun([], { directory, environment: {}, out: () => undefined });
    await expect(starting).rejects.toMatchObject({ mistakes: [{ code: "GW620" }, { code: "GW620" }] });
  });

  it("names what the environment of a start has to say of Redis", async () => {
    const write = (redis: string): void =>
      writeFileSync(join(directory, "gateway.yaml"), `redis: ${redis}\n${GATEWAY}`);
    const start = (environment: Record<string, string>): Promise<unknown> =>
      loadedToRun([], { directory, environment, out: () => undefined });
    const missing = {
      code: "GW207",
      message: "the environment has no GONE_URL",
      origin: { file: "gateway.yaml", line: 1 },
    };
    for (const redis of ["${GONE_URL}", "{ url: 'redis://a:${GONE_URL}' }"]) {
      write(redis);
      const { code, out } = await ran("check");
      expect([code, out]).toEqual([
        0,
        expect.stringContaining("warning: gateway.yaml:1\n  the environment has no GONE_URL\n"),
      ]);
      await expect(start({})).rejects.toMatchObject({ mistakes: [missing] });
      await expect(start({ GONE_URL: "redis://10.0.0.1" })).resolves.toBeDefined();
    }
    write("${GONE_URL:-redis://10.0.0.1}");
    expect((await ran("check")).out).not.toContain("GONE_URL");
    await expect(start({})).resolves.toBeDefined();
  });

  it("names every mistake at its place, as JSON too", async () => {
    writeFileSync(
      join(directory, "orders.yaml"),
      ORDERS.replace("maximum: 100", "maximum: lots").replace("orderId}:", "orderId}?x:"),
    );
    expect(await ran("check")).toEqual({
      code: 1,
      out: `error: gateway.yaml:9
  this policy matches no operation
  → \`waymark gateway explain\` lists services and operations by their names.  [GW205]

error: gateway.yaml:12
  there is no operation 'orders:readOrder'
  → Write \`service:operationId\`.  [GW206]

error: orders.yaml:6
  '/orders/{orderId}?x' has a '?' or '#': a template is a path without query and fragment
  → A path is like /items/{itemId}, without query and fragment.  [GW303]

1 service: 3 mistakes, 0 warnings
`,
    });
    const { out } = await ran("check", "--json");
    expect(JSON.parse(out)).toMatchObject({
      services: 1,
      operations: 0,
      warnings: [],
      mistakes: [
        { code: "GW303", origin: { file: "orders.yaml", line: 6 } },
        { code: "GW206" },
        { code: "GW205" },
      ],
    });
  });

  it("names schemas that no request could be held against, and with a warning those that none will be", async () => {
    writeFileSync(
      join(directory, "orders.yaml"),
      `${ORDERS.replace(
        "application/json: {}",
        "application/json: { schema: { $ref: '#/components/schemas/Self' } }",
      ).replace(
        "description: made",
        "description: made, content: { application/json: { schema: { $ref: '#/components/schemas/Self' } } }",
      )}  schemas: { Self: { $ref: '#/components/schemas/Self' } }\n`,
    );
    const { code, out } = await ran("check");
    expect(code).toBe(1);
    expect(out).toContain(
      "error: orders.yaml:17\n  the schema of the body as application/json of POST /shop/orders can be held against nothing: ",
    );
    expect(out).toContain(
      "warning: orders.yaml:17\n  the schema of the reply 201 as application/json of POST /shop/orders can be held against nothing: ",
    );
    writeFileSync(
      join(directory, "gateway.yaml"),
      GATEWAY.replace("policies:", "policies:\n  - validateRequest: { body: false }"),
    );
    expect((await ran("check")).code).toBe(0);
  });

  it("names what breaks clients of a snapshot", async () => {
    await ran("compile", "--out", "old.json");
    writeFileSync(
      join(directory, "orders.yaml"),
      ORDERS.replace("maximum: 100", "maximum: 50").replace("security: []\n      ", ""),
    );
    expect(await ran("check", "--against", "old.json")).toEqual({
      code: 1,
      out: `error:
  POST /shop/orders security: needs orders.key
  → Clients made for the former version break. Keep it beside the new one, or say so.  [GW611]

error:
  GET /shop/orders/{orderId} query limit: maximum fell from 100 to 50
  → Clients made for the former version break. Keep it beside the new one, or say so.  [GW611]

warning: orders.yaml:17
  the body of POST /shop/orders has no schema for application/json
  → Describe it: without a schema every body passes.  [GW602]

1 service: 2 mistakes, 1 warning
`,
    });
    expect((await ran("check", "--against", "gateway.yaml")).code).toBe(0);
  });
});

describe("waymark gateway explain", () => {
  it("shows where a request goes, by which policies, from which lines", async () => {
    expect(await ran("explain", "get", "/shop/orders/1?limit=2")).toEqual({
      code: 0,
      out: `GET /shop/orders/1?limit=2
  operation    orders:readOrder  Read an order
  written at   orders.yaml:7
  path         /shop/orders/{orderId}  orderId = 1
  answered by  orders: http://127.0.0.1:3001
  asked for    GET /v1/orders/1
  security     key
  time-outs    connect 2000 ms, first byte 30000 ms, idle 60000 ms, total 5000 ms
  retries      1, of 502, 503, 504
  balance      p2c
  breaker      opens for 5000 ms when 50 % of 20 or more fail within 10000 ms
  health       out for 10000 ms after 5 failures in a row
  pool         256 connections a target, 8192 may wait 2000 ms
  consumers    1
  deprecated   since 2026-06-01

policies
   1  cors      cors             {"origins":"*"}               gateway.yaml:9
   2  authn     authn                                          by default
   3  limit     limit            {"rate":"100/min","by":"ip"}  gateway.yaml:7
   4  validate  validateRequest                                by default
`,
    });
  });

  it("shows a policy in TypeScript in the phase in which it runs", async () => {
    writeFileSync(
      join(directory, "early.mjs"),
      'export default { "~policy": { kind: "early", phase: "deny", step: () => undefined } };\n',
    );
    writeFileSync(
      join(directory, "gateway.yaml"),
      GATEWAY.replace("policies:", "policies:\n  - use: ./early.mjs"),
    );
    const { out } = await ran("explain", "get", "/shop/orders/1");
    expect(out.split("policies\n")[1]!.split("\n").slice(0, 3)).toEqual([
      '   1  cors      cors             {"origins":"*"}               gateway.yaml:10',
      '   2  deny      use              {"module":"./early.mjs"}      gateway.yaml:7',
      "   3  authn     authn                                          by default",
    ]);
  });

  it("takes an address that says no path", async () => {
    const legacy = 'legacy: { spec: false, mount: /, upstream: "http://127.0.0.1:1", security: [] }';
    writeFileSync(join(directory, "gateway.yaml"), `docs: false\nservices: { ${legacy} }\n`);
    for (const [address, path] of [
      ["https://api.example.com", "/"],
      ["https://api.example.com?a=b#c", "/?a=b"],
    ] as const) {
      const { out } = await ran("explain", "GET", address);
      expect(out).toContain("operation    legacy:get\n");
      expect(out).toMatch(new RegExp(`^GET ${path.replace("?", "\\?")}\n`));
    }
  });

  it("shows what an alias binds, and what is asked for", async () => {
    const { out } = await ran("explain", "GET", "/old/a%2Fb");
    expect(out.split("\n").slice(0, 7)).toEqual([
      "GET /old/a%2Fb",
      "  operation    orders:readOrder@/old/{sku}  Read an order",
      "  written at   gateway.yaml:11",
      "  path         /old/{sku}  sku = a/b",
      '  bind         query limit ← "10", path orderId ← path sku',
      "  answered by  orders: http://127.0.0.1:3001",
      "  asked for    GET /v1/orders/a%2Fb",
    ]);
    expect(out).toContain("deprecated   since 2026-01-01, use /shop/orders/{orderId}\n");
  });

  it("finds versions by header, and hosts", async () => {
    writeFileSync(join(directory, "two.yaml"), ORDERS.replace("1.2.0", "2.0.0"));
    writeFileSync(
      join(directory, "versions.yaml"),
      "services:\n  one: { spec: orders.yaml, mount: { path: '', host: '*.example.com' }, version: { by: header, default: true } }\n  two: { spec: two.yaml, mount: { path: '', host: '*.example.com' }, version: { by: header } }\n",
    );
    const asked = async (...more: string[]): Promise<string | undefined> => {
      const { out } = await ran("explain", "GET", "/orders/1", "versions.yaml", "--json", ...more);
      return (JSON.parse(out) as { operation: { id: string } } | null)?.operation.id;
    };
    expect(await asked("--host", "api.example.com")).toBe("one:readOrder");
    expect(await asked("--host", "API.example.com", "-H", "Api-Version: 2")).toBe("two:readOrder");
    expect(await asked("--host", "api.example.com", "-H", "api-version: 3")).toBeUndefined();
    const missed = async (...more: string[]): Promise<string> =>
      (await ran("explain", "GET", "/orders/1", "versions.yaml", ...more)).out;
    expect(await missed("--host", "api.example.com", "-H", "api-version: 3")).toContain(
      "It has versions there: header api-version: 1, header api-version: 2.",
    );
    expect(await missed()).toContain("It is answered for *.example.com: --host says which.");
    const copied = ["explain", "GET", "https://api.example.com:8443/orders/1?limit=2", "versions.yaml"];
    expect((await ran(...copied)).out).toContain("operation    one:readOrder");
    expect(await asked()).toBeUndefined();
  });

  it("shows what an alias sends that takes a path from the query, and how a service is asked", async () => {
    writeFileSync(
      join(directory, "gateway.yaml"),
      `services:
  orders:
    spec: orders.yaml
    upstream:
      url: http://127.0.0.1:3001
      protocol: http2
      balance: hash(header:x-tenant)
      breaker: false
      concurrency: 20
      canary: { targets: ["http://127.0.0.1:3009"], weight: 5%, header: { name: x-canary, value: "1" } }
      health: { path: /healthz }
aliases: [{ path: /find, operation: "orders:readOrder", bind: { orderId: { query: no } } }]
`,
    );
    const { out } = await ran("explain", "GET", "/find");
    expect(out).toContain("  asked for    GET /orders/{query:no}\n");
    expect((await ran("explain", "GET", "/find?no=a%20b")).out).toContain(
      "  asked for    GET /orders/a%20b\n",
    );
    expect(out).toContain(`  balance      hash of header:x-tenant
  protocol     HTTP/2
  canary       5 % to http://127.0.0.1:3009, and x-canary: 1
  breaker      none
  health       GET /healthz every 5000 ms; out for 10000 ms after 5 failures in a row
  pool         256 connections a target, 8192 may wait 2000 ms; 20 requests to orders at a time
`);
  });

  it("lists operations by their names where no request is named", async () => {
    const { code, out } = await ran("explain");
    expect({ code, out }).toEqual({
      code: 0,
      out: `orders  Orders 1.2.0
  orders:readOrder@/old/{sku}  GET /old/{sku}
  orders:createOrder           POST /shop/orders
  orders:readOrder             GET /shop/orders/{orderId}
`,
    });
    expect((await ran("explain", "orders.yaml")).out).toContain(
      "orders:readOrder    GET /v1/orders/{orderId}",
    );
    expect(JSON.parse((await ran("explain", "--json")).out)).toHaveLength(3);
  });

  it("says where nothing answers", async () => {
    expect(await ran("explain", "DELETE", "/shop/orders/1")).toEqual({
      code: 1,
      out: "No operation answers DELETE /shop/orders/1.\n405: there is GET.\n",
    });
    expect((await ran("explain", "GET", "/shop/order/1")).out).toBe(
      "No operation answers GET /shop/order/1.\nThere are\n  /shop/orders/{orderId}\n  /shop/orders\n",
    );
    expect((await ran("explain", "GET", "/nothing/of/it")).out).toBe(
      "No operation answers GET /nothing/of/it.\n",
    );
    expect(await failed("explain", "/orders")).toMatchObject({
      code: 2,
      message: "waymark gateway explain takes a method, and a path or an address.",
      hint: "waymark gateway explain GET /orders/1",
    });
  });
});

describe("waymark gateway diff", () => {
  it("names what changed for clients, and behind", async () => {
    await ran("compile", "-o", "old.json");
    writeFileSync(
      join(directory, "gateway.yaml"),
      GATEWAY.replace("100/min", "50/min").replace("total: 5s", "total: 6s").replace("  app:", "  other:"),
    );
    writeFileSync(join(directory, "orders.yaml"), ORDERS.replace("maximum: 100", "maximum: 200"));
    expect(await ran("diff", "old.json", "gateway.yaml")).toEqual({
      code: 0,
      out: `Compatible
  GET /shop/orders/{orderId}
    query limit: maximum rose from 100 to 200  [limit-widened]

0 breaking, 1 compatible, 0 documentation

Behind the gateway
  service orders
    timeouts: {"connect":2000,"firstByte":30000,"idle":60000,"total":5000} → {"connect":2000,"firstByte":30000,"idle":60000,"total":6000}
  operation orders:createOrder
    timeouts: {"connect":2000,"firstByte":30000,"idle":60000,"total":5000} → {"connect":2000,"firstByte":30000,"idle":60000,"total":6000}
    policy gone: limit {"rate":"100/min","by":"ip"}
    policy added: limit {"rate":"50/min","by":"ip"}
  operation orders:readOrder
    timeouts: {"connect":2000,"firstByte":30000,"idle":60000,"total":5000} → {"connect":2000,"firstByte":30000,"idle":60000,"total":6000}
    policy gone: limit {"rate":"100/min","by":"ip"}
    policy added: limit {"rate":"50/min","by":"ip"}
  operation orders:readOrder@/old/{sku}
    timeouts: {"connect":2000,"firstByte":30000,"idle":60000,"total":5000} → {"connect":2000,"firstByte":30000,"idle":60000,"total":6000}
    policy gone: limit {"rate":"100/min","by":"ip"}
    policy added: limit {"rate":"50/min","by":"ip"}
  consumer app
    it is gone
  consumer other
    it is new
`,
    });
    expect(await ran("diff", "gateway.yaml", "gateway.yaml")).toEqual({ code: 0, out: "No changes\n" });
    expect((await ran("diff", "gateway.yaml", "old.json", "--json")).code).toBe(1);
  });
});

describe("a snapshot that was written", () => {
  const write = (name: string, text: string): void => {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  const POLICY = 'export default { "~policy": { kind: "early", phase: "deny", step: () => undefined } };\n';

  it("is checked, explained and compared like the configuration that it was made of, from wherever it lies", async () => {
    write("early.mjs", POLICY);
    write("gateway.yaml", GATEWAY.replace("policies:", "policies:\n  - use: ./early.mjs"));
    write("out/.keep", "");
    await ran("compile", "-o", "out/deployed.json");
    expect(JSON.parse(readFileSync(join(directory, "out/deployed.json"), "utf8"))).toMatchObject({
      format: 1,
      folder: "..",
    });
    const checked = await ran("check", "out/deployed.json");
    expect(checked).toEqual(await ran("check"));
    expect(checked.out).toContain("1 service, 3 operations: 0 mistakes, 1 warning");
    expect(await ran("explain", "GET", "/old/1", "out/deployed.json")).toEqual(
      await ran("explain", "GET", "/old/1"),
    );
    expect((await ran("diff", "out/deployed.json", "gateway.yaml")).out).toBe("No changes\n");
    expect((await ran("compile", "out/deployed.json")).out).toBe((await ran("compile")).out);
    write("early.mjs", `${POLICY}// changed\n`);
    expect((await ran("check", "out/deployed.json")).out).toContain(
      "./early.mjs is not what it was when the snapshot was made",
    );
    rmSync(join(directory, "early.mjs"));
    expect((await ran("check", "out/deployed.json")).out).toMatch(/early\.mjs cannot be loaded/);
  });

  it("is refused where it is of another format, or was changed by hand", async () => {
    const { out } = await ran("compile");
    write("other.json", out.replace('"format": 1', '"format": 2'));
    expect((await failed("check", "other.json")).errors).toContain("this gateway runs format 1");
    write("other.json", out.replace("127.0.0.1:3001", "127.0.0.1:3002"));
    expect((await failed("check", "other.json")).errors).toContain("not what its hash says");
  });

  it("of a running gateway is compared without what the admin port leaves out", async () => {
    write("gateway.yaml", `${GATEWAY}redis: redis://user:secret@10.0.0.3\n`);
    const { hash, gateway, ...rest } = JSON.parse((await ran("compile")).out) as Snapshot;
    const shown = { ...rest, hash, consumers: [], gateway: { ...gateway, redis: "***" } };
    const admin = createServer((_, response) => response.end(JSON.stringify(shown)));
    await new Promise<void>((resolve) => admin.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(admin.address() as AddressInfo).port}/snapshot`;
      expect((await ran("diff", url, "gateway.yaml")).out).toBe("No changes\n");
      write("gateway.yaml", `${GATEWAY.replace("100/min", "50/min")}redis: redis://10.0.0.4\ntitle: New\n`);
      const { out } = await ran("diff", url, "gateway.yaml");
      expect(out).toContain('  gateway\n    title: "Gateway" → "New"\n  operation');
      expect(out).not.toMatch(/consumer|redis/);
    } finally {
      admin.close();
    }
  });
});

describe("waymark gateway", () => {
  it("writes the same snapshot for the same files", async () => {
    const { out } = await ran("compile");
    await ran("compile", "-o", "old.json");
    expect(readFileSync(join(directory, "old.json"), "utf8")).toBe(out);
    expect(JSON.parse(out)).toMatchObject({ format: 1, services: { orders: {} } });
  });

  it("names the mistakes of what cannot run", async () => {
    writeFileSync(join(directory, "gateway.yaml"), "services: { orders: { spek: orders.yaml } }\n");
    expect(await failed("check")).toEqual({
      code: 1,
      message: "the gateway cannot run: 2 mistakes",
      hint: undefined,
      errors: `error: gateway.yaml:1
  'spek' is not a key that stands here
  → Did you mean 'spec'?  [GW201]

error: gateway.yaml:1
  'spec' is missing
  → Write where its OpenAPI document is, or \`spec: false\` if it has none.  [GW202]
`,
    });
  });

  it("leaves credentials to services where documents alone are named and it is told so", async () => {
    const bearer = ORDERS.replace("type: apiKey, in: header, name: x-api-key", "type: http, scheme: bearer");
    writeFileSync(join(directory, "orders.yaml"), bearer);
    const refused = await ran("check", "orders.yaml");
    expect(refused.code).toBe(1);
    expect(refused.out).toContain("--authentication upstream");
    expect((await ran("check", "orders.yaml", "--authentication", "upstream")).code).toBe(0);
    const { out } = await ran("compile", "--authentication", "upstream", "orders.yaml");
    const { operations } = JSON.parse(out) as Snapshot;
    expect(operations.map(({ security, passedSecurity }) => [security, passedSecurity])).toEqual([
      [[], undefined],
      [[], [{ key: [] }]],
    ]);
    expect((await failed("check", "--authentication", "upstream")).errors).toContain(
      "Write `authentication: upstream` at the services of the configuration.  [GW212]",
    );
    expect(await failed("check", "--authentication", "nobody")).toMatchObject({
      code: 2,
      message: "--authentication takes upstream or gateway.",
    });
  });

  it("takes a file whose services are misspelt for a configuration", async () => {
    writeFileSync(join(directory, "other.yaml"), GATEWAY.replace("services:", "servics:"));
    const { errors } = await failed("check", "other.yaml");
    expect(errors).toContain(
      "'servics' is not a key that stands here\n  → Did you mean 'services'?  [GW201]",
    );
  });

  it("refuses what it cannot read, and guesses what was meant", async () => {
    expect(await failed("chekc")).toMatchObject({
      code: 2,
      message: "waymark gateway has no command chekc.",
      hint: "Did you mean check?",
    });
    expect(await failed("check", "--jsn")).toMatchObject({
      code: 2,
      message: "waymark gateway check has no option --jsn.",
      hint: "Did you mean --json?",
    });
    expect(await failed("diff", "one")).toMatchObject({
      code: 2,
      message: "waymark gateway diff takes two gateways.",
    });
    rmSync(join(directory, "gateway.yaml"));
    expect(await failed("check")).toMatchObject({ code: 2, message: "There is no configuration here." });
  });

  it("has help for each of its commands", async () => {
    expect((await ran("check", "--help")).out.split("\n")[0]).toBe(
      "Usage: waymark gateway check [gateway.yaml | documents…]",
    );
    expect((await ran("--help")).out).toBe(`Commands:
  check [gateway.yaml | documents…]                      name everything that is wrong, or may not be meant
  explain [<method> <path>] [gateway.yaml | documents…]  show what happens to a request, and where that was written
  diff <old> <new>                                       name what changed between two gateways, and what breaks clients
  compile [gateway.yaml | documents…]                    print the snapshot that the gateway would run
`);
  });
});
