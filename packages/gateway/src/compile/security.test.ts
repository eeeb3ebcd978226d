import { describe, expect, it } from "vitest";
import { publishedDocument } from "../published/published-document.ts";
import { ASKING, compiledOf, mistakesOf, operationOf, orders, snapshotOf, texts } from "./compile.fixture.ts";

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
    expect(schemeOf("{ type: mutualTLS }", { listen: ASKING })).toEqual({ kind: "clientCertificate" });
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
    expect(snapshotOf({ orders: secured("{ type: http, scheme: basic }") }).operations[0]?.security).toEqual([
      { login: ["read", "write"] },
    ]);
  });

  it.each(["__proto__", "constructor", "toString"])("called %s are asked for like others", (name) => {
    const text = secured("{ type: apiKey, in: header, name: k }").replaceAll("login", name);
    const { services, operations } = snapshotOf({ orders: text });
    expect(Object.entries(operations[0]!.security[0]!)).toEqual([[name, ["read", "write"]]]);
    expect(Object.keys(services["orders"]!.securitySchemes)).toEqual([name]);
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
      "orders.yaml:7: nothing says who issues the tokens of the security scheme 'login'. Write `x-waymark: { issuer: https://… }` or `{ jwks: https://… }` at the scheme, the same at `services.orders.securitySchemes.login`, or `authentication: upstream` at the service 'orders' to leave it to the service: without a configuration, `--authentication upstream`. [GW402]",
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
    expect(mistakesOf(secured("{ type: http, scheme: basic }", "    other: { type: magic }\n"))).toEqual([]);
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

describe("what a service asks for that checks credentials itself", () => {
  const passed = (text: string, service: object = {}): unknown[] => {
    const { operations, services } = snapshotOf(
      { orders: text },
      { services: { orders: { authentication: "upstream", ...service } } },
    );
    return [operations[0]!.passedSecurity, services["orders"]!.passedSchemes];
  };
  const scheme = (written: string, service?: object): unknown =>
    (passed(secured(written), service)[1] as Record<string, unknown>)?.["login"];

  it("is told, and not asked for here", () => {
    expect(passed(secured("{ type: http, scheme: digest, description: Ask us, x-own: 1 }"))).toEqual([
      [{ login: ["read", "write"] }],
      { login: { type: "http", scheme: "digest", description: "Ask us" } },
    ]);
    const { operations, services } = snapshotOf(
      { orders: secured("{ type: http, scheme: bearer }") },
      { services: { orders: { authentication: "upstream" } } },
    );
    expect([operations[0]!.security, services["orders"]!.securitySchemes]).toEqual([[], {}]);
    expect(snapshotOf({ orders: secured("{ type: http, scheme: basic }") }).operations[0]).not.toHaveProperty(
      "passedSecurity",
    );
  });

  it("is what the operation says, or else its document, public operations included", () => {
    const text = orders(
      "security: [{ key: [], id: [a, 1] }, {}]\npaths: { /a: { get: { responses: {} }, put: { security: [], responses: {} } } }\ncomponents: { securitySchemes: { key: { type: apiKey, in: query, name: k }, id: { $ref: '#/components/securitySchemes/other' }, other: { type: http, scheme: bearer, bearerFormat: JWT } } }",
    );
    const { operations, services } = snapshotOf(
      { orders: text },
      { services: { orders: { authentication: "upstream" } } },
    );
    expect(operations.map(({ method, passedSecurity }) => [method, passedSecurity])).toEqual([
      ["GET", [{ key: [], id: ["a"] }, {}]],
      ["PUT", undefined],
    ]);
    expect(services["orders"]!.passedSchemes).toEqual({
      id: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      key: { type: "apiKey", in: "query", name: "k" },
    });
  });

  it("is left out where it could not be told", () => {
    for (const written of ["{ type: magic }", "{ $ref: '#/nowhere' }", "1"])
      expect(passed(secured(written))).toEqual([undefined, undefined]);
  });

  it("has addresses that clients can use, and none of the platform's network", () => {
    const flow = (url: string): string =>
      `{ type: oauth2, flows: { password: { tokenUrl: "${url}", scopes: { read: All } } } }`;
    const tokenUrl = (url: string, service?: object): unknown => {
      const given = scheme(flow(url), service) as { flows?: { password: { tokenUrl: string } } };
      return given.flows === undefined ? given : given.flows.password.tokenUrl;
    };
    const mount = { mount: "/shop" };
    expect(scheme(flow("https://id.example/token"))).toEqual({
      type: "oauth2",
      flows: { password: { tokenUrl: "https://id.example/token", scopes: { read: "All" } } },
    });
    expect(tokenUrl("/v1/token", mount)).toBe("/shop/token");
    expect(tokenUrl("v1/token?a=1", mount)).toBe("/shop/token?a=1");
    expect(tokenUrl("https://orders.example.com/v1/token", mount)).toBe("/shop/token");
    expect(tokenUrl("http://localhost:8080/token", { allowHosts: ["localhost"] })).toBe(
      "http://localhost:8080/token",
    );
    const bearer = { type: "http", scheme: "bearer" };
    for (const url of [
      "http://localhost:8080/token",
      "http://10.0.0.1/token",
      "https://user:word@id.example/token",
      "https://orders.example.com/token",
      "/token",
      "javascript:alert(1)",
      "http://[",
    ])
      expect([url, tokenUrl(url)]).toEqual([url, bearer]);
    expect(scheme("{ type: openIdConnect, openIdConnectUrl: https://id.example/oidc }")).toEqual({
      type: "openIdConnect",
      openIdConnectUrl: "https://id.example/oidc",
    });
    expect(scheme("{ type: openIdConnect, openIdConnectUrl: http://10.0.0.1/ }")).toEqual(bearer);
    expect(
      scheme(
        '{ type: oauth2, flows: { authorizationCode: { authorizationUrl: https://id.example/a, tokenUrl: http://10.0.0.1/t }, implicit: { authorizationUrl: https://id.example/a, refreshUrl: "http://10.0.0.1/" } } }',
      ),
    ).toEqual({
      type: "oauth2",
      flows: { implicit: { authorizationUrl: "https://id.example/a", scopes: {} } },
    });
  });
});

describe("operations of which nobody said whether they are public", () => {
  it("are warned about, and others are not", () => {
    const text = orders("paths: { /a: { get: { responses: {} }, put: { security: [], responses: {} } } }");
    expect(texts(compiledOf({ orders: text }).warnings)).toEqual([
      "orders.yaml:4: GET /v1/a asks nobody who they are. Write `security` at it, or `security: []` to say that it is public. [GW601]",
    ]);
  });

  it("are warned about once for a service", () => {
    const text = orders(
      `paths: { /a: { ${["get", "put", "post", "patch", "delete"].map((key) => `${key}: { responses: {} }`).join(", ")} } }`,
    );
    expect(texts(compiledOf({ orders: text }).warnings)).toEqual([
      "orders.yaml:4: 5 operations of 'orders' ask nobody who they are: GET /v1/a, POST /v1/a, PUT /v1/a and 2 more. Write `security` in the document, at `services.orders` or in a policy; `security: []` says that they are public. [GW601]",
    ]);
  });
});

describe("what the configuration asks for", () => {
  const silent = orders(`paths:
  /a: { get: { operationId: read, responses: {} }, put: { operationId: write, responses: {} } }
  /health: { get: { operationId: health, security: [], responses: {} } }
`);
  const key = { type: "apiKey", in: "header", name: "x-api-key" } as const;
  const asked = (config: Parameters<typeof compiledOf>[1], text = silent): unknown =>
    Object.fromEntries(
      snapshotOf({ orders: text }, config).operations.map(({ operationId, security }) => [
        operationId,
        security,
      ]),
    );

  it("of a service holds for what its document says nothing of", () => {
    const config = { services: { orders: { security: [{ key: ["read"] }], securitySchemes: { key } } } };
    expect(asked(config)).toEqual({ read: [{ key: ["read"] }], write: [{ key: ["read"] }], health: [] });
    expect(snapshotOf({ orders: silent }, config).services["orders"]!.securitySchemes).toEqual({
      key: { kind: "apiKey", in: "header", name: "x-api-key" },
    });
    expect(compiledOf({ orders: silent }, config).warnings).toEqual([]);
    const open = { services: { orders: { security: [] } } };
    expect(asked(open)).toEqual({ read: [], write: [], health: [] });
    expect(compiledOf({ orders: silent }, open).warnings).toEqual([]);
  });

  it("by a policy has the last word, of any document", () => {
    const config = {
      securitySchemes: { key },
      policies: [
        { security: [{ key: [] }] },
        { match: { operations: ["orders:write"] }, security: [{ key: ["write"] }, {}] },
        { match: { paths: ["/v1/health"] }, security: [] },
      ],
    };
    const said = { read: [{ key: [] }], write: [{ key: ["write"] }, {}], health: [] };
    expect(asked(config)).toEqual(said);
    const loud = silent.replace(
      "paths:",
      "security: [{ tls: [] }]\ncomponents: { securitySchemes: { tls: { type: mutualTLS } } }\npaths:",
    );
    expect(asked(config, loud)).toEqual(said);
    // What no operation asks for any more is not read.
    expect(Object.keys(snapshotOf({ orders: loud }, config).services["orders"]!.securitySchemes)).toEqual([
      "key",
    ]);
  });

  it("is tokens as well, whose issuer is the platform's word and may be inside", () => {
    const login = { type: "http", scheme: "bearer", issuer: "http://10.0.0.1/realm" } as const;
    const { services } = snapshotOf(
      { orders: silent },
      { securitySchemes: { login }, policies: [{ security: [{ login: [] }] }] },
    );
    expect(services["orders"]!.securitySchemes["login"]).toMatchObject({
      kind: "jwt",
      issuer: "http://10.0.0.1/realm",
      allowHosts: ["10.0.0.1"],
    });
    // Without a type it says how tokens of the documents' own schemes are verified.
    const text = `${silent}security: [{ login: [] }]\ncomponents: { securitySchemes: { login: { type: http, scheme: bearer } } }\n`;
    const shared = { securitySchemes: { login: { jwks: "https://id.example/jwks" } } };
    expect(snapshotOf({ orders: text }, shared).services["orders"]!.securitySchemes["login"]).toMatchObject({
      keys: { jwks: "https://id.example/jwks" },
    });
  });

  it("is asked for besides what a service asks for that checks credentials itself, and the document says both", () => {
    const text = `${silent.replace("security: [], ", "")}security: [{ own: [] }]\ncomponents: { securitySchemes: { own: { type: http, scheme: bearer } } }\n`;
    const snapshot = snapshotOf(
      { orders: text },
      {
        services: {
          orders: { authentication: "upstream", security: [{ key: [] }], securitySchemes: { key } },
        },
      },
    );
    expect(operationOf(snapshot, "orders:health")).toMatchObject({
      security: [{ key: [] }],
      passedSecurity: [{ own: [] }],
    });
    const document: any = publishedDocument(snapshot);
    expect(document.paths["/v1/health"].get.security).toEqual([{ "orders.key": [], "orders.own": [] }]);
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(["orders.key", "orders.own"]);
  });

  it("has to be declared, and is said once where it is not", () => {
    expect(mistakesOf(silent, { policies: [{ security: [{ kye: [] }] }], securitySchemes: { key } })).toEqual(
      [
        "gateway.config.ts#/policies/0/security/0/kye: the security scheme 'kye' is not declared. Declare it, or use one of 'key'. [GW401]",
      ],
    );
    expect(
      mistakesOf(silent, {
        services: { orders: { security: [{ key: [] }], securitySchemes: { key: { type: "apiKey" } } } },
      }),
    ).toEqual([
      expect.stringMatching(
        /^gateway.config.ts#\/services\/orders\/securitySchemes\/key: .*the place of a key/,
      ),
    ]);
  });
});
