import { HttpError } from "../http/http-error.ts";
import { PROBLEM_JSON, problemOf } from "../http/problem.ts";

/** A whole reply for a request that was never understood; the connection ends with it. */
export function rawRefusal(error: HttpError): string {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  return (
    `HTTP/1.1 ${problem.status} ${problem.title}\r\ndate: ${new Date().toUTCString()}\r\nconnection: close\r\n` +
    `content-type: ${PROBLEM_JSON}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** The status of what Node's parser and its time-outs report. */
export function parserError(error: Error & { code?: string; rawPacket?: Buffer }): HttpError {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      // The first line did not even end: it was the target that was too long.
      return error.rawPacket?.includes("\n") === false
        ? new HttpError(414, "The request target is too long.")
        : new HttpError(431, "The header fields are too large.");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new HttpError(413, "The chunk extensions are too large.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new HttpError(408, "The request did not arrive in time.");
    default:
      return new HttpError(400, "This is not a valid HTTP request.");
  }
}
