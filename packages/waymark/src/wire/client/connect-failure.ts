import { NOTHING_SENT, WireError } from "./wire-error.ts";

/** Why a connection was not made, from what its socket said. */
export function connectFailure(cause: Error | undefined, isSecure: boolean): WireError {
  const code = isSecure && isAboutTls(cause) ? "TLS_FAILED" : "CONNECT_FAILED";
  return new WireError(code, messageOf(cause), { ...NOTHING_SENT, phase: "connect", cause });
}

/** What the handshake or the certificate says, and not the network (ECONNREFUSED, ENOTFOUND, ECONNRESET, …). */
function isAboutTls(error: Error | undefined): boolean {
  if (error === undefined) return false;
  const { code = "", syscall } = error as NodeJS.ErrnoException;
  return code === "EPROTO" || (syscall === undefined && !/^(?:E[A-Z]+|EAI_[A-Z]+)$/.test(code));
}

/** An error of several addresses tried in turn has a code and no message. */
function messageOf(error: Error | undefined): string {
  if (error === undefined) return "The connection was closed before it was made";
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
