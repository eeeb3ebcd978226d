import { type Documented, documented } from "../schema/documented.ts";
import type { JsonSchema } from "../schema/json-schema.ts";

/** A reply with a token (RFC 6749 §5.1). */
export interface TokenReply {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in?: number;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly id_token?: string;
}

export const TOKEN_REPLY: Documented<TokenReply> = documented({
  $id: "TokenReply",
  type: "object",
  properties: {
    access_token: { type: "string" },
    token_type: { type: "string", description: 'How the token is used: "Bearer".' },
    expires_in: { type: "integer", description: "Seconds for which it is good." },
    refresh_token: { type: "string" },
    scope: { type: "string", description: "What it allows, with spaces between." },
    id_token: { type: "string" },
  },
  required: ["access_token", "token_type"],
  additionalProperties: false,
});

export interface TokenErrorReply {
  readonly error: string;
  readonly error_description?: string;
}

export const TOKEN_ERROR: Documented<TokenErrorReply> = documented({
  $id: "TokenError",
  type: "object",
  properties: {
    error: {
      type: "string",
      enum: [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
      ],
    },
    error_description: { type: "string" },
  },
  required: ["error"],
  additionalProperties: false,
});

const secret = { type: "string", format: "password" };
const text = { type: "string" };

/** The fields of each way to a token, for the document. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  password: { username: text, password: secret, scope: text },
  client_credentials: { scope: text },
  refresh_token: { refresh_token: secret, scope: text },
  authorization_code: {
    code: secret,
    redirect_uri: { type: "string", format: "uri" },
    code_verifier: secret,
  },
};

/** The form that a token endpoint takes. */
export function tokenForm(grantTypes: readonly string[]): Documented<string | undefined> {
  return documented({
    title: "TokenRequest",
    type: "object",
    properties: {
      grant_type: { type: "string", enum: grantTypes },
      ...Object.assign({}, ...grantTypes.map((each) => FIELDS[each])),
      client_id: text,
      client_secret: secret,
    },
    required: ["grant_type"],
  });
}
