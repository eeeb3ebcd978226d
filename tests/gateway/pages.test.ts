// What the gateway's pages show is what happens: their documents are served, and every curl prints what the page says.
import { readFileSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { App } from "waymark";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "../markdown/ask.ts";
import { type Block, blocks, questions } from "../markdown/blocks.ts";
import { Folder, GatewayProcess, root } from "./gateway-process.ts";

function blocksOf(page: string): Block[] {
  return blocks(readFileSync(join(root, page), "utf8"));
}

/** The curl commands of blocks that are marked with "gateway", asked of a gateway that runs. */
async function asked(page: string, gateway: GatewayProcess): Promise<number> {
  const app = { request: (path: string, init: RequestInit) => fetch(gateway.url + path, init) } as App;
  const found = blocksOf(page)
    .filter(({ language, flags }) => language === "console" && flags.includes("gateway"))
    .flatMap(({ text }) => questions(text));
  for (const question of found) expect(await ask(app, question), question.command).toBe(question.answer);
  return found.length;
}

describe("the pages of the gateway", { timeout: 60_000 }, () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it.each(["README.md", "examples/behind-a-gateway/README.md"])(
    "%s: what npm start answers",
    async (page) => {
      const gateway = await GatewayProcess.start(root, "examples/behind-a-gateway/gateway.yaml");
      closing.push(() => gateway.stop("SIGKILL"));
      expect(await asked(page, gateway)).toBeGreaterThan(2);
    },
  );

  it("docs/gateway/README.md: from a document to a gateway, without a configuration", async () => {
    const page = "docs/gateway/README.md";
    const service = await orders();
    closing.push(() => service.close());
    const { port } = service.address() as AddressInfo;
    const document = blocksOf(page).find(({ text }) => text.startsWith("# specs/orders.yaml"))!;
    expect(document.text).toContain(":3000");
    const folder = new Folder({ "specs/orders.yaml": document.text.replace(":3000", `:${port}`) });
    closing.push(() => folder.remove());
    const gateway = await GatewayProcess.start(folder.path, "specs/*.yaml");
    closing.push(() => gateway.stop("SIGKILL"));
    expect(await asked(page, gateway)).toBeGreaterThan(2);
  });

  it("docs/gateway/policies.md: its policies in TypeScript", async () => {
    const policies = blocksOf("docs/gateway/policies.md").flatMap(({ text }): [string, string][] => {
      const name = /^\/\/ (policies\/\w+\.ts)\n/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text]];
    });
    const service = await orders();
    closing.push(() => service.close());
    const { port } = service.address() as AddressInfo;
    const folder = new Folder({
      ...Object.fromEntries(policies),
      "orders.yaml": `openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders/1:
    post:
      operationId: createOrder
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: {}
`,
      "gateway.yaml": `upstream: { retry: false }
services:
  orders: { spec: orders.yaml, security: [], upstream: "http://127.0.0.1:${port}" }
  legacy: { spec: false, mount: /legacy, security: [], upstream: "http://127.0.0.1:${port}" }
policies:
  - match: { operations: ["orders:createOrder"] }
    use: { module: ./policies/fraud.ts, with: { most: 5000 } }
  - match: { services: [legacy] }
    use: ./policies/maintenance.ts
`,
    });
    closing.push(() => folder.remove());
    symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"), "junction");
    const gateway = await GatewayProcess.start(folder.path);
    closing.push(() => gateway.stop("SIGKILL"));
    const order = async (amount: number): Promise<unknown[]> => {
      const body = JSON.stringify({ amount });
      const headers = { "content-type": "application/json" };
      const reply = await fetch(`${gateway.url}/orders/1`, { method: "POST", headers, body });
      return [reply.status, ((await reply.json()) as { readonly detail?: string }).detail];
    };
    expect(policies.map(([name]) => name)).toEqual(["policies/fraud.ts", "policies/maintenance.ts"]);
    expect([await order(5000), await order(5001)]).toEqual([
      [200, undefined],
      [403, "Too much at once"],
    ]);
    const reply = await fetch(`${gateway.url}/legacy/orders/1`);
    expect([reply.status, reply.headers.get("retry-after"), await reply.json()]).toEqual([
      503,
      "600",
      { until: "14:00 UTC" },
    ]);
  });

  it("docs/gateway/observability.md: the provider of OpenTelemetry", async () => {
    const page = blocksOf("docs/gateway/observability.md");
    const telemetry = page.find(({ text }) => text.startsWith("// telemetry.mjs"))!;
    expect(page.some(({ text }) => text.includes("node --import ./telemetry.mjs "))).toBe(true);
    const service = await orders();
    closing.push(() => service.close());
    const { port } = service.address() as AddressInfo;
    const folder = new Folder({
      "telemetry.mjs": telemetry.text,
      "node_modules/@opentelemetry/sdk-node/index.js": SDK,
      "node_modules/@opentelemetry/sdk-node/package.json": '{ "name": "@opentelemetry/sdk-node" }',
      "gateway.yaml": `services: { orders: { spec: false, mount: /shop, security: [], upstream: "http://127.0.0.1:${port}" } }\n`,
    });
    closing.push(() => folder.remove());
    const gateway = await GatewayProcess.start(folder.path, "--import=./telemetry.mjs");
    closing.push(() => gateway.stop("SIGKILL"));
    const id = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${id}-b7ad6b7169203331-01` };
    expect((await fetch(`${gateway.url}/shop/orders/1`, { headers })).status).toBe(200);
    await gateway.stop();
    expect(gateway.told).toContain(`span of gateway: GET /shop/{rest:path} ${id}\n`);
  });
});

/** `@opentelemetry/sdk-node` of the parts that it is made of: itself it brings every exporter there is. */
const SDK = `const { createRequire } = require("node:module");
const from = createRequire(${JSON.stringify(join(root, "packages/waymark/package.json"))});
const { propagation, trace } = from("@opentelemetry/api");
const { W3CTraceContextPropagator } = from("@opentelemetry/core");
const { BasicTracerProvider, BatchSpanProcessor } = from("@opentelemetry/sdk-trace-base");

exports.NodeSDK = class {
  constructor({ serviceName }) {
    this.exporter = {
      export(spans, done) {
        for (const span of spans)
          process.stderr.write("span of " + serviceName + ": " + span.name + " " + span.spanContext().traceId + "\\n");
        done({ code: 0 });
      },
      shutdown: async () => undefined,
    };
  }
  start() {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(this.exporter)] }),
    );
  }
};
`;

/** In the place of the page's `python3 -m http.server`. */
async function orders(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/orders/1") response.end('{"number":1,"state":"sent"}\n');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
