import type { IncomingMessage } from "node:http";
import { HttpError } from "../http/http-error.ts";
import { isHost } from "../http/host.ts";
import type { Limits } from "../http/limits.ts";
import { parseTarget } from "../http/target.ts";

/** A request head, read once and found to be in order. */
export interface RequestHead {
  readonly path: string;
  readonly search: string;
  /** Host of an absolute target: replaces the Host field. */
  readonly authority: string | undefined;
  /** Bytes of the body; -1 when it comes in chunks. */
  readonly bodyLength: number;
}

/**
 * Judges what Node's parser lets pass: Host missing, twice or malformed (RFC 9112 §3.2); Transfer-Encoding beside
 * Content-Length, other than `chunked`, or from HTTP/1.0 (§6.1, §6.3); limits that Node does not know. A problem means
 * that the connection cannot go on.
 */
export function readHead(
  { method = "", url = "", rawHeaders, httpVersion }: IncomingMessage,
  limits: Limits,
): RequestHead | HttpError {
  if (httpVersion !== "1.1" && httpVersion !== "1.0")
    return new HttpError(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  if (url.length > limits.url)
    return new HttpError(414, `The request target is longer than ${limits.url} bytes`);
  if (rawHeaders.length > 2 * limits.headerFields)
    return new HttpError(431, `More than ${limits.headerFields} header fields`);

  let size = 0;
  let host: string | undefined;
  let bodyLength = 0;
  let coding: string | undefined;
  let hasLength = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    // ": " and the line's end are part of what a field costs.
    size += name.length + value.length + 4;
    // Most names are ruled out by their length alone.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== "host") break;
        if (host !== undefined) return new HttpError(400, "There are several Host fields.");
        host = value;
        break;
      case 14:
        if (name.toLowerCase() !== "content-length") break;
        if (hasLength) return new HttpError(400, "There are several Content-Length fields.");
        if (!/^[0-9]{1,15}$/.test(value)) return new HttpError(400, "The Content-Length is not a number.");
        hasLength = true;
        bodyLength = Number(value);
        break;
      case 17:
        if (name.toLowerCase() !== "transfer-encoding") break;
        if (coding !== undefined) return new HttpError(400, "There are several Transfer-Encoding fields.");
        coding = value.toLowerCase();
        break;
    }
  }
  if (size > limits.headers)
    return new HttpError(431, `The header fields are larger than ${limits.headers} bytes`);
  if (coding !== undefined) {
    if (hasLength) return new HttpError(400, "Content-Length and Transfer-Encoding exclude each other.");
    if (httpVersion === "1.0") return new HttpError(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (coding !== "chunked") return new HttpError(501, "The only transfer coding understood is chunked.");
    bodyLength = -1;
  }
  if (host === undefined ? httpVersion === "1.1" : !isHost(host))
    return new HttpError(400, "The Host field is missing or malformed.");
  const target = parseTarget(method, url);
  if (target === undefined) return new HttpError(400, "The request target is malformed.");
  return { path: target.path, search: target.search, authority: target.authority, bodyLength };
}
