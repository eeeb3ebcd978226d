import type { TestRequest } from "./options.ts";
import type { WrittenTarget } from "./written-request.ts";

/** As many as browsers follow (Fetch §4.4). */
const MOST = 20;

export function redirectsOf(follow: boolean | number | undefined = false): number {
  if (typeof follow === "number") return follow;
  return follow ? MOST : 0;
}

/**
 * The request that follows a redirect (Fetch §4.4 "HTTP-redirect fetch"); undefined for any other reply, and for a redirect to
 * another host, which is not this application's.
 */
export function redirected(
  response: Response,
  target: WrittenTarget,
  request: TestRequest,
): { target: WrittenTarget; request: TestRequest } | undefined {
  const { status, headers } = response;
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  const url = URL.canParse(location, target.url.href) ? new URL(location, target.url) : undefined;
  if (url === undefined || url.hostname !== target.url.hostname) return undefined;
  const to = { url, path: url.pathname + url.search };
  const { method } = target;
  const becomesGet =
    (status <= 302 && method === "POST") || (status === 303 && method !== "GET" && method !== "HEAD");
  const { query: _, ...kept } = request;
  if (!becomesGet) return { target: { method, ...to }, request: repeatable(kept, location) };
  const { json: _json, body: _body, form: _form, multipart: _multipart, ...bodiless } = kept;
  return {
    target: { method: "GET", ...to },
    request: { ...bodiless, headers: withoutContent(request.headers) },
  };
}

function repeatable(request: TestRequest, location: string): TestRequest {
  const { body } = request;
  if (
    typeof body === "object" &&
    !(body instanceof Uint8Array || body instanceof URLSearchParams || body instanceof FormData)
  )
    throw new TypeError(
      `a body that streams cannot be sent again, to ${location}: give it as bytes, or leave followRedirects off`,
    );
  return request;
}

function withoutContent(given: TestRequest["headers"]): Headers {
  const headers = new Headers(given);
  for (const name of ["content-type", "content-encoding", "content-language", "content-location"])
    headers.delete(name);
  return headers;
}
