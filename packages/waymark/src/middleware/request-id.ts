import { checkField } from "../http/field.ts";
import type { Middleware } from "../http/handlers.ts";
import type { IncomingRequest } from "../http/request.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { middleware } from "./middleware.ts";

/** Where a request's id comes from, and which field carries it. */
export interface RequestIdOptions {
  /** The field that says it, in request and reply. Default "x-request-id". */
  readonly header?: string;
  /**
   * Whether an id that came with the request is taken: false, the default, for servers that anybody reaches; true behind a
   * proxy that sets or removes the field; or a function that decides.
   */
  readonly trust?: boolean | ((request: IncomingRequest) => boolean);
  /** Makes an id. Default a random UUID. */
  readonly generate?: () => string;
}

/** What is sent on into logs and other systems: nothing that any of them reads as more than a name. */
const SANE = /^[A-Za-z0-9._:=+/@~-]{1,128}$/;

/**
 * Gives every request a name: `request.id` for functions, a field of the reply for the client, and a part of every line that
 * the framework logs about it. An id that came with the request is taken only if it is trusted, at most 128 characters, and
 * none of them but letters, digits and `._:=+/@~-`.
 *
 * ```ts
 * app.use(requestId());
 * ```
 */
export function requestId({
  header = "x-request-id",
  trust = false,
  generate = () => crypto.randomUUID(),
}: RequestIdOptions = {}): Middleware {
  const field = checkField(header, "");
  return middleware({
    name: "request-id",
    before({ request }) {
      const given = request.headers.get(field);
      const isTaken =
        given !== null && SANE.test(given) && (typeof trust === "function" ? trust(request) : trust);
      request["~exchange"].id = isTaken ? given : generate();
    },
    after({ request, response }) {
      if (request.id !== undefined) response.headers.set(field, request.id);
    },
  });
}
makesMiddleware(requestId, "requestId()");
