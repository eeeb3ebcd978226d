/** One server-sent event (WHATWG HTML §9.2). */
export interface ServerEvent<T = unknown> {
  /** Text is sent as it is, anything else as JSON. */
  readonly data?: T;
  /** The event's type; without it clients dispatch "message". */
  readonly event?: string;
  /** What a client sends back as Last-Event-ID when it reconnects. */
  readonly id?: string;
  /** Milliseconds a client waits before it reconnects. */
  readonly retry?: number;
  /** A line that clients ignore. */
  readonly comment?: string;
}

/** An event with more to it than its data, told from data that happens to look like one. Made by `event`. */
export class EventMessage<T = unknown> implements ServerEvent<T> {
  readonly data?: T;
  readonly event?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
  constructor(fields: ServerEvent<T>) {
    Object.assign(this, fields);
  }
}

/**
 * A server-sent event with its id, type or reconnection time, for generators of `output: events(Item)` and `reply.events`.
 *
 * ```ts
 * yield event({ data: price, id: price.id, event: "price" });
 * ```
 */
export function event<T = never>(fields: ServerEvent<T>): EventMessage<T> {
  return new EventMessage(fields);
}

const LINE_END = /\r\n|\r|\n/;

/**
 * One event in the format of `text/event-stream`. Line breaks in data become lines of data, so no text can begin another
 * event or field. `data` stands for that of the event, where it was written already. Throws a `TypeError` for line breaks in `event`, and for line breaks and NUL in `id`, which the format cannot carry.
 */
export function encodeEvent(fields: ServerEvent, data: unknown = fields.data): string {
  const { event, id, retry, comment } = fields;
  let text = "";
  if (comment !== undefined) for (const line of comment.split(LINE_END)) text += `: ${line}\n`;
  if (event !== undefined) text += `event: ${oneLine(event, "event")}\n`;
  if (id !== undefined) text += `id: ${oneLine(id, "id")}\n`;
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || retry < 0)
      throw new TypeError(`retry of a server-sent event is whole milliseconds, not ${retry}`);
    text += `retry: ${retry}\n`;
  }
  if (data !== undefined) for (const line of textOf(data).split(LINE_END)) text += `data: ${line}\n`;
  return text === "" ? "" : `${text}\n`;
}

function textOf(data: unknown): string {
  const text: string | undefined = typeof data === "string" ? data : JSON.stringify(data);
  if (text === undefined)
    throw new TypeError(`data of a server-sent event: ${typeof data} has no form in JSON`);
  return text;
}

function oneLine(value: string, what: "event" | "id"): string {
  if (typeof value !== "string")
    throw new TypeError(`${what} of a server-sent event is text, not ${typeof value}`);
  if (/[\r\n]/.test(value) || (what === "id" && value.includes("\0")))
    throw new TypeError(`${what} of a server-sent event cannot hold a line break or NUL`);
  return value;
}
