import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { parseHttpDate } from "../http/http-date.ts";
import { HttpError } from "../http/http-error.ts";
import { judgeConditions, type KnownValidators } from "../http/preconditions.ts";
import { cancelPieces, isPieces } from "../http/pump.ts";
import type { ResponseHead, ResponseHeaders } from "../http/response.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { contentTag } from "./etag/content-tag.ts";
import { middleware } from "./middleware.ts";

/** What kind of tags are made. */
export interface EtagOptions {
  /** Marks tags as weak: the same meaning, perhaps not the same bytes (RFC 9110 §8.8.1). Default false. */
  readonly weak?: boolean;
}

/**
 * Gives whole bodies of GET and HEAD an ETag and answers conditional requests (RFC 9110 §13): 304 where the client has
 * what it would get, 412 where `If-Match` or `If-Unmodified-Since` do not hold. An ETag or Last-Modified that the reply
 * already has is taken as it is; streams get none of their own, and nor does what `no-store` forbids to keep.
 *
 * The function runs all the same: what is saved is the way to the client. And a writing method is not judged here, for
 * only its function knows what there is now: see `checkPreconditions`.
 *
 * ```ts
 * app.use(compression());
 * app.use(etag()); // inside: it sees the body as the function made it
 * ```
 */
export function etag({ weak = false }: EtagOptions = {}): Middleware {
  return middleware({
    name: "etag",
    after(context) {
      const { request, response } = context;
      if (response.status !== 200 || (request.method !== "GET" && request.method !== "HEAD"))
        return undefined;
      const { headers } = response;
      if (headers.has("etag") || headers.has("last-modified") || !isTaggable(response))
        return answer(context, validatorsOf(headers));
      const tag = contentTag(response.payload as string | Uint8Array, weak);
      if (typeof tag !== "string") return tag.then((settled) => tagged(context, settled));
      return tagged(context, tag);
    },
  });
}
makesMiddleware(etag, "etag()");

function isTaggable({ payload, headers }: ResponseHead): boolean {
  return (
    payload !== null &&
    !isPieces(payload) &&
    !/(?:^|[\s,])no-store(?:$|[\s,])/i.test(headers.get("cache-control") ?? "")
  );
}

function tagged(context: HandlerContext, tag: string): void | Promise<void> {
  context.response.headers.set("etag", tag);
  return answer(context, { etag: tag });
}

function validatorsOf(headers: ResponseHeaders): KnownValidators {
  const modified = headers.get("last-modified");
  return {
    etag: headers.get("etag") ?? undefined,
    modified: modified === null ? undefined : parseHttpDate(modified),
  };
}

function answer({ request, response }: HandlerContext, validators: KnownValidators): void | Promise<void> {
  // Without a tag or a date there is nothing to compare with.
  if (validators.etag === undefined && validators.modified === undefined) return undefined;
  switch (judgeConditions(request["~exchange"], validators)) {
    case "failed":
      throw new HttpError(412);
    case "unchanged":
      return answerUnchanged(response);
    case "passed":
      return undefined;
  }
}

/** Fields that are about the body that is not sent; a cache would take them for news of what it has (RFC 9110 §15.4.5). */
const OF_THE_BODY = [
  "content-type",
  "content-length",
  "content-encoding",
  "content-language",
  "accept-ranges",
];

function answerUnchanged(response: ResponseHead): void | Promise<void> {
  const { headers, payload } = response;
  response.status = 304;
  response.payload = null;
  for (const name of OF_THE_BODY) headers.delete(name);
  return isPieces(payload) ? cancelPieces(payload) : undefined;
}
