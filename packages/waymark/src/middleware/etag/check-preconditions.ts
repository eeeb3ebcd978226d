import { HttpError } from "../../http/http-error.ts";
import { judgeConditions, type KnownValidators } from "../../http/preconditions.ts";
import type { IncomingRequest } from "../../http/request.ts";

/**
 * For a function that writes: throws 412 where the client's `If-Match`, `If-None-Match` or `If-Unmodified-Since` do not
 * hold for what there is now (RFC 9110 §13.1). `etag` is with its quotes, `modified` seconds since the epoch. Of something
 * that does not exist give neither: `If-None-Match: *` then holds, and `If-Match: *` does not.
 *
 * ```ts
 * checkPreconditions(request, { etag: `"${item.version}"` }); // before the write, and in its transaction
 * ```
 */
export function checkPreconditions(request: IncomingRequest, validators: KnownValidators = {}): void {
  if (judgeConditions(request["~exchange"], validators) === "failed") throw new HttpError(412);
}
