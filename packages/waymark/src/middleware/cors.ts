import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { reply, type Reply } from "../http/reply.ts";
import type { IncomingRequest } from "../http/request.ts";
import type { ResponseHeaders } from "../http/response.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { METHODS } from "../routing/route.ts";
import { askedNames, namesLine } from "./cors-names.ts";
import { originRule, type Origins } from "./cors-origins.ts";
import { middleware } from "./middleware.ts";
import { varyBy } from "./vary.ts";

/** Which pages of other origins may read replies, and what of them. */
export interface CorsOptions {
  /**
   * Whose pages may read the replies: "*" for everybody's; an origin such as "https://example.com", or several; a RegExp, which
   * has to match all of an origin; a function that decides, now or later. `"null"` (sandboxed frames, files) has to be named.
   */
  readonly origins: Origins;
  /** Methods that such pages may use. Default: all that a route can have. */
  readonly methods?: readonly string[];
  /** Request fields that such pages may send, beside the ones that need no permission. Default: what they ask for. */
  readonly headers?: readonly string[];
  /** Reply fields that such pages may read, beside the ones that need no permission. */
  readonly exposed?: readonly string[];
  /** Whether browsers may send cookies and other credentials along. Not with origins "*". Default false. */
  readonly credentials?: boolean;
  /** Seconds that a browser may remember a permission. Default 600. */
  readonly maxAge?: number;
  /** Whether pages of public addresses may reach this server at a private one. Default false. */
  readonly privateNetwork?: boolean;
}

/**
 * Lets pages of other origins read replies (https://fetch.spec.whatwg.org/#http-cors-protocol), errors included, and answers
 * their preflights with 204 before anything further inside runs. An origin that is not allowed gets the same replies
 * without a CORS field, and its browser keeps them from the page. Nobody else is kept out: that is what guards are for.
 *
 * On a route it takes the place of what the app says. Throws a `TypeError` for settings that no browser would accept, or
 * that would let in everybody with their cookies.
 *
 * ```ts
 * app.use(cors({ origins: ["https://example.com"], credentials: true }));
 * app.get("/feed", readFeed, { middleware: [cors({ origins: "*" })] });
 * ```
 */
export function cors(options: CorsOptions): Middleware {
  const { credentials = false, exposed = [], methods = CALLABLE, headers, maxAge = 600 } = options;
  const isAllowed = originRule(options.origins, credentials);
  const isForAll = options.origins === "*";
  const exposes = namesLine("exposed", exposed, credentials);
  const permits = permissionsOf(namesLine("methods", methods, credentials), maxAge);
  const accepts = headers === undefined ? undefined : namesLine("headers", headers, credentials);

  /** A permission is for one origin, unless it is for all: then caches may share it. */
  const permit = (fields: ResponseHeaders, origin: string, allowed: boolean): void => {
    if (!isForAll) varyBy(fields, "Origin");
    if (!allowed) return;
    fields.set("access-control-allow-origin", isForAll ? "*" : origin);
    if (credentials) fields.set("access-control-allow-credentials", "true");
  };

  const answerPreflight = (
    { request, response }: HandlerContext,
    origin: string,
    allowed: boolean,
  ): Reply => {
    const { headers: fields } = response;
    permit(fields, origin, allowed);
    varyBy(fields, "Access-Control-Request-Method");
    varyBy(fields, "Access-Control-Request-Headers");
    if (options.privateNetwork === true) varyBy(fields, PRIVATE);
    if (allowed) {
      for (const [name, value] of permits) fields.set(name, value);
      const accepted = accepts ?? askedNames(request.headers.get("access-control-request-headers") ?? "");
      if (accepted !== "") fields.set("access-control-allow-headers", accepted);
      if (options.privateNetwork === true && request.headers.get(PRIVATE) === "true")
        fields.set("access-control-allow-private-network", "true");
    }
    return reply(204);
  };

  return middleware({
    name: "cors",
    before(context) {
      const { request } = context;
      const origin = request.headers.get("origin");
      if (origin === null || !isPreflight(request)) return undefined;
      const allowed = isAllowed(origin, request);
      return typeof allowed === "boolean"
        ? answerPreflight(context, origin, allowed)
        : allowed.then((settled) => answerPreflight(context, origin, settled));
    },
    // On the way out, since a reply of its own may have replaced what was set before.
    after({ request, response }) {
      const { headers: fields } = response;
      const origin = request.headers.get("origin");
      if (origin === null) {
        // To everybody the same; to one origin it is for a cache to know that there are others.
        if (isForAll) fields.set("access-control-allow-origin", "*");
        else varyBy(fields, "Origin");
        return undefined;
      }
      const grant = (allowed: boolean): void => {
        permit(fields, origin, allowed);
        if (allowed && exposes !== "") fields.set("access-control-expose-headers", exposes);
      };
      const allowed = isAllowed(origin, request);
      return typeof allowed === "boolean" ? grant(allowed) : allowed.then(grant);
    },
  });
}
makesMiddleware(cors, `cors({ origins: ["https://example.com"] })`);

const CALLABLE: readonly string[] = METHODS.filter(
  (method) => method !== "OPTIONS" && method !== "WEBSOCKET",
);
const PRIVATE = "access-control-request-private-network";

/** https://fetch.spec.whatwg.org/#cors-preflight-request: any other OPTIONS is a request like the others. */
function isPreflight(request: IncomingRequest): boolean {
  return request.method === "OPTIONS" && request.headers.has("access-control-request-method");
}

function permissionsOf(methods: string, maxAge: number): [string, string][] {
  if (!Number.isInteger(maxAge) || maxAge < 0)
    throw new TypeError(`cors: maxAge is a whole number of seconds, not ${String(maxAge)}`);
  return [
    ["access-control-allow-methods", methods],
    ["access-control-max-age", String(maxAge)],
  ];
}
