import type { IncomingHttpHeaders } from "node:http2";
import { HttpError } from "../http/http-error.ts";
import { isHost } from "../http/host.ts";
import type { Limits } from "../http/limits.ts";
import { parseTarget } from "../http/target.ts";

/** The head of an HTTP/2 request, read once and found to be in order. */
export interface Http2Head {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  /** Name, value, name, value, …: without pseudo-fields, and with a host. */
  readonly lines: readonly string[];
  /** Bytes of the body; -1 when they were not announced. */
  readonly bodyLength: number;
}

/**
 * Judges what nghttp2 lets pass; it has seen to it that there is one `:method`, `:scheme` and `:path`, no field of a
 * connection, and a body of the announced length (RFC 9113 §8).
 */
export function readHttp2Head(
  fields: IncomingHttpHeaders,
  raw: readonly string[],
  isEnded: boolean,
  limits: Limits,
): Http2Head | HttpError {
  const { ":method": method = "", ":path": target = "", ":authority": authority } = fields;
  if (target.length > limits.url)
    return new HttpError(414, `The request target is longer than ${limits.url} bytes`);
  const lines = linesOf(raw);
  if (lines.length > 2 * limits.headerFields)
    return new HttpError(431, `More than ${limits.headerFields} header fields`);
  let size = 0;
  for (const each of lines) size += each.length + 2;
  if (size > limits.headers)
    return new HttpError(431, `The header fields are larger than ${limits.headers} bytes`);

  const host = fields.host ?? authority;
  // RFC 9113 §8.3.1: a Host that says something else than :authority is two readings of one request.
  if (host === undefined || !isHost(host) || (authority !== undefined && authority !== host))
    return new HttpError(400, "The authority is missing, malformed, or not that of the Host field.");
  if (fields.host === undefined) lines.unshift("host", host);
  const parsed = target.startsWith("/") || target === "*" ? parseTarget(method, target) : undefined;
  if (parsed === undefined) return new HttpError(400, "The request target is malformed.");
  const bodyLength = isEnded ? 0 : Number(fields["content-length"] ?? -1);
  return { method, path: parsed.path, search: parsed.search, lines, bodyLength };
}

function linesOf(raw: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < raw.length; i += 2)
    if (!(raw[i] as string).startsWith(":")) lines.push(raw[i] as string, raw[i + 1] as string);
  return lines;
}
