import { HttpError } from "../http/http-error.ts";

/**
 * What a Node-style handler has handed on as an error. One that names its status, as `http-errors` makes them (body-parser's
 * are of that kind), is an `HttpError` of that status here; its message is shown where it says that it may be.
 */
export function asError(error: unknown): Error {
  if (error instanceof HttpError) return error;
  if (!(error instanceof Error))
    return new Error("the handler failed with something that is no error", { cause: error });
  const {
    status,
    statusCode = status,
    expose,
  } = error as { status?: unknown; statusCode?: unknown; expose?: unknown };
  if (typeof statusCode !== "number" || !Number.isInteger(statusCode) || statusCode < 400 || statusCode > 499)
    return error;
  return new HttpError(statusCode, expose === true ? error.message : undefined, { cause: error });
}
