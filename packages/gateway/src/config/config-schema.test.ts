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

  it("has services of names that stand in ids, and loses none", () => {
    const services = (name: string): string =>
      `services:\n  ${name}: { spec: a.yaml }\n  b: { spec: b.yaml }\n`;
    const expected = "a name of letters, digits, '_', '-' and '.', such as orders-v2, should";
    for (const name of ["a:b", "__proto__", "a b", "ä", "-a"])
      expect(mistakesOf(services(name))).toEqual([
        `gateway.yaml:2: "${name}" stands where ${expected}. Correct the value. [GW203]`,
      ]);
    for (const name of ["Orders_2.v1-b", "constructor"]) expect(mistakesOf(services(name))).toEqual([]);
  });

  it.each([
    ["timeout", "{ total: 21d }"],
    ["upstream", "{ timeout: { idle: 2147483648ms } }"],
    ["upstream", "{ retry: { backoff: { max: 1800000 } } }"],
    ["upstream", "{ breaker: { openFor: 600h } }"],
    ["upstream", "{ health: { path: /, interval: 21d } }"],
    ["upstream", "{ pool: { idleTimeout: 365d } }"],
  ])("has no time that a timer cannot run: %s: %s", (key, value) => {
    const text = `services:\n  a: { spec: a.yaml, ${key}: ${value} }\n`;
    expect(mistakesOf(text)).toEqual([
      expect.stringMatching(
        /^gateway\.yaml:2: .* stands where a time such as 250ms, 30s, 5min or 1h, and of 20 days at most, should\. /,
      ),
    ]);
    expect(mistakesOf(text.replace(/21d|2147483648ms|1800000|600h|365d/, "20d"))).toEqual([]);
  });

  it("may stop slowly, and count for long", () => {
    const rest = (drain: string): string =>
      `services: { a: { spec: a.yaml } }\ndrainTimeout: ${drain}\npolicies: [{ limit: { rate: 5/365d, by: ip } }]\n`;
    expect(mistakesOf(rest("20d"))).toEqual([]);
    expect(mistakesOf(rest("25d"))).toHaveLength(1);
  });

  it("has a Redis whose address can be one", () => {
    const text = (redis: string): string => `services: { a: { spec: a.yaml } }\nredis: ${redis}\n`;
    for (const redis of [
      "localhost:6379",
      "http://10.0.0.1:6379",
      "redis://",
      "redis",
      "{ url: 10.0.0.1 }",
      "redis//:secret@a",
    ])
      expect(mistakesOf(text(redis)), redis).toEqual([
        expect.stringMatching(
          /^gateway\.yaml:2: what is no address of Redis stands where an address such as redis:\/\/10\.0\.0\.1:6379 or \$\{REDIS_URL\}/,
        ),
      ]);
    const right = ["redis://:pw@a:1/2", "rediss://a", "redis+cluster://a:1,b:2", "/run/redis.sock", '"${A}"'];
    for (const redis of [...right, '"${A:-redis://a}"', "{ url: rediss://a }"])
      expect(mistakesOf(text(redis)), redis).toEqual([]);
  });
});
