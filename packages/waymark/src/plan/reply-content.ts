import { EventStream } from "../http/event-stream.ts";
import { ItemStream } from "../http/item-stream.ts";
import { iterate } from "../http/iterate.ts";
import { EVENT_HEADERS, type ReplyContent, type ReplyHeaders } from "../http/reply.ts";
import type { Schema } from "../inputs/input.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import { isOutputKind } from "../routing/declared-replies.ts";
import { isPromise } from "./is-promise.ts";
import { eventEncoder, lineEncoder } from "./item-encoder.ts";
import { declaredText, OutputError } from "./result.ts";
import type { Run } from "./run.ts";

/** A value as one declared reply holds it. Throws or rejects with an `OutputError` for what does not fit. */
type ToContent = (run: Run, value: unknown) => ReplyContent | Promise<ReplyContent>;

/** How one declared reply is written. */
export interface DeclaredContent {
  readonly toContent: ToContent;
  readonly headers: ReplyHeaders | undefined;
  /** The type of a file whose reply does not say another. */
  readonly fileType: string | undefined;
}

/** Throws a `SchemaError` where a schema cannot do what its place asks of it. */
export function compileContent(output: Schema | AnyOutputKind, trusted: boolean): DeclaredContent {
  const toContent = isOutputKind(output) ? compileKind(output, trusted) : compileJson(output, trusted);
  const kind = isOutputKind(output) ? output["~output"] : undefined;
  return {
    toContent,
    headers: kind === "events" ? EVENT_HEADERS : undefined,
    fileType:
      isOutputKind(output) && output["~output"] === "content" && !output.contentType.includes("*")
        ? output.contentType
        : undefined,
  };
}

function compileJson(schema: Schema, trusted: boolean): ToContent {
  const toText = declaredText(schema, trusted);
  return (run, value) => {
    const contentOf = (text: string | undefined): ReplyContent =>
      text === undefined
        ? EMPTY
        : { kind: "payload", contentType: run.exchange.contentType ?? "application/json", payload: text };
    const text = toText(value);
    return isPromise(text) ? text.then(contentOf) : contentOf(text);
  };
}

const EMPTY: ReplyContent = { kind: "payload", contentType: null, payload: null };

function compileKind(output: AnyOutputKind, trusted: boolean): ToContent {
  switch (output["~output"]) {
    case "empty":
      return (_, value) => {
        if (value === undefined) return EMPTY;
        throw new OutputError("the result is something, and output says that it is empty");
      };
    case "content":
      return (_, value) => ({
        kind: "payload",
        contentType: output.contentType,
        payload: output.isFile ? refuseFile() : payloadOf(value, output.contentType),
      });
    case "jsonLines": {
      const encode = lineEncoder(output.item, trusted);
      return (run, value) =>
        begun(run, output.contentType, new ItemStream(sourceOf(value, "jsonLines"), encode));
    }
    case "events": {
      const encode = eventEncoder(output.item, trusted);
      return (run, value) =>
        begun(run, "text/event-stream", new EventStream(sourceOf(value, "events"), encode, output.heartbeat));
    }
  }
}

function refuseFile(): never {
  throw new OutputError("output says that this is a file: return reply.file(path)");
}

function payloadOf(value: unknown, type: string): string | Uint8Array | AsyncIterable<Uint8Array | string> {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  if (isSource(value))
    return value instanceof ReadableStream ? iterate(value) : (value as AsyncIterable<string>);
  throw new OutputError(
    `output says ${type}: return text, bytes (a Uint8Array) or an async iterable of them`,
  );
}

function sourceOf(value: unknown, kind: string): AsyncIterable<unknown> {
  if (isSource(value)) return value as AsyncIterable<unknown>;
  throw new OutputError(
    `output says ${kind}: return an async iterable, such as what an async generator function returns`,
  );
}

function isSource(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || value instanceof ReadableStream)
  );
}

/** A generator that throws before its first item is answered like a function that throws: nothing has been sent yet. */
async function begun<T>(
  { exchange }: Run,
  contentType: string,
  stream: ItemStream<T> | EventStream<T>,
): Promise<ReplyContent> {
  if (exchange.method !== "HEAD") await stream.begin(exchange.signal);
  return { kind: "payload", contentType, payload: stream };
}
