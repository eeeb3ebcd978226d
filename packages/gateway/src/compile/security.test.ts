import { describe, expect, it } from "vitest";
import { compiledOf, mistakesOf, orders, snapshotOf, texts } from "./compile.fixture.ts";

function secured(scheme: string, more = ""): string {
  return orders(
    `paths: { /a: { get: { operationId: a, security: [{ login: [read, write] }], responses: {} } } }\ncomponents:\n  securitySchemes:\n    login: ${scheme}\n${more}`,
  );
}

const JWT = {
  kind: "jwt",
  issuer: null,
  audiences: [],
  algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
  allowHosts: [],
  leeway: 30_000,
  scopeClaim: "scope",
};

function schemeOf(scheme: string, config?: Parameters<typeof snapshotOf>[1]): unknown {
  return snapshotOf({ orders: secured(scheme) }, config).services["orders"]?.securitySchemes["login"];
}

describe("security schemes", () => {
  it("are those that the gateway checks", () => {
    expect(schemeOf("{ type: apiKey, in: cookie, name: sid }")).toEqual({
      kind: "apiKey",
      in: "cookie",
      name: "sid",
    });
    expect(schemeOf("{ type: http, scheme: Basic }")).toEqual({ kind: "basic" });
    expect(schemeOf("{ type: mutualTLS }")).toEqual({ kind: "clientCertificate" });
    expect(
      schemeOf(
        "{ type: openIdConnect, openIdConnectUrl: https://id.example/.well-known/openid-configuration }",
      ),
    ).toEqual({
      ...JWT,
      keys: { discovery: "https://id.example/.well-known/openid-configuration" },
    });
    expect(
      schemeOf(
        "{ type: oauth2, flows: {}, oauth2MetadataUrl: https://id.example/.well-known/oauth-authorization-server }",
      ),
    ).toEqual({
      ...JWT,
      keys: { discovery: "https://id.example/.well-known/oauth-authorization-server" },
    });
    expect(snapshotOf({ orders: secured("{ type: mutualTLS }") }).operations[0]?.security).toEqual([
      { login: ["read", "write"] },
    ]);
  });

  it("of tokens need to know who issues them: from x-waymark, or the configuration", () => {
    expect(
      schemeOf(
        "{ type: http, scheme: bearer, x-waymark: { issuer: https://id.example/, audiences: [orders], algorithms: [ES256], leeway: 5s } }",
      ),
    ).toEqual({
      ...JWT,
      issuer: "https://id.example/",
      audiences: ["orders"],
      algorithms: ["ES256"],
      leeway: 5000,
      keys: { discovery: "https://id.example/.well-known/openid-configuration" },
    });
    expect(
      schemeOf("{ type: oauth2, flows: {} }", {
        services: {
          orders: { securitySchemes: { login: { jwks: "https://id.example/keys", scopeClaim: "scp" } } },
        },
      }),
    ).toEqual({
      ...JWT,
      keys: { jwks: "https://id.example/keys" },
      allowHosts: ["id.example"],
      scopeClaim: "scp",
    });
    expect(mistakesOf(secured("{ type: http, scheme: bearer }"))).toEqual([
      "orders.yaml:7: nothing says who issues the tokens of the security scheme 'login'. Write `x-waymark: { issuer: https://… }` or `{ jwks: https://… }` at the scheme, the same at `services.orders.securitySchemes.login`, or `authentication: upstream` at the service 'orders' to leave it to the service. [GW402]",
    ]);
  });

  it("lead to nothing inside by a document's word, but by the configuration's", () => {
    const inside = "http://169.254.169.254/.well-known/openid-configuration";
    const refused = `'${inside}' is an address of this machine or its network. List its host under \`allowHosts\` of the service if it is meant. [GW105]`;
    const oidc = `{ type: openIdConnect, openIdConnectUrl: "${inside}" }`;
    expect(mistakesOf(secured(oidc))).toEqual([`orders.yaml:7: ${refused}`]);
    const scheme = (login: object): NonNullable<Parameters<typeof mistakesOf>[1]> => ({
      services: { orders: { securitySchemes: { login } } },
    });
    // What the configuration says of something else does not make it the configuration's.
    expect(mistakesOf(secured(oidc), scheme({ audiences: ["orders"] }))).toEqual([
      `orders.yaml:7: ${refused}`,
    ]);
    const own = (x: string): string => secured(`{ type: http, scheme: bearer, x-waymark: ${x} }`);
    for (const x of [
      `{ jwks: "${inside}" }`,
      `{ discovery: "${inside}" }`,
      `{ issuer: "http://[fd00:ec2::254]" }`,
    ])
      expect(mistakesOf(own(x))[0]).toContain("GW105");
    expect(
      mistakesOf(secured('{ type: openIdConnect, openIdConnectUrl: "https://user:word@id.example/" }'))[0],
    ).toContain("a user or a password");

    expect(schemeOf(oidc, { services: { orders: { allowHosts: ["169.254.169.254"] } } })).toMatchObject({
      keys: { discovery: inside },
      allowHosts: ["169.254.169.254"],
    });
    expect(
      schemeOf("{ type: http, scheme: bearer }", scheme({ issuer: "http://localhost:8080" })),
    ).toMatchObject({ allowHosts: ["localhost"] });
  });

  it("take nothing of a document where the configuration says who issues tokens", () => {
    const own =
      "{ type: http, scheme: bearer, x-waymark: { keys: ./own.json, issuer: https://own.example, audiences: [own] } }";
    const login = { jwks: "https://id.example/keys" };
    expect(schemeOf(own, { services: { orders: { securitySchemes: { login } } } })).toMatchObject({
      keys: login,
      issuer: "https://own.example",
      audiences: ["own"],
    });
  });

  it("say what is wrong with them, and nothing where nobody uses them", () => {
    expect(mistakesOf(secured("{ type: http, scheme: digest }"))[0]).toContain(
      "the security scheme 'login' is of the scheme \"digest\", which the gateway cannot check.",
    );
    expect(mistakesOf(secured("{ type: magic }"))[0]).toContain(
      "the security scheme 'login' is of the type \"magic\"",
    );
    expect(mistakesOf(secured("{ type: apiKey, in: body, name: k }"))[0]).toContain(
      "stands where the place of a key",
    );
    expect(
      mistakesOf(secured("{ type: http, scheme: bearer, x-waymark: { issuers: https://id.example } }")),
    ).toEqual(["orders.yaml:7: 'issuers' is not a key that stands here. Did you mean 'issuer'? [GW201]"]);
    expect(mistakesOf(secured("{ type: mutualTLS }", "    other: { type: magic }\n"))).toEqual([]);
  });

  it("that are asked for have to be declared", () => {
    expect(
      mistakesOf(
        orders(
          "security: [{ kay: [] }]\npaths: { /a: { get: { responses: {} } } }\ncomponents: { securitySchemes: { key: { type: mutualTLS } } }",
        ),
      ),
    ).toEqual([
      "orders.yaml:4: the security scheme 'kay' is not declared. Declare it, or use one of 'key'. [GW401]",
    ]);
  });

  it("are left to the service where the configuration says so", () => {
    const snapshot = snapshotOf(
      { orders: secured("{ type: magic }") },
      { services: { orders: { authentication: "upstream" } } },
    );
    expect([snapshot.operations[0]?.security, snapshot.services["orders"]?.securitySchemes]).toEqual([
      [],
      {},
    ]);
  });
});

describe("operations of which nobody said whether they are public", () => {
  it("are warned about, and others are not", () => {
    const text = orders("paths: { /a: { get: { responses: {} }, put: { security: [], responses: {} } } }");
    expect(texts(compiledOf({ orders: text }).warnings)).toEqual([
      "orders.yaml:4: GET /v1/a asks nobody who they are. Write `security` at it, or `security: []` to say that it is public. [GW601]",
    ]);
  });
});
