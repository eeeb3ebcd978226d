/** Why a token is not given (RFC 6749 §5.2). */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope";

/**
 * Thrown where a token endpoint gives no token: answered with `{ error, error_description }` (RFC 6749 §5.2). The
 * description reaches the client.
 */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: OAuthErrorCode;
  readonly description: string | undefined;

  constructor(code: OAuthErrorCode, description?: string) {
    super(description === undefined ? code : `${code}: ${description}`);
    this.code = code;
    this.description = description;
  }
}
