import type { Problem } from "./problem.ts";

/** status: an error was the reply; network: there was none; timeout: not in time; reply: it is not what was declared. */
export type ClientErrorKind = "status" | "network" | "timeout" | "reply";

export interface ClientErrorOptions extends ErrorOptions {
  readonly response?: Response | undefined;
  readonly problem?: Problem | undefined;
}

/** Where a request went, for messages: the query, and what stands before the host, may be secret. */
export interface Asked {
  readonly method: string;
  readonly url: string;
}

/** A call that came to nothing. The message says what was asked, without the query, for that may hold secrets. */
export class ClientError extends Error {
  override readonly name: string = "ClientError";
  readonly kind: ClientErrorKind;
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** Status of the reply; undefined without one. */
  readonly status: number | undefined;
  /** The problem document (RFC 9457) of the reply, if it is one. */
  readonly problem: Problem | undefined;
  /** The reply, whose body was read where `problem` is there. */
  declare readonly response: Response | undefined;

  constructor(kind: ClientErrorKind, { method, url }: Asked, what: string, options: ClientErrorOptions = {}) {
    const where = withoutSecrets(url);
    super(`${method} ${where} ${what}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.method = method;
    this.url = where;
    // Not shown by a log: its address has the query.
    Object.defineProperty(this, "response", { value: options.response });
    this.status = options.response?.status;
    this.problem = options.problem;
  }
}

function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^([a-z][a-z\d+.-]*:\/\/)[^/@]*@/i, "$1");
}
