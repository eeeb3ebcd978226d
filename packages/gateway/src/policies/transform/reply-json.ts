import { HttpError, isJson } from "waymark/internal";
import type { ReplyChange, UpstreamReply } from "../../call.ts";
import { readJson, writeJson } from "./json-text.ts";

/**
 * Changes the JSON of a reply; undefined where it has none. Throws `HttpError` 502 for what says that it is JSON and is not,
 * and where the reply streams: what was to be taken out of it must not pass.
 */
export function changedJson(
  { headers, body, status }: UpstreamReply,
  change: (value: unknown) => unknown,
): ReplyChange | undefined {
  if (!isJson(headers.get("content-type") ?? "")) return undefined;
  if (body === undefined) throw unreadable();
  // To HEAD, and with 304, there is a media type and no body.
  if (body.length === 0 || status === 204 || status === 304) return undefined;
  let value: unknown;
  try {
    value = readJson(body);
  } catch (error) {
    if (error instanceof HttpError) throw unreadable();
    throw error;
  }
  return { body: writeJson(change(value)) };
}

function unreadable(): HttpError {
  return new HttpError(502, "The service's reply could not be read.");
}
