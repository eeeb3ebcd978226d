import { describe, expectTypeOf, it } from "vitest";
import type { GatewayConfig } from "./config.ts";
import { defineGateway } from "./define-gateway.ts";

const services = { orders: { spec: "./orders.yaml" } };

describe("defineGateway", () => {
  it("takes a configuration and gives it back", () => {
    const config = defineGateway({
      services,
      policies: [
        { match: { tags: ["admin"] }, authz: { scopes: ["admin"] } },
        { limit: { rate: "100/min" } },
      ],
    });
    expectTypeOf(config).toEqualTypeOf<GatewayConfig>();
  });

  it("knows the keys and the options of policies", () => {
    // @ts-expect-error Object literal may only specify known properties, and 'servces' does not exist
    defineGateway({ services, servces: {} });
    // @ts-expect-error Property 'spec' is missing
    defineGateway({ services: { orders: {} } });
    // @ts-expect-error 'scope' does not exist in type 'AuthzOptions'
    defineGateway({ services, policies: [{ authz: { scope: "admin" } }] });
    // @ts-expect-error 'limt' does not exist in type 'PolicyConfig'
    defineGateway({ services, policies: [{ limt: { rate: "100/min" } }] });
  });
});
