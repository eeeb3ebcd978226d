import { describe, expect, it } from "vitest";
import type { Policy } from "../snapshot.ts";
import { callOf, contextOf, operationOf, policy, refusalOf, type TestContext } from "./call.fixture.ts";
import { KINDS } from "./kinds.ts";
import { stepsOf } from "./steps-of.ts";

function contextWith(...policies: readonly Policy[]): TestContext {
  return contextOf({ operation: operationOf({ policies }) });
}
const kindsOf = (context: TestContext): string[] =>
  stepsOf(context.operation, context).map(({ kind }) => kind);

describe("stepsOf", () => {
  it("has authentication and validation, whether anybody says so or not", () => {
    expect(kindsOf(contextWith())).toEqual(["authn", "validateRequest"]);
    expect(kindsOf(contextWith(policy("validateRequest", "validate", { enabled: false })))).toEqual([
      "authn",
    ]);
  });

  it("runs them by their phases, whatever order they come in", () => {
    const context = contextWith(
      policy("responseHeaders", "response", { remove: ["server"] }),
      policy("responseFilter", "response", { remove: ["/x"] }),
      policy("validateResponse", "response", {}),
      policy("requestHeaders", "request", { remove: ["x"] }),
      policy("limit", "limit", { rate: "1/s" }),
      policy("authz", "authz", { scopes: ["a"] }),
      policy("bodyLimit", "deny", { max: 10 }),
      policy("ip", "deny", { deny: ["loopback"] }),
      policy("cors", "cors", { origins: "*" }),
    );
    expect(kindsOf(context)).toEqual([
      "cors",
      "ip",
      "bodyLimit",
      "authn",
      "authz",
      "limit",
      "validateRequest",
      "requestHeaders",
      "validateResponse",
      "responseFilter",
      "responseHeaders",
    ]);
  });

  it("makes a step of each policy of a kind", () => {
    const context = contextWith(
      policy("ip", "deny", { deny: ["loopback"] }),
      policy("ip", "deny", { deny: ["private"] }),
    );
    expect(kindsOf(context)).toEqual(["ip", "ip", "authn", "validateRequest"]);
  });

  it("makes one step of all limits", async () => {
    const context = contextWith(
      policy("limit", "limit", { rate: "10/s" }),
      policy("concurrency", "limit", { requests: 5 }),
      policy("quota", "limit", { requests: 1, per: "year" }),
    );
    const steps = stepsOf(context.operation, context);
    expect(steps.filter(({ phase }) => phase === "limit")).toHaveLength(1);
    expect(await refusalOf(steps, callOf({}, context))).toBeUndefined();
    expect((await refusalOf(steps, callOf({}, context)))?.members).toEqual({
      "violated-policies": ["quota-app"],
    });
  });

  it("says where options come from that cannot be", () => {
    expect(() => kindsOf(contextWith(policy("ip", "deny", { deny: ["x"] })))).toThrow(
      "gateway.yaml:1: ip: 'x' is no range",
    );
    expect(() => kindsOf(contextWith(policy("nothing", "deny", {})))).toThrow("there is no policy 'nothing'");
  });
});

describe("kinds", () => {
  it.each([...KINDS.values()])("$kind describes each of its options, and refuses others", ({ schema }) => {
    const { type, properties, additionalProperties, description } = schema as {
      readonly type: string;
      readonly properties: Readonly<Record<string, { readonly description?: string }>>;
      readonly additionalProperties: boolean;
      readonly description: string;
    };
    expect([type, additionalProperties]).toEqual(["object", false]);
    expect(description.length).toBeGreaterThan(20);
    for (const [name, { description: said }] of Object.entries(properties)) expect(said, name).toMatch(/\w/);
  });
});
