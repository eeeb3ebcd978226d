import { checkField } from "../http/field.ts";
import type { OutputKind } from "./output.ts";

/** What the document says of a reply that is not JSON. */
export interface ContentOptions {
  /** For the document: what such a body looks like. */
  readonly example?: string;
}

/** The runtime side of `content`. */
export interface ContentOutput extends OutputKind {
  readonly "~output": "content";
  /** As it is sent. */
  readonly contentType: string;
  /** Made by `reply.file` alone, which answers ranges and conditions too. */
  readonly isFile: boolean;
  readonly options: ContentOptions;
}

type Binary =
  | `${"image" | "audio" | "video" | "font"}/${string}`
  | `application/${"octet-stream" | "pdf" | "zip" | "gzip"}`;

/** What a function may give for a media type: bytes, and text where that is what the type is made of. */
export type BodyOf<T extends string> = T extends "image/svg+xml"
  ? string | Uint8Array | AsyncIterable<string | Uint8Array>
  : T extends Binary
    ? Uint8Array | AsyncIterable<Uint8Array>
    : string | Uint8Array | AsyncIterable<string | Uint8Array>;

export interface ContentFactory {
  /**
   * A reply that is not JSON: text, bytes, or pieces that are sent as they come, under this media type. Text types get
   * `charset=utf-8` unless they name another. Throws a `TypeError` for a type that HTTP cannot carry.
   *
   * ```ts
   * endpoint({ output: content("text/html") }, () => "<h1>Hello</h1>");
   * endpoint({ output: { 200: Report, 202: content("application/pdf") } }, …);
   * ```
   */
  <const T extends string>(type: T, options?: ContentOptions): OutputKind<BodyOf<T>>;
  /**
   * A file on disk: the function returns `reply.file(path)`, and the document says of ranges and conditional requests what
   * that answers (206, 304, 412, 416). A type with a "*" leaves it to the end of the file's name.
   */
  file(type?: string): OutputKind<never>;
}

export const content: ContentFactory = Object.assign(
  <const T extends string>(type: T, options: ContentOptions = {}): OutputKind<BodyOf<T>> =>
    make(type, false, options) as OutputKind as OutputKind<BodyOf<T>>,
  {
    file: (type = "application/octet-stream"): OutputKind<never> =>
      make(type, true, {}) as OutputKind as OutputKind<never>,
  },
);

const TYPE = /^[!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+(?:[ \t]*;.*)?$/;

function make(type: string, isFile: boolean, options: ContentOptions): ContentOutput {
  if (typeof type !== "string" || !TYPE.test(type))
    throw new TypeError(`content takes a media type such as "text/html", not ${JSON.stringify(type)}`);
  checkField("content-type", type);
  const isBareText = !isFile && /^text\//i.test(type) && !/;[ \t]*charset=/i.test(type);
  return { "~output": "content", contentType: isBareText ? `${type}; charset=utf-8` : type, isFile, options };
}
