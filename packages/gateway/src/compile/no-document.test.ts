import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import type { GatewayConfig, ServiceConfig } from "../config/config.ts";
import { parseSource } from "../documents/source-file.ts";
import { runGateway } from "../run-gateway.ts";
import type { Snapshot } from "../snapshot.ts";
import { auditSnapshot } from "./audit.ts";
import { type Compiled, tryCompile } from "./compile.ts";
import { documentOf, orders, texts } from "./compile.fixture.ts";

const ORDERS = documentOf(orders("paths: { /orders: { get: { responses: {} } } }").replace("/v1", ""));

function compiled(legacy: Partial<ServiceConfig>, config: Partial<GatewayConfig> = {}): Compiled {
  const own: ServiceConfig = { spec: false, upstream: "http://10.0.0.1:8080", security: [], ...legacy };
  const services = { legacy: own, orders: { spec: "orders.yaml", security: [] } };
  return tryCompile({ ...config, services }, { orders: ORDERS });
}

function snapshotOf(...given: Parameters<typeof compiled>): Snapshot {
  const { snapshot, mistakes } = compiled(...given);
  if (snapshot === undefined) throw new Error(texts(mistakes).join("\n"));
  return snapshot;
}

function routes(...given: Parameters<typeof compiled>): string[] {
  return snapshotOf(...given)
    .operations.filter(({ service }) => service === "legacy")
    .filter(({ method }) => method === "GET" || method === "OPTIONS")
    .map(({ id, method, template, target }) => `${id}: ${method} ${template} -> ${target}`);
}

describe("a service without a document", () => {
  it("has every path at its mount and below, by every method that is served", () => {
    const { operations, services } = snapshotOf({ mount: "/legacy" });
    const own = operations.filter(({ service }) => service === "legacy");
    expect(own.filter(({ template }) => template === "/legacy").map(({ method }) => method)).toEqual(
      own.filter(({ template }) => template !== "/legacy").map(({ method }) => method),
    );
    expect(new Set(own.map(({ method }) => method))).toEqual(
      new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]),
    );
    expect([services["legacy"]?.undocumented, services["orders"]?.undocumented]).toEqual([true, undefined]);
  });

  it("finds its prefix where the address of the upstream says that it is", () => {
    expect(routes({ mount: "/legacy" })).toEqual([
      "legacy:get@/legacy: GET /legacy -> /",
      "legacy:options@/legacy: OPTIONS /legacy -> /",
      "legacy:get: GET /legacy/{rest:path} -> /{rest:path}",
      "legacy:options: OPTIONS /legacy/{rest:path} -> /{rest:path}",
    ]);
    const kept = routes({ upstream: "http://10.0.0.1:8080/legacy" });
    expect(kept).toContain("legacy:get@/legacy: GET /legacy -> /legacy");
    expect(kept).toContain("legacy:get: GET /legacy/{rest:path} -> /legacy/{rest:path}");
    expect(routes({ mount: { path: "/legacy", aliases: ["/old"] } })).toContain(
      "legacy:get@/old: GET /old -> /",
    );
  });

  it("leaves OPTIONS to the gateway where it would take that of every other service", () => {
    expect(routes({ mount: "/" })).toEqual(["legacy:get: GET /{rest:path} -> /{rest:path}"]);
    expect(routes({ mount: { path: "/", host: "old.example.com" } })).toHaveLength(2);
  });

  it("is validated by no policy, and shown in no published document unless somebody wants it", () => {
    const policies = [
      { limit: { rate: "10/s", by: "ip" } },
      { validateRequest: { unknownQuery: "refuse" } },
      { validateResponse: { mode: "enforce" } },
    ] as const;
    const operation = (config: Partial<ServiceConfig>) =>
      snapshotOf({ mount: "/legacy", ...config }, { policies }).operations.find(
        ({ id }) => id === "legacy:get",
      )!;
    expect(operation({}).policies.map(({ kind, options }) => [kind, options])).toEqual([
      ["limit", { rate: "10/s", by: "ip" }],
      ["validateRequest", { enabled: false }],
    ]);
    expect(operation({}).internal).toBe(true);
    expect(operation({ internal: false }).internal).toBe(false);
  });

  it("needs to say where it runs, and nothing about a document, at its own line", () => {
    const source = parseSource(
      "services:\n  legacy:\n    spec: false\n    overlay: a.yaml\n    variables: { region: eu }\n",
      "gateway.yaml",
    );
    expect(texts(tryCompile(source.value as GatewayConfig, {}, source).mistakes)).toEqual([
      "gateway.yaml:4: 'overlay' is about a document, and `spec: false` says that there is none. Remove it. [GW223]",
      "gateway.yaml:5: 'variables' is about a document, and `spec: false` says that there is none. Remove it. [GW223]",
      "gateway.yaml:3: where 'legacy' runs is not known: it has no document. Write `upstream: http://…` at the service 'legacy'. [GW309]",
    ]);
  });

  it("is open where nothing says who may call it, which is told with what to do", () => {
    const source = parseSource("services:\n  legacy: { spec: false, upstream: http://a }\n", "gateway.yaml");
    const read = (config: Partial<GatewayConfig>): string[] =>
      texts(tryCompile({ docs: false, ...(source.value as GatewayConfig), ...config }, {}, source).warnings);
    const securitySchemes = { key: { type: "apiKey", in: "header", name: "x-key" } } as const;
    const security = [{ key: [] }];
    const remedy =
      "Write `security` at `services.legacy` or in a policy; `security: []` says that it is public. [GW601]";
    expect(read({})).toEqual([
      `gateway.yaml:2: everybody may call 'legacy' by GET, POST, PUT, PATCH, DELETE, OPTIONS, QUERY: it has no document, and nothing else says who may. ${remedy}`,
    ]);
    const own: ServiceConfig = { spec: false, upstream: "http://a" };
    for (const services of [{ legacy: { ...own, security } }, { legacy: { ...own, security: [] } }])
      expect(read({ securitySchemes, services })).toEqual([]);
  });

  it("is asked for what others leave, which is no shadow over them; the pages of the gateway are", () => {
    const { snapshot, warnings } = compiled({ mount: "/" });
    expect(texts(auditSnapshot(snapshot!))).toEqual([]);
    expect(snapshot?.gateway.docs).toBeNull();
    expect(texts(warnings)).toEqual([
      "gateway.config.ts#/services/legacy/spec: '/openapi.json' is to show the gateway's own documentation, and is also 'legacy:get' (gateway.config.ts#/services/legacy/spec). Write another path under `docs`, or `docs: false`. [GW506]",
    ]);
    expect(compiled({ mount: { path: "/", host: "old.example.com" } }).snapshot?.gateway.docs).not.toBeNull();
  });
});

describe("what is asked of a service without a document", () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function started(
    mount: string,
    prefix: string,
    aliases: GatewayConfig["aliases"] = [],
  ): Promise<string> {
    const server = createServer((asked, response) => {
      const pieces: Buffer[] = [];
      asked.on("data", (piece: Buffer) => pieces.push(piece));
      asked.on("end", () => {
        response.setHeader("x-asked", `${asked.method} ${asked.url} ${Buffer.concat(pieces).toString()}`);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
    const policies = [
      { validateRequest: { unknownQuery: "refuse" } },
      { validateResponse: { mode: "enforce" } },
    ] as const;
    const running = await runGateway(
      snapshotOf({ mount, upstream }, { policies, aliases, accessLog: false }),
      {
        port: 0,
        signals: false,
      },
    );
    closing.push(() => running.close());
    return running.url;
  }

  const asked = async (url: string, method: string, body?: string): Promise<unknown> => {
    const given = { method: method as "GET", ...(body !== undefined && { body }) };
    const { statusCode, headers, body: reply } = await request(url, given);
    await reply.dump();
    return headers["x-asked"]?.toString().trim() ?? statusCode;
  };

  it.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])(
    "goes there as it came: %s",
    async (method) => {
      const url = await started("/legacy", "");
      const body = method === "GET" || method === "HEAD" ? undefined : "any=thing";
      expect(await asked(`${url}/legacy/a/b?c=d`, method, body)).toBe(
        `${method} /a/b?c=d ${body ?? ""}`.trim(),
      );
      expect(await asked(`${url}/legacy`, method)).toBe(`${method} /`);
      expect(await asked(`${url}/legacyx`, method)).toBe(404);
    },
  );

  it("keeps its prefix where the service has the same", async () => {
    const url = await started("/legacy", "/legacy");
    expect(await asked(`${url}/legacy`, "GET")).toBe("GET /legacy");
    expect(await asked(`${url}/legacy/`, "GET")).toBe("GET /legacy/");
    expect(await asked(`${url}/legacy/a`, "GET")).toBe("GET /legacy/a");
  });

  it("has aliases of paths that say one segment of it", async () => {
    const url = await started("/legacy", "", [{ path: "/one/{rest}", operation: "legacy:get" }]);
    expect(await asked(`${url}/one/a%20b?c`, "GET")).toBe("GET /a%20b?c");
  });

  it("is refused by methods that the gateway does not know", async () => {
    const url = await started("/legacy", "");
    expect(await asked(`${url}/legacy/a`, "PROPFIND")).toBe(405);
  });
});
