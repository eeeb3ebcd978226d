// What a save does to a gateway that runs, and what becomes of its requests when it stops.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, GatewayProcess } from "./gateway-process.ts";

const document = (paths: readonly string[], port: number): string =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1.0.0" },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    paths: Object.fromEntries(
      paths.map((path) => [path, { get: { responses: { 200: { description: "OK" } } } }]),
    ),
  });

describe("a gateway that runs", { timeout: 60_000 }, () => {
  let upstream: Server;
  let port = 0;
  let folder: Folder;
  let gateway: GatewayProcess;
  /** Streams whose rest is held back. */
  const held: (() => void)[] = [];

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      if (request.url !== "/slow") return void response.end(`it is ${request.url}`);
      response.write("first ");
      held.push(() => response.end("second"));
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    port = (upstream.address() as AddressInfo).port;
    folder = new Folder({
      "gateway.yaml": "services:\n  things: { spec: ./things.json }\n",
      "things.json": document(["/one", "/slow"], port),
    });
    gateway = await GatewayProcess.start(folder.path);
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop("SIGKILL");
    upstream.closeAllConnections();
    upstream.close();
    folder.remove();
  });

  const ask = async (path: string): Promise<[status: number, text: string]> => {
    const reply = await fetch(gateway.url + path);
    return [reply.status, await reply.text()];
  };
  const refusal = async (): Promise<unknown> =>
    ((await (await fetch(`${gateway.adminUrl}/status`)).json()) as { refused: unknown }).refused;

  it("finds its configuration in the folder", async () => {
    expect(await ask("/one")).toEqual([200, "it is /one"]);
    expect((await ask("/two"))[0]).toBe(404);
  });

  it("takes a document into service when it is saved", async () => {
    folder.write("things.json", document(["/one", "/two", "/slow"], port));
    await gateway.tells(
      /"level":"info","msg":"taken: things\.json, 3 operations, snapshot [0-9a-f]{12}"\}\n/,
    );
    expect(await ask("/two")).toEqual([200, "it is /two"]);
  });

  it("takes the configuration into service when it is saved", async () => {
    folder.write("gateway.yaml", "services:\n  things: { spec: ./things.json, mount: /shop }\n");
    await gateway.tells(/taken: gateway\.yaml/);
    expect(await ask("/shop/two")).toEqual([200, "it is /two"]);
    expect((await ask("/two"))[0]).toBe(404);
  });

  it("keeps what it runs where the new one has a mistake, and says where", async () => {
    folder.write("gateway.yaml", "services:\n  things:\n    spec: ./things.json\n    mont: /other\n");
    await gateway.tells(
      /"level":"error","msg":"'mont' .*"place":"gateway\.yaml:4","remedy":"Did you mean 'mount'/,
    );
    await gateway.tells(/gateway\.yaml is not taken: the gateway runs what it ran before\./);
    expect(await ask("/shop/two")).toEqual([200, "it is /two"]);
    expect(await refusal()).toMatch(/gateway\.yaml:4/);
  });

  it("keeps what it runs where a file cannot be read at all", async () => {
    folder.write("things.json", '{ "openapi": "3.1.0", ');
    await gateway.tells(/things\.json is not taken/);
    expect(await ask("/shop/two")).toEqual([200, "it is /two"]);
  });

  it("goes on as soon as it is put right", async () => {
    folder.write("things.json", document(["/one", "/three", "/slow"], port));
    folder.write("gateway.yaml", "services:\n  things: { spec: ./things.json }\n");
    await expect.poll(() => ask("/three"), { timeout: 10_000 }).toEqual([200, "it is /three"]);
    expect(await refusal()).toBeNull();
  });

  it("lets a stream of what it ran before come to its end", async () => {
    const reply = await fetch(`${gateway.url}/slow`);
    const pieces = reply.body!.pipeThrough(new TextDecoderStream() as never).getReader() as {
      read(): Promise<{ value?: string; done: boolean }>;
    };
    expect((await pieces.read()).value).toBe("first ");
    folder.write("things.json", document(["/four", "/slow"], port));
    await gateway.tells(/taken: things\.json, 2 operations/);
    expect(await ask("/four")).toEqual([200, "it is /four"]);
    held.pop()!();
    expect((await pieces.read()).value).toBe("second");
    expect((await pieces.read()).done).toBe(true);
  });

  it("answers what it has begun before it stops", async () => {
    const reply = await fetch(`${gateway.url}/slow`);
    const stopped = gateway.stop("SIGTERM");
    await expect
      .poll(() => ask("/four").catch(() => "nobody there"), { timeout: 10_000 })
      .toBe("nobody there");
    held.pop()!();
    expect(await reply.text()).toBe("first second");
    expect(await stopped).toBe(0);
  });
});

describe("a gateway of documents alone", { timeout: 60_000 }, () => {
  it("takes a change by the options that it was started with", async () => {
    const secured = (paths: readonly string[]): string => {
      const schemes = { login: { type: "http", scheme: "bearer" } };
      const given = JSON.parse(document(paths, 9)) as object;
      return JSON.stringify({
        ...given,
        security: [{ login: [] }],
        components: { securitySchemes: schemes },
      });
    };
    const folder = new Folder({ "things.json": secured(["/one"]) });
    const gateway = await GatewayProcess.start(folder.path, "things.json", "--authentication", "upstream");
    try {
      folder.write("things.json", secured(["/one", "/two"]));
      await gateway.tells(/taken: things\.json, 2 operations/);
      expect(gateway.told).not.toContain("GW402");
    } finally {
      await gateway.stop("SIGKILL");
      folder.remove();
    }
  });
});

describe("a gateway that cannot start", { timeout: 60_000 }, () => {
  it("says all that is wrong, with file and line, and ends", async () => {
    const folder = new Folder({
      "gateway.yaml": "services:\n  things:\n    spec: ./nowhere.json\n  other: { spek: ./a.json }\n",
    });
    try {
      await expect(GatewayProcess.start(folder.path)).rejects.toThrow(/gateway\.yaml:4[^]*'spek'/);
    } finally {
      folder.remove();
    }
  });
});
