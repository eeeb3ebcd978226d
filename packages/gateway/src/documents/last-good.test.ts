import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { texts } from "../compile/compile.fixture.ts";
import { loadGateway, type LoadedGateway } from "../config/load-gateway.ts";
import { ConfigurationError } from "../configuration-error.ts";

const document = (title: string): string =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title, version: "1.0.0" },
    security: [],
    paths: { "/orders": { get: { operationId: "list", responses: {} } } },
  });

let directory: string;
let server: Server;
let answer: { status: number; text: string } | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "waymark-last-good-"));
  answer = { status: 200, text: document("First") };
  server = createServer((request, response) => {
    if (answer === undefined) return void request.socket.destroy();
    response.writeHead(answer.status).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  config("");
});
afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

function config(more: string): void {
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(directory, "gateway.yaml"),
    `services: { orders: { spec: "http://127.0.0.1:${port}/openapi.json", allowHosts: [127.0.0.1] } }\n${more}`,
  );
}

const load = async (lastGood = true): Promise<LoadedGateway> =>
  (await loadGateway([], { directory, environment: {}, lastGood }))!;
const titleOf = ({ snapshot }: LoadedGateway): string | undefined => snapshot?.services["orders"]?.title;
const refusal = async (lastGood = true): Promise<string> => {
  try {
    await load(lastGood);
  } catch (error) {
    if (error instanceof ConfigurationError) return texts(error.mistakes).join("\n");
    throw error;
  }
  return "";
};

describe("a document whose address does not answer", () => {
  it.each([
    ["no answer", undefined],
    ["an error", { status: 503, text: "busy" }],
    ["a page instead", { status: 200, text: "<html>Maintenance</html>" }],
    ["broken text", { status: 200, text: "{" }],
  ])("is what it was when a gateway was made of it: %s", async (_, bad) => {
    mkdirSync(join(directory, "node_modules"));
    expect(texts((await load()).warnings)).toEqual([]);
    answer = bad;
    const loaded = await load();
    expect(titleOf(loaded)).toBe("First");
    expect(texts(loaded.warnings)).toEqual([
      expect.stringMatching(
        /^gateway\.yaml:1: .*; what it said on \d{4}-\d\d-\d\dT.* is used\. .*\[GW614\]$/s,
      ),
    ]);
    // A check says how things are.
    expect(await refusal(false)).not.toBe("");
    answer = { status: 200, text: document("Second") };
    expect(titleOf(await load())).toBe("Second");
    answer = undefined;
    expect(titleOf(await load())).toBe("Second");
  });

  it("is a mistake where there is no copy, or none is wanted", async () => {
    await load();
    answer = undefined;
    expect(await refusal()).toContain("[GW101]");
    answer = { status: 200, text: document("First") };
    mkdirSync(join(directory, "node_modules"));
    config("documents: { cache: false }\n");
    await load();
    answer = undefined;
    expect(await refusal()).toContain("[GW101]");
    expect(readdirSync(join(directory, "node_modules"))).toEqual([]);
  });

  it("is kept where the configuration says, only if a gateway could be made of it, and for its owner alone", async () => {
    config("documents: { cache: ./copies }\n");
    await load();
    const [name, ...others] = readdirSync(join(directory, "copies"));
    expect(others).toEqual([]);
    expect(readFileSync(join(directory, "copies", name!), "utf8")).toBe(document("First"));
    answer = {
      status: 200,
      text: document("Broken").replace('"responses"', '"parameters":[{"name":""}],"responses"'),
    };
    expect((await load()).snapshot).toBeUndefined();
    answer = undefined;
    expect(titleOf(await load())).toBe("First");
  });

  it("is told about where the folder that was named cannot be written", async () => {
    writeFileSync(join(directory, "copies"), "a file");
    config("documents: { cache: ./copies }\n");
    const loaded = await load();
    expect(titleOf(loaded)).toBe("First");
    expect(texts(loaded.warnings)).toEqual([expect.stringMatching(/documents cannot be kept: .*\[GW616\]/)]);
  });
});
