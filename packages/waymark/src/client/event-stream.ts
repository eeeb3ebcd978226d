import type { Schema } from "../inputs/input.ts";
import { bodyText } from "./body-text.ts";
import { ClientError } from "./client-error.ts";
import { pause, type Deadline } from "./deadline.ts";
import { EventDecoder, type RawEvent } from "./event-decoder.ts";
import type { WrittenRequest } from "./write-request.ts";

/** Asks for the stream again, after an event; undefined: the server says that there is no more (204). */
export interface Reopen {
  /** How often in a row. */
  readonly attempts: number;
  readonly ask: (lastEventId: string) => Promise<Response | undefined>;
}

/** One server-sent event with all its fields. */
export interface ReceivedEvent<T> {
  readonly data: T;
  /** "message" where the server said nothing else. */
  readonly event: string;
  /** Id of the last event that had one; "" without. */
  readonly id: string;
}

/** Milliseconds before coming back, where the server asks for nothing else. */
const RETRY = 1000;
const LONGEST_RETRY = 30_000;

/**
 * Server-sent events as they come. Iterating gives the data of each; `messages()` the events with their ids and types.
 * Leaving the loop closes the connection.
 */
export class EventStream<T> implements AsyncIterable<T> {
  /** Id of the last event that came; "" without. */
  lastEventId = "";
  readonly #parse: (text: string) => T;
  readonly #request: WrittenRequest;
  readonly #deadline: Deadline;
  readonly #reopen: Reopen | undefined;
  #response: Response | undefined;

  /** @internal */
  constructor(
    response: Response,
    item: Schema,
    request: WrittenRequest,
    deadline: Deadline,
    reopen: Reopen | undefined,
  ) {
    this.#response = response;
    this.#request = request;
    this.#deadline = deadline;
    this.#reopen = reopen;
    this.#parse = isText(item) ? (text) => text as T : (text) => this.#json(text, response) as T;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const { data } of this.messages()) yield data;
  }

  /** The events with their ids and types. */
  async *messages(): AsyncGenerator<ReceivedEvent<T>, void> {
    let retry = RETRY;
    let failed = 0;
    let response = this.#response;
    this.#response = undefined;
    if (response === undefined) throw new TypeError("an event stream can be read once");
    try {
      for (;;) {
        const decoder = new EventDecoder(this.lastEventId);
        try {
          for await (const event of eventsOf(response, decoder, this.#request, this.#deadline)) {
            failed = 0;
            this.lastEventId = decoder.lastEventId;
            yield { ...event, data: this.#parse(event.data) };
          }
          if (this.#reopen === undefined) return;
        } catch (error) {
          if (this.#reopen === undefined || !isNetwork(error)) throw error;
        }
        this.lastEventId = decoder.lastEventId;
        retry = decoder.retry ?? retry;
        for (response = undefined; response === undefined;) {
          if (failed >= this.#reopen.attempts)
            throw new ClientError("network", this.#request, `broke off, ${failed + 1} times in a row`);
          await pause(Math.min(retry * 2 ** failed++, Math.max(retry, LONGEST_RETRY)), this.#deadline.signal);
          try {
            response = await this.#reopen.ask(this.lastEventId);
            if (response === undefined) return;
          } catch (error) {
            if (!isNetwork(error)) throw error;
          }
        }
      }
    } finally {
      this.#deadline.release();
    }
  }

  #json(text: string, response: Response): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ClientError("reply", this.#request, "sent an event that is not JSON", { response, cause });
    }
  }
}

function isNetwork(error: unknown): boolean {
  return error instanceof ClientError && error.kind === "network";
}

async function* eventsOf(
  response: Response,
  decoder: EventDecoder,
  request: WrittenRequest,
  deadline: Deadline,
): AsyncGenerator<RawEvent, void> {
  for await (const piece of bodyText(response, request, deadline)) yield* decoder.take(piece);
}

/** As the server decides it: items that are nothing but text are sent as they are (see outputs/is-text-item.ts). */
function isText(item: Schema): boolean {
  const { jsonSchema } = item["~standard"] as {
    jsonSchema?: { output: (options: { target: string }) => { type?: unknown } };
  };
  try {
    return jsonSchema?.output({ target: "draft-2020-12" }).type === "string";
  } catch {
    return false;
  }
}
