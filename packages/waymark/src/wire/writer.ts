import { checkField } from "../http/field.ts";
import { isFraming } from "../http/framing.ts";
import { statusPhrase } from "../http/status.ts";

/** In the place of a body's length: its end is marked by chunks, or it has no length at all. */
export const CHUNKED = -1;
export const UNSIZED = -2;

/** Heads kept for one second; content types may come from users, so there is an end to it. */
const MOST_CACHED = 256;

/** What an application's own fields say about framing, and the lines that are left. */
export interface OwnFields {
  readonly lines: string;
  /** `Connection: close` was asked for. */
  readonly closes: boolean;
  /** The Content-Length that was set; -1 without one. */
  readonly length: number;
  readonly hasDate: boolean;
}

/** RFC 9110 §15.5.22: the one status whose reply has to say what to upgrade to. */
const UPGRADE_REQUIRED = 426;

/** Reads the fields an application has set: name, value, name, value, … with lower-case names. */
export function ownFields(fields: readonly string[], status = 200): OwnFields {
  let lines = "";
  let closes = false;
  let length = -1;
  let hasDate = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    if (name === "content-length") length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
    else if (name === "connection") closes ||= /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value);
    else if (!isFraming(name)) {
      lines += `${name}: ${value}\r\n`;
      if (name === "date") hasDate = true;
    } else if (name === "upgrade" && status === UPGRADE_REQUIRED)
      lines += `upgrade: ${value}\r\nConnection: upgrade\r\n`;
  }
  return { lines, closes, length, hasDate };
}

/**
 * Writes the heads of replies. All that is the same for many replies (status line, content type, date, connection) is
 * made once and kept until the date changes.
 */
export class HeadWriter {
  readonly #persistent: string;
  #date = "";
  #kept = new Map<string | null, string>();
  #keptStatus = 0;
  readonly #byStatus = new Map<number, Map<string | null, string>>();
  #size = 0;

  /** @param keepAlive seconds an idle connection stays open, told to the client; 0 tells nothing. */
  constructor(keepAlive: number) {
    this.#persistent =
      keepAlive > 0
        ? `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAlive}\r\n`
        : "Connection: keep-alive\r\n";
    this.refresh();
  }

  /** Reads the clock again. */
  refresh(): void {
    const date = `Date: ${new Date().toUTCString()}\r\n`;
    if (date === this.#date) return;
    this.#date = date;
    this.#byStatus.clear();
    this.#keptStatus = 0;
    this.#size = 0;
  }

  /** The head of a reply without fields of its own, on a connection that stays open. */
  plain(status: number, contentType: string | null, length: number): string {
    if (status !== this.#keptStatus) this.#select(status);
    const start = this.#kept.get(contentType) ?? this.#keep(status, contentType);
    return `${start}Content-Length: ${length}\r\n\r\n`;
  }

  /** Any other head. */
  head(
    status: number,
    contentType: string | null,
    length: number,
    own: OwnFields | undefined,
    closes: boolean,
  ): string {
    return (
      statusLine(status) +
      contentTypeLine(contentType) +
      (own?.hasDate ? "" : this.#date) +
      (closes ? "Connection: close\r\n" : this.#persistent) +
      (own?.lines ?? "") +
      lengthLine(length) +
      "\r\n"
    );
  }

  /** The head of a reply whose lines are ready, a Date among them. */
  ready(status: number, lines: string, length: number, own: OwnFields | undefined, closes: boolean): string {
    return (
      statusLine(status) +
      (closes ? "Connection: close\r\n" : this.#persistent) +
      lines +
      (own?.lines ?? "") +
      lengthLine(length) +
      "\r\n"
    );
  }

  #select(status: number): void {
    let heads = this.#byStatus.get(status);
    if (heads === undefined) this.#byStatus.set(status, (heads = new Map()));
    this.#kept = heads;
    this.#keptStatus = status;
  }

  #keep(status: number, contentType: string | null): string {
    const start = statusLine(status) + contentTypeLine(contentType) + this.#date + this.#persistent;
    if (this.#size < MOST_CACHED) {
      this.#size++;
      this.#kept.set(contentType, start);
    }
    return start;
  }
}

export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${statusPhrase(status)}\r\n`;
}

/** Checked here since a content type is set as a plain property, past the guard of `setField`. */
function contentTypeLine(contentType: string | null): string {
  if (contentType === null) return "";
  checkField("content-type", contentType);
  return `Content-Type: ${contentType}\r\n`;
}

function lengthLine(length: number): string {
  if (length === CHUNKED) return "Transfer-Encoding: chunked\r\n";
  return length === UNSIZED ? "" : `Content-Length: ${length}\r\n`;
}
