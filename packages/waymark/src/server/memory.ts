import type { Application } from "../http/exchange.ts";
import { checkField } from "../http/field.ts";
import { HttpError } from "../http/http-error.ts";
import { iterate } from "../http/iterate.ts";
import { DEFAULT_LIMITS, type Limits } from "../http/limits.ts";
import { writeProblem } from "../http/problem.ts";
import { parseTarget, type Target } from "../http/target.ts";
import { MemoryExchange } from "./memory-exchange.ts";

type QueryValue = string | number | boolean;

export interface RequestInMemory {
  /** Default: GET, or POST with a body. */
  readonly method?: string;
  readonly headers?:
    | Readonly<Record<string, string | readonly string[]>>
    | Headers
    | Iterable<readonly [string, string]>;
  /** Appended to the path's own query; an array is a repeated key, undefined is left out. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>> | URLSearchParams;
  /** Sent as JSON, with its Content-Type. */
  readonly json?: unknown;
  /** Text, bytes, or pieces as they come; a Content-Type is yours to give, but for forms (`URLSearchParams`, `FormData`). */
  readonly body?:
    | string
    | Uint8Array
    | URLSearchParams
    | FormData
    | ReadableStream<Uint8Array>
    | AsyncIterable<Uint8Array>;
  /** Cookies to send. */
  readonly cookies?: Readonly<Record<string, string>>;
  /** The client goes away when it aborts. */
  readonly signal?: AbortSignal;
  readonly scheme?: "http" | "https";
  /** Default "localhost". */
  readonly host?: string;
  /** Default "127.0.0.1". */
  readonly remoteAddress?: string;
}

/**
 * Sends a request to an application without a socket and gives the reply as a web `Response`. The request is what a
 * client would send: nothing of it is normalised, and what a server refuses is refused.
 *
 * `where` is a path, or a method and a path: `"/items/1?limit=10"`, `"POST /items"`.
 */
export async function requestInMemory(
  application: Application & { readonly limits?: Limits },
  where: string,
  request: RequestInMemory = {},
): Promise<Response> {
  const { method, target } = readWhere(where, request);
  const { body, type } = bodyOf(request);
  const lines = linesOf(request, body, type);
  const parsed = parseTarget(method, target);
  const exchange = new MemoryExchange({
    method,
    target: parsed ?? UNREADABLE,
    lines,
    body,
    scheme: request.scheme ?? "http",
    remoteAddress: request.remoteAddress ?? "127.0.0.1",
    signal: request.signal,
  });
  const refusal = refusalOf(parsed, target, lines, application.limits ?? DEFAULT_LIMITS);
  if (refusal === undefined) void application.handle(exchange);
  else {
    writeProblem(exchange, refusal);
    void exchange.end();
  }
  return await answered(exchange, request.signal);
}

const UNREADABLE: Target = { path: "/", search: "", authority: undefined };

/** As `fetch` does: a client that has gone gets no reply. */
function answered({ response }: MemoryExchange, signal: AbortSignal | undefined): Promise<Response> {
  if (signal === undefined) return response;
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(signal.reason);
    if (signal.aborted) gone();
    signal.addEventListener("abort", gone, { once: true });
    response.then((value) => {
      signal.removeEventListener("abort", gone);
      resolve(value);
    }, reject);
  });
}

function readWhere(where: string, request: RequestInMemory): { method: string; target: string } {
  const space = where.indexOf(" ");
  const hasBody = request.json !== undefined || request.body !== undefined;
  const method = space === -1 ? (request.method ?? (hasBody ? "POST" : "GET")) : where.slice(0, space);
  const target = space === -1 ? where : where.slice(space + 1);
  const query = queryOf(request.query);
  return { method, target: query === "" ? target : `${target}${target.includes("?") ? "&" : "?"}${query}` };
}

function queryOf(query: RequestInMemory["query"]): string {
  if (query === undefined) return "";
  if (query instanceof URLSearchParams) return query.toString();
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const each of Array.isArray(value)
      ? (value as readonly QueryValue[])
      : [value as QueryValue | undefined])
      if (each !== undefined) search.append(name, String(each));
  return search.toString();
}

function bodyOf({ json, body }: RequestInMemory): {
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  type: string | undefined;
} {
  const encoder = new TextEncoder();
  if (json !== undefined) return { body: encoder.encode(JSON.stringify(json)), type: "application/json" };
  if (body instanceof URLSearchParams)
    return { body: encoder.encode(body.toString()), type: "application/x-www-form-urlencoded" };
  if (body instanceof FormData) {
    const { headers, body: pieces } = new Response(body);
    return { body: iterate<Uint8Array>(pieces!), type: headers.get("content-type")! };
  }
  if (typeof body === "string") return { body: encoder.encode(body), type: undefined };
  return { body: body instanceof ReadableStream ? iterate(body) : body, type: undefined };
}

function linesOf(
  { headers = [], cookies, host = "localhost" }: RequestInMemory,
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined,
  type: string | undefined,
): string[] {
  const lines: string[] = [];
  const add = (name: string, value: string): number => lines.push(checkField(name, value), value.trim());
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers))
    for (const line of typeof value === "string" ? [value] : value) add(name, line);
  const has = (name: string): boolean => lines.some((line, i) => i % 2 === 0 && line === name);
  if (!has("host")) add("host", host);
  if (type !== undefined && !has("content-type")) add("content-type", type);
  if (cookies !== undefined)
    add(
      "cookie",
      Object.entries(cookies)
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join("; "),
    );
  if (body instanceof Uint8Array) add("content-length", String(body.length));
  else if (body !== undefined) add("transfer-encoding", "chunked");
  return lines;
}

function refusalOf(
  target: Target | undefined,
  raw: string,
  lines: readonly string[],
  limits: Limits,
): HttpError | undefined {
  if (raw.length > limits.url)
    return new HttpError(414, `The request target is longer than ${limits.url} bytes`);
  if (lines.length > 2 * limits.headerFields)
    return new HttpError(431, `More than ${limits.headerFields} header fields`);
  let size = 0;
  for (const each of lines) size += each.length + 2;
  if (size > limits.headers)
    return new HttpError(431, `The header fields are larger than ${limits.headers} bytes`);
  return target === undefined ? new HttpError(400, "The request target is malformed.") : undefined;
}
