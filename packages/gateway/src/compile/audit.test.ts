import { describe, expect, it } from "vitest";
import { orders, snapshotOf, texts } from "./compile.fixture.ts";
import { auditSnapshot } from "./audit.ts";

const SCHEMES =
  "components: { securitySchemes: { key: { type: apiKey, in: header, name: k }, tls: { type: mutualTLS }, unused: { type: http, scheme: basic } } }\n";

describe("what may not be meant", () => {
  it("is a path that another service's takes, in part or whole", () => {
    const one = orders(
      "security: []\npaths:\n  /items/{id}: { get: { operationId: read, responses: {} } }\n  /items/mine: { get: { operationId: mine, responses: {} } }\n",
    );
    const other = orders(
      "security: []\npaths:\n  /items/new: { get: { operationId: new, responses: {} }, post: { operationId: make, responses: {} } }\n  /{kind}/{id}: { get: { operationId: any, responses: {} } }\n",
    );
    expect(texts(auditSnapshot(snapshotOf({ one, other })))).toEqual([
      "one.yaml:7: GET /v1/items/mine takes requests that also fit GET /v1/{kind}/{id} of 'other:any' (other.yaml:7). The more literal path answers them. Rename one if that is not meant. [GW604]",
      "one.yaml:6: GET /v1/items/{id} takes requests that also fit GET /v1/{kind}/{id} of 'other:any' (other.yaml:7). The more literal path answers them. Rename one if that is not meant. [GW604]",
      "other.yaml:6: GET /v1/items/new takes requests that also fit GET /v1/items/{id} of 'one:read' (one.yaml:6). The more literal path answers them. Rename one if that is not meant. [GW604]",
    ]);
    expect(
      auditSnapshot(
        snapshotOf(
          { one, other },
          { services: { one: { mount: { host: "a.example" } }, other: { mount: { host: "b.example" } } } },
        ),
      ),
    ).toEqual([]);
  });

  it("is a limit that counts callers whom nobody asks for a name, and a body that may be anything", () => {
    const text = orders(`x-waymark: { limit: { rate: 1/s } }
paths:
  /a: { post: { security: [], requestBody: { content: { text/plain: {}, application/json: { schema: {} } } }, responses: {} } }
  /b: { get: { security: [{ key: [] }, {}], x-waymark: { limit: false, quota: { requests: 9, per: day, by: [ip, "claim:tenant"] } }, responses: {} } }
  /c: { get: { security: [{ key: [] }], responses: {} } }
  /d: { get: { security: [], x-waymark: { limit: { rate: 1/s, by: ip } }, responses: {} } }
${SCHEMES}`);
    const consumers = { app: { keys: ["0".repeat(64)] } };
    expect(texts(auditSnapshot(snapshotOf({ orders: text }, { consumers })))).toEqual([
      "orders.yaml:6: the body of POST /v1/a has no schema for text/plain. Describe it: without a schema every body passes. [GW602]",
      "orders.yaml:4: 'limit' of POST /v1/a counts by app, which anonymous callers do not have. Ask who they are (`security`), or count by ip. [GW603]",
      "orders.yaml:7: 'quota' of GET /v1/b counts by claim:tenant, which anonymous callers do not have. Ask who they are (`security`), or count by ip. [GW603]",
    ]);
  });

  it("is a credential that nobody has", () => {
    const text = orders(
      `security: [{ key: [] }, { tls: [] }]\npaths: { /a: { get: { responses: {} } } }\n${SCHEMES}`,
    );
    expect(
      texts(
        auditSnapshot(
          snapshotOf({ orders: text }, { consumers: { app: { certificates: ["0".repeat(64)] } } }),
        ),
      ),
    ).toEqual([
      "orders.yaml:2: no consumer has a credential for the security scheme 'key'. Add one under `consumers`; until then every call is refused. [GW610]",
    ]);
  });
});
