import { EventDecoder } from "../client/event-decoder.ts";
import type { OutputOf, Schema } from "../inputs/input.ts";
import { isTextItem } from "../outputs/is-text-item.ts";
import { validate } from "../schema/validate.ts";
import type { TestRequest } from "./options.ts";
import { within } from "./within.ts";

/** An event as it came (WHATWG HTML §9.2.6). */
export interface TestEvent<T = string> {
  /** Of the last event that had one; "" without. */
  readonly id: string;
  /** "message" where the application said nothing else. */
  readonly event: string;
  readonly data: T;
}

/** How a stream of events is asked for, and read. */
export interface EventsOptions<S extends Schema = never> extends Omit<TestRequest, "throwErrors"> {
  /** Sent as `Last-Event-ID`: the stream goes on after it. */
  readonly lastEventId?: string;
  /** The data of every event is read as JSON and judged by it. Without it the data is text. */
  readonly data?: S;
  /** Milliseconds that an event is waited for. 0: for ever. */
  readonly timeout?: number;
}

type DataOf<S> = [S] extends [never] ? string : OutputOf<S>;

/** Server-sent events as they come. Leaving the loop, or `close`, ends the stream as a client that leaves does. */
export class EventReader<S extends Schema = never>
  implements AsyncIterable<TestEvent<DataOf<S>>>, AsyncDisposable
{
  readonly #ask: () => Promise<Response>;
  readonly #gone: AbortController;
  readonly #schema: S | undefined;
  readonly #timeout: number;
  #events: AsyncGenerator<TestEvent, void> | undefined;
  #opened: Promise<Response> | undefined;

  /** @internal */
  constructor(ask: () => Promise<Response>, gone: AbortController, schema: S | undefined, timeout: number) {
    this.#ask = ask;
    this.#gone = gone;
    this.#schema = schema;
    this.#timeout = timeout;
  }

  /** The reply that carries the events; its body is read here. Rejects where it is no event stream. */
  get response(): Promise<Response> {
    return (this.#opened ??= this.#open());
  }

  /**
   * The next event; undefined when the stream is over. Rejects where none comes in time, with what the stream threw, and
   * where the data is not what `data` says.
   */
  async next(): Promise<TestEvent<DataOf<S>> | undefined> {
    const response = await this.response;
    this.#events ??= eventsOf(response);
    const { value } = await within(this.#timeout, "no event came", this.#events.next());
    return value === undefined ? undefined : { ...value, data: await this.#read(value.data) };
  }

  /** The next events, as many of them; fewer where the stream ends before. */
  async take(count: number): Promise<TestEvent<DataOf<S>>[]> {
    const taken: TestEvent<DataOf<S>>[] = [];
    while (taken.length < count) {
      const next = await this.next();
      if (next === undefined) break;
      taken.push(next);
    }
    return taken;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TestEvent<DataOf<S>>, void> {
    try {
      for (let event = await this.next(); event !== undefined; event = await this.next()) yield event;
    } finally {
      this.close();
    }
  }

  /** The client leaves. */
  close(): void {
    this.#gone.abort(new DOMException("The client left the stream", "AbortError"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #open(): Promise<Response> {
    const response = await this.#ask();
    const type = response.headers.get("content-type") ?? "no content type";
    if (response.status === 200 && /^text\/event-stream\b/i.test(type)) return response;
    const text = (await response.text()).slice(0, 500);
    throw new Error(`no event stream, but ${response.status} with ${type}${text === "" ? "" : `: ${text}`}`);
  }

  async #read(text: string): Promise<DataOf<S>> {
    const schema = this.#schema;
    if (schema === undefined) return text as DataOf<S>;
    const verdict = await validate<unknown>(
      schema,
      isTextItem(schema) ? text : (JSON.parse(text) as unknown),
    );
    if (verdict.issues === undefined) return verdict.value as DataOf<S>;
    const said = verdict.issues.map(({ path, message }) => [...path, message].join(": ")).join("; ");
    throw new Error(`an event is not what 'data' says: ${said}; it is ${text}`);
  }
}

async function* eventsOf(response: Response): AsyncGenerator<TestEvent, void> {
  if (response.body === null) return;
  const decoder = new EventDecoder("");
  const text = new TextDecoder();
  // The mark at the beginning is the decoder's to take away.
  for await (const piece of response.body as AsyncIterable<Uint8Array>)
    yield* decoder.take(text.decode(piece, { stream: true }));
}
