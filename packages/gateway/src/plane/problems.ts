import { HttpError } from "waymark/internal";
import type { WireError, WireErrorCode } from "waymark/wire";
import type { Failure } from "../observe/watcher.ts";
import type { Refusal } from "../upstream/target-set.ts";
import type { Route } from "./route.ts";

/** What a client is told of a request that got no reply: which service, and why; never where that is. */
export function upstreamProblem({ service }: Route, error: WireError): HttpError {
  const { name } = service;
  switch (error.code) {
    case "QUEUE_FULL":
    case "QUEUE_TIMEOUT":
      return new HttpError(503, `The service '${name}' is busy.`, { headers: { "retry-after": "1" } });
    case "CONNECT_TIMEOUT":
    case "FIRST_BYTE_TIMEOUT":
    case "BODY_TIMEOUT":
    case "WRITE_TIMEOUT":
    case "TOTAL_TIMEOUT":
      return new HttpError(504, `The service '${name}' did not answer in time.`);
    case "CONNECT_FAILED":
      return new HttpError(502, `The service '${name}' cannot be reached.`);
    case "TLS_FAILED":
      return new HttpError(502, `No secure connection to the service '${name}' could be made.`);
    case "MALFORMED":
    case "HEAD_TOO_LARGE":
      return new HttpError(502, `The service '${name}' sent a reply that cannot be passed on.`);
    case "DESTROYED":
      return new HttpError(503, "The gateway is closing.");
    case "BODY_FAILED":
      return error.cause instanceof HttpError
        ? error.cause
        : new HttpError(400, "The body could not be read.");
    case "RESET":
      return new HttpError(502, `The service '${name}' ended the connection before it had answered.`);
  }
}

export function refusalProblem({ service, runtime }: Route, refusal: Refusal): HttpError {
  const headers = { "retry-after": String(runtime.targets.retryAfter) };
  const { name } = service;
  switch (refusal) {
    case "breaker-open":
      return new HttpError(503, `The service '${name}' fails too often: it is left alone for a while.`, {
        headers,
      });
    case "overloaded":
      return new HttpError(503, `The service '${name}' has as many requests as it can take.`, { headers });
    case "no-target":
      return new HttpError(503, `The service '${name}' has no instance that could answer.`, { headers });
  }
}

export function totalProblem({ service }: Route): HttpError {
  return new HttpError(504, `The service '${service.name}' did not answer in time.`);
}

/** What the logs and metrics call it; undefined where the client was the cause. */
export function failureOf(code: WireErrorCode): Failure | undefined {
  if (code === "BODY_FAILED") return undefined;
  if (code.startsWith("QUEUE")) return "overloaded";
  if (code === "CONNECT_FAILED" || code === "TLS_FAILED") return "connect";
  if (code.endsWith("_TIMEOUT")) return "timeout";
  return code === "MALFORMED" || code === "HEAD_TOO_LARGE" ? "malformed" : "reset";
}

/** The target is not to blame: the client, this gateway, or the time at which a connection was chosen. */
export function isOwnFault(error: WireError): boolean {
  return (
    error.code === "BODY_FAILED" ||
    error.code === "DESTROYED" ||
    error.code.startsWith("QUEUE") ||
    error.isStale ||
    isOutOfResources(error.cause)
  );
}

/** This process or machine has no descriptor, port or memory left for another connection. */
function isOutOfResources(cause: unknown): boolean {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && OUT_OF.has(code);
}
const OUT_OF = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"]);
