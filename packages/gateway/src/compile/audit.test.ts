import { describe, expect, it } from "vitest";
import { ASKING, orders, snapshotOf, texts } from "./compile.fixture.ts";
import type { Snapshot } from "../snapshot.ts";
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
          snapshotOf(
            { orders: text },
            { listen: ASKING, consumers: { app: { certificates: ["0".repeat(64)] } } },
          ),
        ),
      ),
    ).toEqual([
      "orders.yaml:2: no consumer has a credential for the security scheme 'key'. Add one under `consumers`; until then every call is refused. [GW610]",
    ]);
  });

  it("is a path of two hosts, of which the merged document has one", () => {
    const text = orders("security: []\npaths: { /a: { get: { operationId: a, responses: {} } } }\n");
    const services = { one: { mount: { host: "a.example" } }, two: { mount: { host: "b.example" } } };
    expect(texts(auditSnapshot(snapshotOf({ one: text, two: text }, { services })))).toEqual([
      expect.stringContaining(
        "GET b.example/v1/a is not in the merged document, where GET a.example/v1/a of 'one:a'",
      ),
    ]);
    expect(auditSnapshot(snapshotOf({ one: text, two: text }, { services, docs: false }))).toEqual([]);
  });

  it("is a limit by name of several operations, once, and rights of those whom nobody asks for a name", () => {
    const names = ["a", "b", "c", "d", "e"];
    const text = orders(
      `security: []\npaths:\n${names.map((name) => `  /${name}: { get: { operationId: ${name}, responses: {} } }\n`).join("")}  /f: { get: { operationId: f, security: [{ key: [] }, {}], responses: {} } }\n${SCHEMES}`,
    );
    const policies = [
      { limit: { rate: "1/s" } },
      { match: { operations: ["orders:a", "orders:b", "orders:f"] }, authz: { scopes: ["admin"] } },
    ];
    const consumers = { app: { keys: ["0".repeat(64)] } };
    expect(texts(auditSnapshot(snapshotOf({ orders: text }, { policies, consumers })))).toEqual([
      "gateway.config.ts#/policies/0/limit: 'limit' counts by app, which anonymous callers do not have, of 6 operations that anybody may call: GET /v1/a, GET /v1/b, GET /v1/c and 3 more. Ask who they are (`security`), or count by ip. [GW603]",
      "gateway.config.ts#/policies/1/authz: 'authz' holds for what asks nobody who they are, and refuses every call by 401: GET /v1/a, GET /v1/b. Write `security` in the document, at the service or in a policy, or have the policy match others. [GW617]",
    ]);
  });

  it("is deprecated without a date: once for a service", () => {
    const text = (first: string): string =>
      orders(
        `security: []\npaths:\n  /a: { get: { operationId: a, deprecated: true, responses: {} } }\n  /b: { get: { operationId: b, ${first}responses: {} } }\n`,
      );
    const told = (snapshot: Snapshot): string[] => texts(auditSnapshot(snapshot));
    expect(told(snapshotOf({ orders: text("") }))).toEqual([
      "orders.yaml:6: what is deprecated of 'orders' sends no Deprecation, since nobody says since when: GET /v1/a. Write `deprecated: { since: 2026-09-01 }` in a policy, or in `x-waymark` of the operation: RFC 9745 has a date there. [GW618]",
    ]);
    expect(told(snapshotOf({ orders: text("deprecated: true, ") }))).toEqual([
      expect.stringContaining("GET /v1/a, GET /v1/b."),
    ]);
    const policies = [{ match: { operations: ["orders:a"] }, deprecated: { since: "2026-01-01" } }];
    expect(told(snapshotOf({ orders: text("") }, { policies }))).toEqual([]);
  });
});
