import { ClientError } from "./client-error.ts";
import { pause, unlessAborted, type Deadline } from "./deadline.ts";
import type { FetchLike } from "./options.ts";
import type { RetryPolicy } from "./retry.ts";
import type { WrittenRequest } from "./write-request.ts";

export interface Sending {
  readonly fetch: FetchLike;
  readonly retry: RetryPolicy;
  readonly deadline: Deadline;
  readonly credentials: Request["credentials"] | undefined;
}

/**
 * Sends a request, again where that is safe and worth it, and gives the last reply. Rejects with a `ClientError` when there
 * is none, and with the reason of the caller's signal when that aborts.
 */
export async function send(request: WrittenRequest, sending: Sending): Promise<Response> {
  const { retry, deadline } = sending;
  // What is a stream was read by the first attempt.
  const attempts = request.body?.isStream !== true && retry.admits(request.method) ? retry.attempts : 0;
  for (let attempt = 0; ; attempt++) {
    const outcome = await ask(request, sending);
    const response = outcome instanceof Response ? outcome : undefined;
    const isWorthIt = response === undefined || retry.afterStatus(response.status);
    const wait = retry.pause(attempt, response?.headers.get("retry-after") ?? null);
    if (!isWorthIt || attempt >= attempts || wait >= deadline.left) return replyOf(outcome);
    await response?.body?.cancel();
    try {
      await pause(wait, deadline.signal);
    } catch (error) {
      throw failure(request, sending.deadline, error);
    }
  }
}

function replyOf(outcome: Response | ClientError): Response {
  if (outcome instanceof ClientError) throw outcome;
  return outcome;
}

/** The reply, or why there is none where another attempt may find one. Throws where it is over for good. */
async function ask(
  request: WrittenRequest,
  { fetch, deadline, credentials }: Sending,
): Promise<Response | ClientError> {
  if (deadline.signal.aborted) throw failure(request, deadline, deadline.signal.reason);
  const made = requestOf(request, deadline.signal, credentials);
  try {
    const replied = Promise.resolve(fetch(made));
    return await unlessAborted(replied, deadline.signal).catch((error: unknown) => {
      // One that comes all the same has nobody to read it.
      replied.then(({ body }) => body?.cancel()).catch(() => undefined);
      throw error;
    });
  } catch (error) {
    const failed = failure(request, deadline, error);
    if (failed instanceof ClientError && failed.kind === "network") return failed;
    throw failed;
  }
}

/** What a call rejects with when waiting for something failed. */
export function failure(asked: WrittenRequest, deadline: Deadline, error: unknown): unknown {
  if (deadline.isOver) return new ClientError("timeout", asked, "was not answered in time", { cause: error });
  if (deadline.signal.aborted) return deadline.signal.reason;
  return new ClientError("network", asked, `could not be asked: ${reasonOf(error)}`, { cause: error });
}

/** `fetch failed` of Node says nothing; its cause does. A message may hold the address with its query. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code } = cause as { code?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Error ? cause.message.replace(/\?[^\s"']*/g, "?…") : "no connection";
}

function requestOf(
  { method, url, headers, body }: WrittenRequest,
  signal: AbortSignal,
  credentials: Request["credentials"] | undefined,
): Request {
  const fields = new Headers([...headers]);
  if (body?.type !== undefined && !fields.has("content-type")) fields.set("content-type", body.type);
  const init: RequestInit & { duplex?: "half" } = { method, headers: fields, signal };
  if (credentials !== undefined) init.credentials = credentials;
  if (body !== undefined) init.body = body.body;
  if (body?.isStream === true) init.duplex = "half";
  return new Request(url, init);
}
