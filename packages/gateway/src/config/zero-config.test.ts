import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { texts } from "../compile/compile.fixture.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { loadGateway } from "./load-gateway.ts";
import { zeroConfig } from "./zero-config.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-zero-"));
const document = (path: string): string =>
  `openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: [{ url: "http://a.example" }]\npaths: { ${path}: { get: { responses: {} } } }\n`;

beforeAll(() => {
  const files = {
    "specs/orders.yaml": "/orders",
    "specs/users.openapi.json": "/users",
    "specs/deep/cart/openapi.yml": "/cart",
    "specs/.hidden.yaml": "/hidden",
  };
  for (const [name, path] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), document(path));
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

async function specs(...places: string[]): Promise<Record<string, string>> {
  const { services } = await zeroConfig(places, directory);
  return Object.fromEntries(Object.entries(services).map(([name, { spec }]) => [name, String(spec)]));
}

describe("documents without a configuration", () => {
  it("are services named after their files, folders or hosts", async () => {
    expect(await specs("specs/*.yaml", "specs/*.json")).toEqual({
      orders: "specs/orders.yaml",
      users: "specs/users.openapi.json",
    });
    expect(await specs("specs/**/*.yml", "specs/**/*.y?ml")).toEqual({
      cart: "specs/deep/cart/openapi.yml",
      orders: "specs/orders.yaml",
    });
    expect(await specs("https://users.internal/openapi.json", "./src/app.ts", "ts:./admin.ts#admin")).toEqual(
      {
        users: "https://users.internal/openapi.json",
        src: "ts:./src/app.ts",
        admin: "ts:./admin.ts#admin",
      },
    );
  });

  it("from addresses are told apart by host, port and path", async () => {
    const names = async (...places: string[]): Promise<string[]> => Object.keys(await specs(...places));
    expect(
      await names(
        "http://127.0.0.1:27100/openapi.json",
        "http://127.0.0.1:27101/openapi.json",
        "http://localhost:27101/two/openapi.json",
        "http://10.0.0.5/openapi.json",
        "https://users.a.example/openapi.json",
        "https://users.b.example/openapi.json",
        "https://users.b.example:8443/openapi.json",
        "https://users.b.example:8443/v2/api/openapi.json",
        "http://[::1]:3000/openapi.json",
      ),
    ).toEqual([
      "localhost-27100",
      "localhost-27101",
      "localhost-27101-two",
      "10.0.0.5-80",
      "users",
      "users.b.example",
      "users.b.example-8443",
      "users.b.example-8443-v2-api",
      "localhost-3000",
    ]);
  });

  it("have to be there, and to have names of their own", async () => {
    const refused = zeroConfig(["nothing/*.yaml", "specs/orders.yaml", "other/orders.json"], directory);
    const error = await refused.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(texts((error as ConfigurationError).mistakes)).toEqual([
      "no file matches 'nothing/*.yaml'. Check the pattern; it is relative to the file that holds it. [GW103]",
      "other/orders.json: the service 'orders' is also that of specs/orders.yaml. Rename a file, or name the services in gateway.yaml. [GW107]",
    ]);
  });
});

describe("what the command line names", () => {
  it("is documents, a configuration, or the configuration that is there", async () => {
    const ofDocuments = await loadGateway(["specs/*.yaml"], { directory, environment: {} });
    expect(ofDocuments?.snapshot?.operations.map(({ id }) => id)).toEqual(["orders:get_orders"]);
    expect(ofDocuments?.files).toEqual([join(directory, "specs/orders.yaml")]);
    expect(await loadGateway([], { directory, environment: {} })).toBeUndefined();
    writeFileSync(
      join(directory, "gateway.yaml"),
      "services: { users: { spec: specs/users.openapi.json } }\n",
    );
    for (const places of [[], ["gateway.yaml"]]) {
      const loaded = await loadGateway(places, { directory, environment: {} });
      expect(loaded?.snapshot?.operations.map(({ id }) => id)).toEqual(["users:get_users"]);
      expect(loaded?.files).toEqual([
        join(directory, "gateway.yaml"),
        join(directory, "specs/users.openapi.json"),
      ]);
    }
  });
});
