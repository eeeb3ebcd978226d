import { checkHeartbeat } from "../http/event-stream.ts";
import type { EventMessage } from "../http/sse.ts";
import type { InputOf, OutputOf, Schema } from "../inputs/input.ts";
import type { Items } from "./json-lines.ts";
import type { OutputKind } from "./output.ts";

/** How a stream of server-sent events is kept open. */
export interface EventsOptions {
  /** Milliseconds without an event after which a comment keeps the connection open; `false` for never. Default 15,000. */
  readonly heartbeat?: number | false;
}

/** Tells the compiler what the events hold, and that they are events. */
export interface EventItems<T> {
  readonly events: readonly [T];
}

/** The runtime side of `events`. */
export interface EventsOutput extends OutputKind {
  readonly "~output": "events";
  readonly item: Schema;
  readonly heartbeat: number | false | undefined;
}

/**
 * Server-sent events as they come (WHATWG HTML §9.2). What the function yields is the data of an event, validated and
 * filtered by `item`; `event({ data, id, … })` says the other fields. Data is JSON, or the text itself where `item` is a
 * string. The generator is returned when the client goes away, and when the server stops.
 *
 * ```ts
 * endpoint({ output: events(Price), input: { since: lastEventId() } }, async function* ({ since }) {
 *   for await (const price of prices.after(since)) yield event({ data: price, id: price.id });
 * });
 * ```
 */
export function events<X extends Schema>(
  item: X,
  { heartbeat }: EventsOptions = {},
): OutputKind<Items<InputOf<X> | EventMessage<InputOf<X>>>, EventItems<OutputOf<X>>> {
  checkHeartbeat(heartbeat);
  const output: EventsOutput = { "~output": "events", item, heartbeat };
  return output as OutputKind as OutputKind<
    Items<InputOf<X> | EventMessage<InputOf<X>>>,
    EventItems<OutputOf<X>>
  >;
}
