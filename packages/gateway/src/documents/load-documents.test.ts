import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { texts } from "../compile/compile.fixture.ts";
import { tryCompile } from "../compile/compile.ts";
import type { GatewayConfig } from "../config/config.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { loadDocuments } from "./load-documents.ts";

const folder = mkdtempSync(join(tmpdir(), "waymark-documents-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Everything that is wrong, from the files to the snapshot. */
async function outcome(config: GatewayConfig): Promise<{ mistakes: string[]; templates: string[] }> {
  try {
    const { documents } = await loadDocuments(config, { folder, directory: folder });
    const { mistakes, snapshot } = tryCompile(config, documents);
    return {
      mistakes: texts(mistakes),
      templates: snapshot?.operations.map(({ method, template }) => `${method} ${template}`) ?? [],
    };
  } catch (error) {
    if (error instanceof ConfigurationError) return { mistakes: texts(error.mistakes), templates: [] };
    throw error;
  }
}

const HEAD = 'openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: [{ url: "http://a.example" }]\n';

describe("documents in files", () => {
  it("come with the files of their folder that they refer to", async () => {
    write({
      "a/openapi.yaml": `${HEAD}paths: { /a: { $ref: "paths/a.json" } }\n`,
      "a/paths/a.json":
        '{ "get": { "parameters": [{ "$ref": "../parameters.yaml#/Limit" }], "responses": {} } }',
      "a/parameters.yaml": "Limit: { name: limit, in: query, schema: { type: integer } }\n",
    });
    const config = { services: { a: { spec: "a/openapi.yaml" } } };
    const { documents, files } = await loadDocuments(config, { folder, directory: folder });
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      "a/openapi.yaml",
      "a/paths/a.json",
      "a/parameters.yaml",
    ]);
    const { snapshot } = tryCompile(config, documents);
    expect(snapshot?.operations[0]?.parameters).toMatchObject([
      { name: "limit", schema: { type: "integer" } },
    ]);
    expect(snapshot?.operations[0]?.origin).toEqual({ file: "a/paths/a.json", line: 1, pointer: "/get" });
  });

  it("do not reach out of their folder, not by a link either, unless that is allowed", async () => {
    write({
      "outside.yaml": "A: { type: string }\n",
      "b/openapi.yaml": `${HEAD}paths: { /b: { get: { parameters: [{ name: x, in: query, schema: { $ref: "../outside.yaml#/A" } }, { name: y, in: query, schema: { $ref: "link.yaml#/A" } }], responses: {} } } }\n`,
    });
    symlinkSync(join(folder, "outside.yaml"), join(folder, "b/link.yaml"));
    expect(
      (await outcome({ services: { b: { spec: "b/openapi.yaml" } } })).mistakes.map((text) =>
        text.split(":", 3).join(":"),
      ),
    ).toEqual([
      "b/openapi.yaml:4: the reference '../outside.yaml#/A' leaves the folder of the document",
      "b/openapi.yaml:4: the reference 'link.yaml#/A' leaves the folder of the document",
    ]);
    expect(await outcome({ services: { b: { spec: "b/openapi.yaml", references: "anywhere" } } })).toEqual({
      mistakes: [],
      templates: ["GET /b"],
    });
  });

  it("that are missing, broken or no documents are named all at once", async () => {
    write({
      "broken.yaml": "openapi: 3.1.0\na: [\n",
      "four.yaml": "openapi: 4.0.0\n",
      "list.json": "[]",
      "plain.yaml": "services: {}\n",
    });
    const services = Object.fromEntries(
      ["missing", "broken", "four", "list", "plain"].map((name) => [
        name,
        { spec: name === "list" ? "list.json" : `${name}.yaml` },
      ]),
    );
    expect((await outcome({ services })).mistakes).toEqual([
      `gateway.config.ts#/services/missing/spec: it cannot be read: there is no ${folder}/missing.yaml. Check the path, and who may read it. [GW101]`,
      expect.stringMatching(/^broken\.yaml:\d: it is neither JSON nor YAML: /) as string,
      "four.yaml:1: it is no OpenAPI document: it says openapi: \"4.0.0\". Begin it with `openapi: 3.1.0` (3.0, 3.1, 3.2), or `swagger: '2.0'`. [GW104]",
      "list.json:1: it is no OpenAPI document: it is no object. Begin it with `openapi: 3.1.0` (3.0, 3.1, 3.2), or `swagger: '2.0'`. [GW104]",
      "plain.yaml:1: it is no OpenAPI document: it has no `openapi`. Begin it with `openapi: 3.1.0` (3.0, 3.1, 3.2), or `swagger: '2.0'`. [GW104]",
    ]);
  });
});

describe("Swagger 2.0", () => {
  it("is converted, and its mistakes have its own lines", async () => {
    write({
      "swagger.yaml": `swagger: "2.0"
info: { title: Pets, version: 2.0.0 }
host: pets.example.com
basePath: /v2
schemes: [https]
consumes: [application/json]
securityDefinitions: { key: { type: apiKey, in: header, name: x-key } }
security: [{ key: [] }]
parameters: { Limit: { name: limit, in: query, type: integer, maximum: 9 } }
paths:
  /pets:
    get: { operationId: list, parameters: [{ $ref: "#/parameters/Limit" }, { name: ids, in: query, type: array, items: { type: string }, collectionFormat: pipes }], responses: { 200: { description: ok, schema: { $ref: "#/definitions/Pet" } } } }
    post: { operationId: create, parameters: [{ name: pet, in: body, required: true, schema: { $ref: "#/definitions/Pet" } }], responses: { 201: { description: ok } } }
definitions:
  Pet:
    type: object
    properties:
      name: { type: string, x-nullable: true }
      born: { type: text }
`,
    });
    const config = { services: { pets: { spec: "swagger.yaml" } } };
    expect((await outcome(config)).mistakes).toEqual([
      'swagger.yaml:19: "text" stands where a type of JSON Schema should. Correct the document. [GW306]',
    ]);
    const { documents } = await loadDocuments(config, { folder, directory: folder });
    expect(documents["pets"]?.main.value).toMatchObject({
      openapi: "3.0.4",
      servers: [{ url: "https://pets.example.com/v2" }],
    });
  });
});

describe("a Waymark application", () => {
  it("is a service in this process", async () => {
    write({
      "app.ts":
        'import { App, endpoint, path } from "waymark";\nimport { z } from "zod";\nconst app = new App({ title: "Own", version: "3.0.0" });\napp.get("/files/{rest:path}", endpoint({ input: { rest: path(z.string()) } }, ({ rest }) => rest));\nexport default app;\nexport const none = 1;\n',
    });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    symlinkSync(join(import.meta.dirname, "../../../../node_modules"), join(folder, "node_modules"));
    const config = { services: { own: { spec: "ts:./app.ts" }, none: { spec: "ts:./app.ts#none" } } };
    expect((await outcome(config)).mistakes).toEqual([
      "gateway.config.ts#/services/none/spec: the module has no Waymark application: Its export none is the number 1. Write `export default app;`, or name the export: `ts:./app.ts#admin`. [GW106]",
    ]);
    const { documents } = await loadDocuments(
      { services: { own: config.services.own } },
      { folder, directory: folder },
    );
    const { snapshot } = tryCompile({ services: { own: config.services.own } }, documents);
    expect(snapshot?.services["own"]?.upstream.discovery).toEqual({
      kind: "module",
      path: "./app.ts",
      export: "default",
    });
    expect(snapshot?.operations.map(({ template, target }) => [template, target])).toEqual([
      ["/files/{rest:path}", "/files/{rest:path}"],
    ]);
  });
});

describe("addresses", () => {
  let server: Server;
  let origin: string;
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url === "/moved") response.writeHead(302, { location: "http://169.254.169.254/" }).end();
      else if (request.url === "/api/openapi.json")
        response.end(
          JSON.stringify({
            openapi: "3.1.0",
            info: { title: "A", version: "1" },
            servers: [{ url: "/v1" }],
            paths: { "/a": { $ref: "paths.json#/a" } },
          }),
        );
      else if (request.url === "/api/paths.json")
        response.end(JSON.stringify({ a: { get: { responses: {} } } }));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it("are read with what stands beside them, and relative servers are found there", async () => {
    const config = { services: { a: { spec: `${origin}/api/openapi.json` } } };
    const { documents, files } = await loadDocuments(config, { folder });
    expect(files).toEqual([]);
    const { snapshot } = tryCompile(config, documents);
    expect(snapshot?.services["a"]?.upstream.discovery).toEqual({
      kind: "static",
      targets: [{ origin, weight: 1 }],
    });
    expect(snapshot?.operations[0]?.template).toBe("/v1/a");
  });

  it("that lead elsewhere or fail are mistakes", async () => {
    expect(
      (await outcome({ services: { a: { spec: `${origin}/moved` }, b: { spec: `${origin}/gone` } } }))
        .mistakes,
    ).toEqual([
      `gateway.config.ts#/services/a/spec: it cannot be read: ${origin}/moved answers 302 and leads to http://169.254.169.254/: write that address if it is meant. Check the address, and that the service runs; \`spec: false\` is for one without a document. [GW101]`,
      `gateway.config.ts#/services/b/spec: it cannot be read: ${origin}/gone answers 404. Check the address, and that the service runs; \`spec: false\` is for one without a document. [GW101]`,
    ]);
  });

  it("in references of a file are not asked, whatever they are", async () => {
    asked.length = 0;
    const references = ["/a.json#/A", "/b.json", "/c.yaml#/x"].map((path) => `{ $ref: "${origin}${path}" }`);
    write({
      "canary.yaml": `${HEAD}paths: { /a: { get: { parameters: [{ name: x, in: query, schema: { anyOf: [${references.join(", ")}, { $ref: "file:///etc/hostname" }, { $ref: "//127.0.0.1/x" }] } }], responses: {} } } }\n`,
    });
    const { mistakes } = await outcome({ services: { a: { spec: "canary.yaml" } } });
    expect(mistakes).toHaveLength(5);
    expect(mistakes.every((text) => text.includes("[GW302]"))).toBe(true);
    expect(asked).toEqual([]);
  });
});
