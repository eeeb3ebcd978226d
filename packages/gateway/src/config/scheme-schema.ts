import { KEY_ALGORITHMS } from "waymark/internal";
import type { JsonSchema } from "../snapshot.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const texts = (description: string): JsonSchema => ({
  type: "array",
  items: { type: "string" },
  description,
});

/** `x-waymark` of a security scheme. */
export const SCHEME_SCHEMA: { readonly properties: Readonly<Record<string, JsonSchema>> } & Exclude<
  JsonSchema,
  boolean
> = {
  type: "object",
  description: "How the tokens of a security scheme are verified.",
  additionalProperties: false,
  properties: {
    issuer: {
      type: "string",
      format: "http-address",
      description:
        "Who issues them; OpenID Connect discovery there gives the keys unless something else here does.",
    },
    jwks: { type: "string", format: "http-address", description: "Where the JWK set is." },
    discovery: {
      type: "string",
      format: "http-address",
      description: "Where the OpenID Connect or OAuth metadata is.",
    },
    keys: text("A file with a JWK set."),
    audiences: texts("One of them has to be in `aud`."),
    algorithms: {
      type: "array",
      minItems: 1,
      items: { enum: KEY_ALGORITHMS },
      description: "Never taken from the token. Default: RS256, PS256, ES256, EdDSA.",
    },
    leeway: {
      type: ["string", "number"],
      format: "duration-or-seconds",
      description: "What clocks may differ by. Default: 30s.",
    },
    scopeClaim: text('The claim that holds the scopes. Default: "scope".'),
  },
};

/** `securitySchemes` of the configuration: the same, and schemes as OpenAPI has them. */
export const DECLARED_SCHEME_SCHEMA: JsonSchema = {
  ...SCHEME_SCHEMA,
  description: "With a type, a security scheme as OpenAPI has it. How the tokens of a scheme are verified.",
  properties: {
    ...SCHEME_SCHEMA.properties,
    type: { enum: ["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"] },
    in: { enum: ["header", "query", "cookie"], description: "Where an API key is." },
    name: text("Of the field, parameter or cookie that holds an API key."),
    scheme: { enum: ["basic", "bearer"], description: "Of the type http." },
    openIdConnectUrl: {
      type: "string",
      format: "http-address",
      description: "Of the type openIdConnect.",
    },
  },
};

export const SECURITY_SCHEMA: JsonSchema = {
  type: "array",
  description: "Security requirements as OpenAPI has them: one of them has to hold. [] is public.",
  items: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
};
