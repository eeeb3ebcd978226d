import { HttpError } from "../http/http-error.ts";
import { PROBLEM_JSON, problemOf } from "../http/problem.ts";
import { statusPhrase } from "../http/status.ts";

/**
 * The whole reply to a request that could not be read: no application sees it. The connection closes behind it, since
 * where the next request would begin is not known.
 */
export function refusal(status: number, reason: string): string {
  const body = JSON.stringify(problemOf(new HttpError(status, reason)));
  return (
    `HTTP/1.1 ${status} ${statusPhrase(status)}\r\nContent-Type: ${PROBLEM_JSON}\r\n` +
    `Date: ${new Date().toUTCString()}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}
