import type { WireError } from "waymark/wire";
import { sparing } from "../policies/limit/sparing.ts";

/** Why no connection to an upstream was made. */
export interface ConnectFault {
  /** Node's or OpenSSL's: ECONNREFUSED, DEPTH_ZERO_SELF_SIGNED_CERT; the wire's own where neither says. */
  readonly code: string;
  /** The same in words. */
  readonly text: string;
}

/** Undefined where a connection was there. */
export function connectFault(error: WireError): ConnectFault | undefined {
  const { code, phase, cause, message } = error;
  if (code !== "CONNECT_FAILED" && code !== "TLS_FAILED" && code !== "CONNECT_TIMEOUT") return undefined;
  if (phase !== "connect") return undefined;
  const said = (cause ?? {}) as {
    readonly code?: unknown;
    readonly reason?: unknown;
    readonly message?: unknown;
  };
  // OpenSSL's own sentence is the last part of a long one.
  const text = [said.reason, said.message, message].find((each) => typeof each === "string" && each !== "");
  return {
    code: typeof said.code === "string" ? said.code : code,
    text: String(text).split("\n", 1)[0]!.slice(0, 300),
  };
}

/** A certificate is the same the next time: X509_V_ERR_* as Node names them, and its own check of names. */
export function isOfCertificate({ code }: ConnectFault): boolean {
  return CERTIFICATE.test(code);
}
const CERTIFICATE =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|ERR_TLS_CERT_|ERROR_IN_CERT_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/;

/** Kinds of faults that are remembered at most: they are as many as targets times reasons. */
const MOST = 1000;

/** Tells of each target and reason once in a while: what fails may fail at every request. */
export class ConnectFaults {
  readonly #report: (problem: string, error: unknown) => void;
  readonly #told = new Map<string, (problem: string) => void>();

  constructor(report: (problem: string, error: unknown) => void) {
    this.#report = report;
  }

  tell(origin: string, { code, text }: ConnectFault): void {
    const key = `${origin} ${code}`;
    let tell = this.#told.get(key);
    if (tell === undefined) {
      if (this.#told.size >= MOST) this.#told.clear();
      this.#told.set(key, (tell = sparing((problem) => this.#report(problem, { code }))));
    }
    tell(`${origin}: ${text.includes(code) ? text : `${code} (${text})`}`);
  }
}
