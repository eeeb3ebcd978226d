import { HttpError } from "./http-error.ts";
import type { FetchFunction, Mounted, MountPlace } from "./mounted.ts";
import type { IncomingRequest } from "./request.ts";
import { toWebRequest } from "./web-request.ts";

/** A web-standard handler as something that can be mounted. The `Request` is made when it is called, its body read lazily. */
export function mountedFetch(name: string, fetch: FetchFunction): Mounted {
  return {
    name,
    async answer(request, place) {
      let refusal: unknown;
      const incoming = requestAt(request, place, (reason) => (refusal = reason));
      const response: unknown = await fetch(incoming);
      if (!isResponse(response))
        throw new TypeError(`what is mounted as ${name} returned ${typeof response}, not a Response`);
      // Frameworks answer 500 for whatever is thrown while they read a body; that it was too large is the client's mistake.
      if (refusal instanceof HttpError && response.status >= 500) {
        await response.body?.cancel();
        throw refusal;
      }
      return response instanceof Response ? response : adopt(response);
    },
  };
}

function requestAt(
  request: IncomingRequest,
  { path }: MountPlace,
  onRefusal: (reason: unknown) => void,
): Request {
  if (changesAsUrl(path))
    throw new HttpError(400, "The path has '.' or '..' segments, which cannot be handed on as they are.");
  const exchange = request["~exchange"];
  const { scheme, host = "localhost" } = request;
  const search = exchange.search === "" ? "" : `?${exchange.search}`;
  return toWebRequest(exchange, `${scheme}://${host}${path}${search}`, request["~bodyLimit"], onRefusal);
}

/**
 * The URL standard resolves "." and ".." away, however they are written. Guards have judged the path as it was sent, so a
 * handler must not be shown another one.
 */
function changesAsUrl(path: string): boolean {
  return /[/\\](?:\.|%2e){1,2}(?:[/\\]|$)|\\/i.test(path);
}

/** Also one of another realm, or of a library that brings its own class (node-fetch, undici's package). */
function isResponse(value: unknown): value is Response {
  if (value instanceof Response) return true;
  return (
    typeof value === "object" &&
    value !== null &&
    "status" in value &&
    "headers" in value &&
    "body" in value &&
    "arrayBuffer" in value
  );
}

function adopt({ body, status, headers }: Response): Response {
  return new Response(body, { status, headers: [...headers] });
}
