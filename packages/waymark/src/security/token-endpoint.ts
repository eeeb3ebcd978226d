import { endpoint, type AnyEndpoint, type Endpoint } from "../endpoint.ts";
import { reply, type Reply } from "../http/reply.ts";
import type { RawBody } from "../http/raw-body.ts";
import type { IncomingRequest } from "../http/request.ts";
import { body } from "../inputs/body.ts";
import { request } from "../inputs/request.ts";
import { challenge } from "./challenge.ts";
import { OAuthError } from "./oauth-error.ts";
import { type ClientLogin, TokenRequest } from "./token-request.ts";
import {
  TOKEN_ERROR,
  TOKEN_REPLY,
  tokenForm,
  type TokenErrorReply,
  type TokenReply,
} from "./token-schemas.ts";

/** What every request for a token says. */
export interface Grant<C> {
  /** What the client asks to be allowed to do; give `scopes` back where less is granted. */
  readonly scopes: readonly string[];
  /** The client as it calls itself. Without the option `client` nobody has checked it. */
  readonly clientId: string | undefined;
  /** What the option `client` gave. */
  readonly client: C | undefined;
  /** The request: its signal, its header fields. */
  readonly request: IncomingRequest;
}
/** A person's own name and password (RFC 6749 §4.3). */
export interface PasswordGrant<C> extends Grant<C> {
  readonly username: string;
  readonly password: string;
}
/** A code from the authorization endpoint (RFC 6749 §4.1.3). A code is good once, and for its client and address only. */
export interface CodeGrant<C> extends Grant<C> {
  readonly clientId: string;
  readonly code: string;
  readonly redirectUri: string | undefined;
  /** For `pkceMatches`, with the challenge that came when the code was asked for. */
  readonly codeVerifier: string | undefined;
}
/** A token that was given before, for a new one (RFC 6749 §6). */
export interface RefreshGrant<C> extends Grant<C> {
  readonly refreshToken: string;
}
/** A client for itself (RFC 6749 §4.4): it has shown its secret. */
export interface ClientGrant<C> extends Grant<C> {
  readonly clientId: string;
  readonly client: C;
}

/** What a client gets. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds for which it is good. */
  readonly expiresIn?: number;
  readonly refreshToken?: string;
  /** What was granted, where it is not what was asked for. */
  readonly scopes?: readonly string[];
  /** OpenID Connect Core §3.1.3.3. */
  readonly idToken?: string;
}

/** `undefined` is no token: `invalid_grant`. An `OAuthError` says another reason. */
type Issue<G> = (grant: G) => IssuedToken | undefined | Promise<IssuedToken | undefined>;

/** The grants of a token endpoint, a function for each, and its clients. */
export interface TokenEndpointOptions<C> {
  readonly password?: Issue<PasswordGrant<C>>;
  readonly authorizationCode?: Issue<CodeGrant<C>>;
  readonly refreshToken?: Issue<RefreshGrant<C>>;
  /** Needs `client`. */
  readonly clientCredentials?: Issue<ClientGrant<C>>;
  /**
   * Tells who a client is, by its name and secret (undefined for a public client): what it gives reaches the grants,
   * `undefined` is `invalid_client`. A client that says nothing of itself is not asked about, and has `client: undefined`.
   */
  readonly client?: (login: ClientLogin) => C | undefined | Promise<C | undefined>;
  /** Default "token". */
  readonly name?: string;
}

const NO_STORE = { "cache-control": "no-store", pragma: "no-cache" };

/**
 * The token endpoint of OAuth 2.0 (RFC 6749 §3.2) for the grants that are given: reads the form, knows the client by
 * `client_secret_basic` or `client_secret_post`, and answers as the RFC has it, errors included. What a password, code or
 * refresh token is worth is for the functions to say.
 *
 * ```ts
 * app.post("/token", tokenEndpoint({
 *   async password({ username, password, scopes }) {
 *     const user = await signIn(username, password);
 *     return user && { accessToken: await signJwt({ sub: user.id, scope: scopes.join(" ") }, { secret, expiresIn: 900 }), expiresIn: 900 };
 *   },
 * }));
 * ```
 */
export function tokenEndpoint<C = unknown>(options: TokenEndpointOptions<C>): TokenEndpoint {
  const { name = "token" } = options;
  const grants = grantsOf(options);
  const form = tokenForm([...grants.keys()]);
  return endpoint(
    {
      name,
      summary: "Get a token",
      description: "The token endpoint of OAuth 2.0 (RFC 6749 §3.2).",
      input: {
        form: body(form, { mediaType: "application/x-www-form-urlencoded", parse: formText }),
        request: request(),
      },
      output: TOKEN_REPLY,
      errors: {
        400: { description: "No token (RFC 6749 §5.2)", schema: TOKEN_ERROR, mediaType: "application/json" },
        401: {
          description: "The client is not believed",
          schema: TOKEN_ERROR,
          mediaType: "application/json",
        },
      },
    },
    async ({ form: text, request: asked }) => {
      const authorization = asked.headers.get("authorization") ?? undefined;
      let usesBasic = false;
      try {
        const fields = new TokenRequest(text ?? "", authorization);
        usesBasic = fields.usesBasic;
        const issue = grants.get(fields.required("grant_type"));
        if (issue === undefined)
          throw new OAuthError(
            "unsupported_grant_type",
            `grant_type may be ${[...grants.keys()].join(", ")}`,
          );
        const token = await issue(fields, asked);
        if (token === undefined) throw new OAuthError("invalid_grant");
        return reply(200, tokenReply(token), NO_STORE);
      } catch (error) {
        if (error instanceof OAuthError) return refusal(error, usesBasic);
        throw error;
      }
    },
  ) as AnyEndpoint as TokenEndpoint;
}

/** What is no text is malformed as a form, too: the reply is then one of this endpoint, and no problem document. */
function formText(raw: RawBody): string {
  try {
    return raw.text;
  } catch {
    return "%";
  }
}

/** The endpoint that `tokenEndpoint` makes: its inputs are those of the standard. */
export type TokenEndpoint = Endpoint<{}, TokenReply, never, never>;

type RunGrant = (fields: TokenRequest, request: IncomingRequest) => Promise<IssuedToken | undefined>;

/** By `grant_type`. Throws a `TypeError` where there is none, or a client's word would be taken for it. */
function grantsOf<C>(options: TokenEndpointOptions<C>): ReadonlyMap<string, RunGrant> {
  const { password, authorizationCode, refreshToken, clientCredentials } = options;
  const grants = new Map<string, RunGrant>();
  const common = async (fields: TokenRequest, request: IncomingRequest): Promise<Known<C>> => {
    const login = fields.client();
    const client = login === undefined ? undefined : await options.client?.(login);
    if (login !== undefined && options.client !== undefined && client === undefined)
      throw new OAuthError("invalid_client");
    return { login, grant: { scopes: fields.scopes(), clientId: login?.id, client, request } };
  };
  if (password !== undefined)
    grants.set("password", async (fields, request) => {
      const [username, word] = [fields.required("username"), fields.required("password")];
      return password({ ...(await common(fields, request)).grant, username, password: word });
    });
  if (clientCredentials !== undefined) {
    if (options.client === undefined)
      throw new TypeError(
        "tokenEndpoint: clientCredentials needs client, which knows the secrets of clients",
      );
    grants.set("client_credentials", async (fields, request) => {
      const { login, grant } = await common(fields, request);
      if (login?.secret === undefined) throw new OAuthError("invalid_client", "The client has no secret");
      return clientCredentials({ ...grant, clientId: login.id, client: grant.client as C });
    });
  }
  if (refreshToken !== undefined)
    grants.set("refresh_token", async (fields, request) => {
      const old = fields.required("refresh_token");
      return refreshToken({ ...(await common(fields, request)).grant, refreshToken: old });
    });
  if (authorizationCode !== undefined)
    grants.set("authorization_code", async (fields, request) => {
      const code = fields.required("code");
      const { login, grant } = await common(fields, request);
      if (login === undefined) throw new OAuthError("invalid_request", "client_id is missing");
      const redirectUri = fields.field("redirect_uri");
      const codeVerifier = fields.field("code_verifier");
      return authorizationCode({ ...grant, clientId: login.id, code, redirectUri, codeVerifier });
    });
  if (grants.size === 0)
    throw new TypeError(
      "tokenEndpoint needs a grant: password, authorizationCode, refreshToken or clientCredentials",
    );
  return grants;
}

interface Known<C> {
  readonly login: ClientLogin | undefined;
  readonly grant: Grant<C>;
}

function tokenReply({ accessToken, expiresIn, refreshToken, scopes, idToken }: IssuedToken): TokenReply {
  return {
    access_token: accessToken,
    token_type: "Bearer",
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(scopes === undefined ? {} : { scope: scopes.join(" ") }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
  };
}

type TokenRefusal = Reply<TokenErrorReply, 400> | Reply<TokenErrorReply, 401>;

/** §5.2: 400, but for a client that showed who it is in `Authorization` and is not believed. */
function refusal({ code, description }: OAuthError, usesBasic: boolean): TokenRefusal {
  const about: TokenErrorReply = {
    error: code,
    ...(description === undefined ? {} : { error_description: description }),
  };
  if (code !== "invalid_client" || !usesBasic) return reply<TokenErrorReply, 400>(400, about, NO_STORE);
  const wants = challenge("Basic", { realm: "token", charset: "UTF-8" });
  return reply<TokenErrorReply, 401>(401, about, { ...NO_STORE, "www-authenticate": wants });
}
