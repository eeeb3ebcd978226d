import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseSource } from "../documents/source-file.ts";
import { Spot } from "../documents/spot.ts";
import { Findings } from "../findings.ts";
import { texts } from "../compile/compile.fixture.ts";
import { checkAgainst } from "./check-schema.ts";
import { configSchema } from "./config-schema.ts";
import { keysPage } from "./keys-page.fixture.ts";
import { levelSchema } from "./level-schema.ts";
import { SCHEME_SCHEMA } from "./scheme-schema.ts";

const schemas = join(import.meta.dirname, "../../schema");
const docs = join(import.meta.dirname, "../../../../docs/gateway");

function mistakesOf(text: string): string[] {
  const source = parseSource(text, "gateway.yaml");
  const findings = new Findings();
  checkAgainst(
    configSchema(),
    new Spot({ main: source, siblings: new Map(), overlays: [] }, source, source.value, ""),
    findings,
  );
  return texts(findings.mistakes);
}

/** Every configuration of the documentation. */
const examples = readdirSync(docs)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) =>
    [
      ...readFileSync(join(docs, name), "utf8").matchAll(/```yaml\n# gateway\.yaml[^\n]*\n([\s\S]*?)```/g),
    ].map(([, text = ""]) => ({ name, text })),
  );

describe("the published JSON Schemas", () => {
  it("are what the gateway checks by (vitest -u writes them)", async () => {
    const text = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;
    await expect(text(configSchema())).toMatchFileSnapshot(join(schemas, "gateway.schema.json"));
    await expect(
      text({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        title: "x-waymark",
        ...(levelSchema() as object),
        $defs: { securityScheme: SCHEME_SCHEMA },
      }),
    ).toMatchFileSnapshot(join(schemas, "x-waymark.schema.json"));
  });

  it("are a page of the documentation (vitest -u writes it)", async () => {
    await expect(keysPage(configSchema())).toMatchFileSnapshot(join(docs, "keys.md"));
  });

  it.each(examples)("take every example of $name, as the gateway does", ({ text }) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile(configSchema() as object);
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
    expect(mistakesOf(text)).toEqual([]);
  });

  it("have examples", () => {
    expect(examples.length).toBeGreaterThan(5);
  });
});

describe("a configuration", () => {
  it("has every mistake named at its line, with what was meant", () => {
    expect(
      mistakesOf(`servces: {}
services:
  orders:
    spec: 7
    mount: shop/
    upstrem: http://a
    upstream: { targets: [], balance: best, timeout: { conect: 1s }, retry: { attempts: 99 }, breaker: true, canary: { targets: [http://a], weight: 0.2 } }
    version: { name: x }
listen: { port: "8080" }
policies: { limit: {} }
consumers:
  app: { keys: [secret, { hash: abc }], basic: [{ user: ada, password: plain }] }
`),
    ).toEqual([
      "gateway.yaml:1: 'servces' is not a key that stands here. Did you mean 'services'? [GW201]",
      "gateway.yaml:4: 7 stands where the place of a document or false should. Correct the value. [GW203]",
      `gateway.yaml:5: "shop/" stands where a path such as /shop, without / at its end, or / for the root or an object of 'path', 'host', 'aliases' should. Correct the value. [GW203]`,
      "gateway.yaml:6: 'upstrem' is not a key that stands here. Did you mean 'upstream'? [GW201]",
      "gateway.yaml:7: [] stands where a list of 1 or more should. Correct the value. [GW203]",
      'gateway.yaml:7: "best" stands where p2c, round-robin, least-connections or hash(header:x-tenant) should. Correct the value. [GW203]',
      "gateway.yaml:7: 'conect' is not a key that stands here. Did you mean 'connect'? [GW201]",
      "gateway.yaml:7: 99 stands where a whole number from 0 to 10 should. Correct the value. [GW203]",
      "gateway.yaml:7: true stands where false or an object of 'failureRatio', 'minimum', 'window', 'openFor', 'probes' should. Correct the value. [GW203]",
      "gateway.yaml:7: 0.2 stands where a share such as 20% or a whole number of per cent should. Correct the value. [GW203]",
      "gateway.yaml:8: 'by' is missing. Write it. [GW202]",
      'gateway.yaml:9: "8080" stands where a whole number from 0 to 65535 should. Correct the value. [GW203]',
      'gateway.yaml:10: {"limit":{}} stands where a list should. Correct the value. [GW203]',
      "gateway.yaml:12: what is no hash stands where the SHA-256 of a key in hexadecimal, such as sha256:9f86… or an object of 'hash', 'scheme' should. Correct the value. [GW203]",
      "gateway.yaml:12: what is no hash stands where the SHA-256 of a key in hexadecimal, such as sha256:9f86… should. Correct the value. [GW203]",
      "gateway.yaml:12: what is no hash stands where the hash of a password: scrypt$N$r$p$salt$hash should. Correct the value. [GW203]",
    ]);
    expect(mistakesOf("{}")).toEqual(["gateway.yaml:1: 'services' is missing. Write it. [GW202]"]);
    expect(mistakesOf("")).toEqual([
      "gateway.yaml: null stands where a configuration of a gateway should. Correct the value. [GW203]",
    ]);
  });
});
