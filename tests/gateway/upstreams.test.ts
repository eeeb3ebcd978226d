// Services that are not ours behind the gateway: FastAPI, Express, nginx, each by its own OpenAPI document.
import { gunzipSync } from "node:zlib";
import { Client, type Dispatcher } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expressDocument, nginxDocument, redirectingDocument } from "./documents.ts";
import { Folder, GatewayProcess } from "./gateway-process.ts";
import {
  BIG,
  digestOf,
  nginx,
  pythonWithFastApi,
  type Service,
  startExpress,
  startFastApi,
  startNginx,
  TEXT,
  THOUSAND,
} from "./services.ts";

/** Raised for five megabytes both ways. */
const LIMITS = "limits: { body: 6MB }\n";

interface Kind {
  readonly isThere: boolean;
  readonly start: () => Promise<Service>;
  readonly files: (port: number) => Record<string, string>;
  /** What it answers by itself. */
  readonly head: number;
  readonly missing: string;
  readonly redirect: number;
  /** What there is to ask of it. */
  readonly rows: readonly Rows[];
}
type Rows = (behind: Behind) => void;

const SERVICES: Record<string, Kind> = {
  "FastAPI (skipped without Debian's python3-fastapi and python3-uvicorn)": {
    isThere: pythonWithFastApi !== undefined,
    start: startFastApi,
    // Its document is asked of the service while that runs.
    files: (port) => ({
      "gateway.yaml": `${LIMITS}services:\n  items:\n    spec: http://127.0.0.1:${port}/openapi.json\n`,
    }),
    // It has no HEAD for a GET.
    head: 405,
    missing: "application/json",
    redirect: 307,
    rows: [everything, applications, compression],
  },
  Express: {
    isThere: true,
    start: startExpress,
    files: (port) => ({
      "gateway.yaml": `${LIMITS}services:\n  items: { spec: ./items.json }\n`,
      "items.json": JSON.stringify(expressDocument(port)),
    }),
    head: 200,
    missing: "application/json; charset=utf-8",
    redirect: 307,
    rows: [everything, applications],
  },
  "nginx (skipped without it)": {
    isThere: nginx !== undefined,
    start: startNginx,
    files: (port) => ({
      "gateway.yaml": "services:\n  items: { spec: ./items.yaml }\n",
      "items.yaml": nginxDocument(port),
    }),
    head: 200,
    missing: "text/html",
    redirect: 301,
    rows: [everything, compression, files],
  },
};

/** A service with the gateway in front of it, and a client that asks by one connection. */
class Behind {
  readonly kind: Kind;
  service!: Service;
  gateway!: GatewayProcess;
  /** The same service by another path and Host. */
  moved!: GatewayProcess;
  #client!: Client;
  readonly #folders: Folder[] = [];

  constructor(kind: Kind) {
    this.kind = kind;
  }

  async start(): Promise<void> {
    this.service = await this.kind.start();
    const { port } = this.service;
    this.gateway = await this.#gateway(this.kind.files(port));
    this.moved = await this.#gateway({
      "gateway.yaml": movedConfiguration(`http://127.0.0.1:${port}/base`),
      "items.json": JSON.stringify(redirectingDocument()),
    });
    this.#client = new Client(this.gateway.url);
  }

  async #gateway(contents: Record<string, string>): Promise<GatewayProcess> {
    const folder = new Folder(contents);
    this.#folders.push(folder);
    return await GatewayProcess.start(folder.path);
  }

  async stop(): Promise<void> {
    await this.#client?.destroy();
    await this.gateway?.stop("SIGKILL");
    await this.moved?.stop("SIGKILL");
    await this.service?.stop();
    for (const folder of this.#folders) folder.remove();
  }

  ask(path: string, more: Partial<Dispatcher.RequestOptions> = {}): Promise<Dispatcher.ResponseData> {
    return this.#client.request({ method: "GET", path, ...more } as Dispatcher.RequestOptions);
  }
  post(path: string, value: unknown): Promise<Dispatcher.ResponseData> {
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
  }
}

const movedConfiguration = (upstream: string): string => `
trustedProxies: [127.0.0.1]
services:
  items: { spec: ./items.json, mount: /shop, upstream: "${upstream}" }
  hosted: { spec: ./items.json, mount: /hosted, upstream: { url: "${upstream}", host: client } }
`;

for (const [name, kind] of Object.entries(SERVICES))
  describe.skipIf(!kind.isThere)(`behind the gateway: ${name}`, { timeout: 60_000 }, () => {
    const behind = new Behind(kind);
    beforeAll(() => behind.start(), 60_000);
    afterAll(() => behind.stop());

    // The last ones end the service.
    for (const rows of [...kind.rows, redirections, absence]) rows(behind);
  });

/** Of every service. */
function everything(behind: Behind): void {
  it("answers", async () => {
    const { statusCode, headers, body } = await behind.ask("/items/1");
    expect([statusCode, await body.json()]).toEqual([200, { id: 1, q: null }]);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect([headers["connection"], headers["transfer-encoding"]]).toEqual(["keep-alive", undefined]);
  });

  it("answers HEAD as it does itself", async () => {
    const { statusCode, headers, body } = await behind.ask("/items/1", { method: "HEAD" });
    const own = await fetch(`http://127.0.0.1:${behind.service.port}/items/1`, { method: "HEAD" });
    expect([statusCode, await body.text()]).toEqual([behind.kind.head, ""]);
    expect([statusCode, headers["content-length"]]).toEqual([own.status, own.headers.get("content-length")]);
  });

  it("says itself that something is missing; the gateway says so of paths that nobody has", async () => {
    const missing = await behind.ask("/items/4711");
    expect([missing.statusCode, missing.headers["content-type"]]).toEqual([404, behind.kind.missing]);
    await missing.body.dump();
    const nowhere = await behind.ask("/nowhere");
    expect([nowhere.statusCode, nowhere.headers["content-type"]]).toEqual([404, "application/problem+json"]);
    await nowhere.body.dump();
  });

  it("is not asked what its document refuses", async () => {
    const { statusCode, body } = await behind.ask("/items/first");
    const { errors } = (await body.json()) as { errors: object[] };
    expect([statusCode, errors]).toEqual([422, [expect.objectContaining({ in: "path", name: "item_id" })]]);
  });

  it("gives big bodies", async () => {
    const { statusCode, headers, body } = await behind.ask("/big");
    expect([statusCode, headers["content-length"]]).toEqual([200, String(BIG.length)]);
    expect(digestOf(await body.bytes())).toBe(digestOf(BIG));
  });

  it("redirects", async () => {
    const { statusCode, headers, body } = await behind.ask("/old");
    await body.dump();
    expect(statusCode).toBe(behind.kind.redirect);
    expect(headers["location"]).toBe("/items/1");
  });

  it("keeps one connection over many requests, with mistakes among them", async () => {
    for (let i = 0; i < 20; i++) {
      const { statusCode, body } = await behind.ask(i % 3 === 0 ? "/items/4711" : "/items/1");
      expect(statusCode).toBe(i % 3 === 0 ? 404 : 200);
      await body.dump();
    }
  });

  it("is described by the gateway's document", async () => {
    const { body } = await behind.ask("/openapi.json");
    const { paths, servers } = (await body.json()) as { paths: object; servers: unknown };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/items/{item_id}", "/big", "/old"]));
    expect(JSON.stringify(servers)).not.toContain(String(behind.service.port));
  });
}

/** Of services that compute something. */
function applications(behind: Behind): void {
  it("takes JSON, and is not asked what does not fit", async () => {
    const item = { name: "Compass", price: 24.5, tags: ["ä", "\u{1f9ed}"] };
    const added = await behind.post("/items", item);
    expect([added.statusCode, await added.body.json()]).toEqual([201, { id: 7, ...item }]);
    expect(added.headers["location"]).toBe("/items/7");
    const refused = await behind.post("/items", { name: "", price: 0 });
    const { errors } = (await refused.body.json()) as { errors: { pointer: string }[] };
    expect([refused.statusCode, errors.map(({ pointer }) => pointer).toSorted()]).toEqual([
      422,
      ["#/name", "#/price"],
    ]);
  });

  it("streams pieces", async () => {
    const { statusCode, headers, body } = await behind.ask("/pieces");
    expect([statusCode, headers["content-length"], headers["transfer-encoding"]]).toEqual([
      200,
      undefined,
      "chunked",
    ]);
    expect(await body.text()).toBe(THOUSAND);
  });

  it("takes big bodies, of known length and in pieces", async () => {
    async function* pieces(): AsyncGenerator<Buffer> {
      yield BIG.subarray(0, 9);
      yield BIG.subarray(9);
    }
    for (const content of [BIG, pieces]) {
      const { statusCode, body } = await behind.ask("/digest", {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: typeof content === "function" ? (content() as never) : content,
      });
      expect([statusCode, await body.json()]).toEqual([200, { size: BIG.length, digest: digestOf(BIG) }]);
    }
  });

  it("gets no body that is larger than the limit", async () => {
    const { statusCode, body } = await behind.ask("/digest", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.alloc(6 * 1024 * 1024 + 1),
    });
    expect(statusCode).toBe(413);
    await body.dump();
    expect((await (await behind.ask("/items/1")).body.json()) as unknown).toEqual({ id: 1, q: null });
  });

  it("sets cookies and gets them back", async () => {
    const first = await behind.ask("/visits", { headers: { cookie: "visits=41; other=1" } });
    expect(await first.body.json()).toEqual({ visits: 41 });
    const cookies = first.headers["set-cookie"] as string[];
    expect(cookies).toHaveLength(2);
    expect(cookies[0]).toMatch(/^visits=42;.*HttpOnly/);
    expect(cookies[1]).toMatch(/^theme=/);
  });

  it("learns who asked and where, and nothing that is between two neighbours", async () => {
    const { body } = await behind.ask("/fields", {
      headers: {
        "x-own": "ä".normalize(),
        "x-forwarded-for": "6.6.6.6",
        te: "trailers",
        "proxy-authorization": "x",
      },
    });
    const fields = (await body.json()) as [string, string][];
    const of = (name: string): string[] => fields.filter(([each]) => each === name).map(([, value]) => value);
    expect(of("x-forwarded-for")).toEqual(["127.0.0.1"]);
    expect(of("x-forwarded-proto")).toEqual(["http"]);
    expect(of("x-forwarded-host")).toEqual([`127.0.0.1:${behind.gateway.port}`]);
    expect(of("host")).toEqual([`127.0.0.1:${behind.service.port}`]);
    expect([of("te"), of("proxy-authorization")]).toEqual([[], []]);
  });
}

/** Of services that compress by themselves. */
function compression(behind: Behind): void {
  it("compresses by itself, and nobody unpacks it on the way", async () => {
    const { headers, body } = await behind.ask("/text", { headers: { "accept-encoding": "gzip" } });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(await body.bytes()).toString())).toEqual({ text: TEXT });
    const plain = await behind.ask("/text");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(await plain.body.json()).toEqual({ text: TEXT });
  });
}

/** Of a service of files. */
function files(behind: Behind): void {
  it("gives ranges, and 304 for what has not changed", async () => {
    const range = await behind.ask("/big", { headers: { range: "bytes=9-18" } });
    expect([range.statusCode, range.headers["content-range"]]).toEqual([206, `bytes 9-18/${BIG.length}`]);
    expect(Buffer.from(await range.body.bytes())).toEqual(BIG.subarray(9, 19));
    const first = await behind.ask("/items/1");
    await first.body.dump();
    const again = await behind.ask("/items/1", {
      headers: { "if-none-match": String(first.headers["etag"]) },
    });
    expect([again.statusCode, await again.body.text()]).toEqual([304, ""]);
  });

  it("refuses a method by itself, and the connection goes on", async () => {
    const { statusCode, body } = await behind.post("/items/1", {});
    expect(statusCode).toBe(405);
    await body.dump();
    expect((await (await behind.ask("/items/1")).body.json()) as unknown).toEqual({ id: 1, q: null });
  });
}

/** Where services lead that are found by another path here: nginx and FastAPI to whole addresses. */
function redirections(behind: Behind): void {
  const told = { "x-forwarded-proto": "https", "x-forwarded-host": "shop.example" };
  const cases = ["/shop", "/hosted"].flatMap((mount) =>
    [{}, told].flatMap((headers) => [
      { mount, path: "/folder", to: "/folder/", headers },
      { mount, path: "/there", to: "/items/1", headers },
    ]),
  );

  it("leads where it can be followed", async () => {
    for (const { mount, path, to, headers } of cases) {
      const url = `${behind.moved.url}${mount}${path}`;
      const { status, headers: fields } = await fetch(url, { headers, redirect: "manual" });
      expect([url, status, fields.get("location")]).toEqual([
        url,
        expect.toSatisfy((given: number) => given >= 301 && given <= 308),
        `${mount}${to}`,
      ]);
    }
  });

  it("is found there again", async () => {
    for (const { mount, path, to, headers } of cases) {
      const { status, url } = await fetch(`${behind.moved.url}${mount}${path}`, { headers });
      expect([status, url]).toEqual([200, `${behind.moved.url}${mount}${to}`]);
    }
  });
}

/** Of a service that is gone. */
function absence(behind: Behind): void {
  it("is told of when it is gone, without its address", async () => {
    await behind.service.stop();
    const { statusCode, headers, body } = await behind.ask("/items/1");
    const text = await body.text();
    expect([statusCode, headers["content-type"]]).toEqual([502, "application/problem+json"]);
    expect(text).toContain("items");
    expect(text).not.toMatch(new RegExp(`127\\.0\\.0\\.1|${behind.service.port}|ECONN`));
  });
}
