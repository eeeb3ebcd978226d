/** What a browser dispatches for one event. */
export interface Dispatched {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** The stream of server-sent events as WHATWG HTML §9.2.6 reads it. */
export class EventDecoder {
  readonly dispatched: Dispatched[] = [];
  retry: number | undefined;
  lastEventId = "";
  #data = "";
  #type = "";
  #id = "";
  #rest = "";
  #isFirst = true;

  /** Takes a piece of the stream, wherever it was cut. */
  add(piece: string): this {
    let text = this.#rest + piece;
    if (this.#isFirst && text !== "") {
      this.#isFirst = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    // A CR at the end may be half of a CRLF.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop()!;
    for (const line of lines) this.#line(line);
    return this;
  }

  #line(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#type = value;
    else if (name === "data") this.#data += `${value}\n`;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(): void {
    this.lastEventId = this.#id;
    if (this.#data !== "")
      this.dispatched.push({
        type: this.#type === "" ? "message" : this.#type,
        data: this.#data.replace(/\n$/, ""),
        lastEventId: this.lastEventId,
      });
    this.#data = this.#type = "";
  }
}
