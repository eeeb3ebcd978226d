/** One event of a stream, its data as it was sent. */
export interface RawEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads `text/event-stream` in pieces, wherever they are cut (WHATWG HTML §9.2.6). */
export class EventDecoder {
  /** Milliseconds that the server asked for. */
  retry: number | undefined;
  /** Of the last event that was complete, or of what came before this connection. */
  lastEventId: string;
  #id: string;
  #data: string[] = [];
  #event = "";
  #rest = "";
  #isFirst = true;

  constructor(lastEventId: string) {
    this.lastEventId = this.#id = lastEventId;
  }

  /** The events that a piece completes. */
  *take(piece: string): Generator<RawEvent, void> {
    let text = this.#rest + piece;
    if (this.#isFirst && text !== "") {
      this.#isFirst = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    // A CR at the end may be half of a CRLF.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop()!;
    for (const line of lines) {
      if (line !== "") this.#line(line);
      else {
        const done = this.#dispatch();
        if (done !== undefined) yield done;
      }
    }
  }

  #line(line: string): void {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(): RawEvent | undefined {
    this.lastEventId = this.#id;
    const [event, data] = [this.#event, this.#data];
    this.#event = "";
    this.#data = [];
    if (data.length === 0) return undefined;
    return { event: event === "" ? "message" : event, data: data.join("\n"), id: this.#id };
  }
}
