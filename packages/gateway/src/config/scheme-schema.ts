import type { JsonSchema } from "../snapshot.ts";

const text = (description: string): JsonSchema => ({ type: "string", description });
const texts = (description: string): JsonSchema => ({
  type: "array",
  items: { type: "string" },
  description,
});

/** `x-waymark` of a security scheme, and `securitySchemes` of a service. */
export const SCHEME_SCHEMA: JsonSchema = {
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
      items: {
        enum: [
          "RS256",
          "RS384",
          "RS512",
          "PS256",
          "PS384",
          "PS512",
          "ES256",
          "ES384",
          "ES512",
          "EdDSA",
          "Ed25519",
        ],
      },
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
