import type { IncomingRequest } from "../http/request.ts";
import { publicUrl } from "./public-url.ts";
import type { Addressable, UrlArguments, UrlOptions } from "./url-arguments.ts";

/**
 * The path by which the client of a request reaches a function of the same application, with what proxies and mounts have
 * taken away: for `Location`, links and forms. Of a function with versions it is the one that was asked for. `absolute: request` in the options makes it a whole URL.
 *
 * ```ts
 * reply(201, item, { location: urlFor(request, readItem, { itemId: item.id }) });
 * ```
 *
 * Throws a `TypeError` that says why there is none.
 */
export function urlFor<E extends Addressable>(
  request: IncomingRequest,
  endpoint: E,
  ...args: UrlArguments<E>
): string {
  const [inputs, options] = args as [Readonly<Record<string, unknown>>?, UrlOptions?];
  const owner = request["~owner"];
  if (owner === undefined)
    throw new TypeError("this request has come to no application, and so there are no URLs");
  const located = owner["~locate"](endpoint, inputs, options, request.route.version);
  return publicUrl(located, request.base, options?.absolute);
}
