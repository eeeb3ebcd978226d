/** Members of a problem document beyond those RFC 9457 names. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/** What an `HttpError` says beyond its status and its detail. */
export interface HttpErrorOptions extends ErrorOptions {
  /** Response header fields, sent with the problem (`Retry-After`, `WWW-Authenticate`, …). */
  readonly headers?: Readonly<Record<string, string>>;
  /** A URI reference that names the kind of problem (RFC 9457 §3.1.1). Default `about:blank`. */
  readonly type?: string;
  /** Extension members of the problem document (RFC 9457 §3.2). */
  readonly members?: ProblemMembers;
}

/**
 * An error that is a reply: answered as `application/problem+json` (RFC 9457) with this status and detail.
 * The detail reaches the client, so put nothing secret in it.
 */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly status: number;
  readonly detail: string | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly type: string | undefined;
  readonly members: ProblemMembers | undefined;

  constructor(status: number, detail?: string, options: HttpErrorOptions = {}) {
    super(detail ?? `HTTP ${status}`, options);
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`HttpError takes a status from 400 to 599, not ${status}`);
    this.status = status;
    this.detail = detail;
    this.headers = options.headers;
    this.type = options.type;
    this.members = options.members;
  }

  /** Throws: for the right-hand side of `??`, where a statement cannot stand. */
  static throw(status: number, detail?: string, options?: HttpErrorOptions): never {
    throw new HttpError(status, detail, options);
  }
}
