/** One server-sent event (WHATWG HTML §9.2). */
export interface ServerEvent {
  /** Text is sent as it is, anything else as JSON. */
  readonly data?: unknown;
  /** The event's type; without it clients dispatch "message". */
  readonly event?: string;
  /** What a client sends back as Last-Event-ID when it reconnects. */
  readonly id?: string;
  /** Milliseconds a client waits before it reconnects. */
  readonly retry?: number;
  /** A line that clients ignore: keeps a quiet connection open. */
  readonly comment?: string;
}

const LINE_END = /\r\n|\r|\n/;

/**
 * One event in the format of `text/event-stream`. Line breaks in data become lines of data, so no text can begin another
 * event or field. Throws a `TypeError` for line breaks in `event`, and for line breaks and NUL in `id`, which the format cannot carry.
 */
export function encodeEvent({ data, event, id, retry, comment }: ServerEvent): string {
  let text = "";
  if (comment !== undefined) for (const line of comment.split(LINE_END)) text += `: ${line}\n`;
  if (event !== undefined) text += `event: ${oneLine(event, "event")}\n`;
  if (id !== undefined) text += `id: ${oneLine(id, "id")}\n`;
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0)
      throw new TypeError(`retry of a server-sent event is whole milliseconds, not ${retry}`);
    text += `retry: ${retry}\n`;
  }
  if (data !== undefined)
    for (const line of (typeof data === "string" ? data : JSON.stringify(data)).split(LINE_END))
      text += `data: ${line}\n`;
  return `${text}\n`;
}

function oneLine(value: string, what: "event" | "id"): string {
  if (/[\r\n]/.test(value) || (what === "id" && value.includes("\0")))
    throw new TypeError(`${what} of a server-sent event cannot hold a line break or NUL`);
  return value;
}
