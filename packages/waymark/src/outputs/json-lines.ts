import { checkField } from "../http/field.ts";
import type { InputOf, OutputOf, Schema } from "../inputs/input.ts";
import type { OutputKind } from "./output.ts";

/** What JSON lines are sent as. */
export interface JsonLinesOptions {
  /** Default "application/jsonl". */
  readonly contentType?: string;
}

/** Tells the compiler what the lines hold, and that they are lines. */
export interface LineItems<T> {
  readonly lines: readonly [T];
}

/** The runtime side of `jsonLines`. */
export interface JsonLinesOutput extends OutputKind {
  readonly "~output": "jsonLines";
  readonly item: Schema;
  readonly contentType: string;
}

/** What a function gives for a stream of items: most often an async generator. */
export type Items<T> = AsyncIterable<T>;

/**
 * Values as they come, one JSON text a line (https://jsonlines.org). Each is validated and filtered by `item`; one that is
 * refused cuts the stream and is logged. The function is an async generator, or returns an async iterable.
 *
 * ```ts
 * endpoint({ output: jsonLines(Reading) }, async function* () {
 *   for await (const row of database.stream(sql)) yield row;
 * });
 * ```
 */
export function jsonLines<X extends Schema>(
  item: X,
  { contentType = "application/jsonl" }: JsonLinesOptions = {},
): OutputKind<Items<InputOf<X>>, LineItems<OutputOf<X>>> {
  checkField("content-type", contentType);
  const output: JsonLinesOutput = { "~output": "jsonLines", item, contentType };
  return output as OutputKind as OutputKind<Items<InputOf<X>>, LineItems<OutputOf<X>>>;
}
