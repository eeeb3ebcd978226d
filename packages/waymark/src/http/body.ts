import { codingOf, decode, decodeStream } from "./content-coding.ts";
import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { parseJson } from "./json.ts";
import type { Limits } from "./limits.ts";
import { isJson } from "./media-type.ts";
import { textOf } from "./raw-body.ts";

/** How a body of one kind of media type becomes a value. */
export interface BodyFormat {
  /** As the document and error messages name it. */
  readonly mediaType: string;
  /** Whether a request's Content-Type is this format. */
  readonly accepts: (contentType: string | undefined) => boolean;
  /** The value of the bytes, or a promise of it. Throws `HttpError` 400 where they are malformed. */
  readonly parse: (bytes: Uint8Array, limits: Limits, exchange: Exchange) => unknown;
}

export const JSON_FORMAT: BodyFormat = {
  mediaType: "application/json",
  accepts: (contentType) => contentType !== undefined && isJson(contentType),
  parse: (bytes, limits) => parseJson(bytes, limits.jsonDepth),
};

/**
 * The body as a value, read in the format that its Content-Type names; without a promise when the bytes are there already
 * and the format needs none. Throws or rejects with `HttpError`: 415 for another media type, and for a content coding
 * unless `decompress`, before anything is read; 413 above the limit; 400 for a malformed or empty body.
 */
export function readBody(
  exchange: Exchange,
  formats: readonly BodyFormat[],
  limits: Limits,
  decompress = false,
): unknown {
  const coding = codingOf(exchange, decompress);
  const format = chooseFormat(exchange, formats);
  const limit = exchange.bodyLimit || limits.body;
  const bytes = exchange.bytes(limit);
  if (coding === undefined && !(bytes instanceof Promise)) return format.parse(bytes, limits, exchange);
  return decoded(bytes, coding, limit).then((read) => format.parse(read, limits, exchange));
}

/** `readBody` of JSON alone. */
export function readJson(exchange: Exchange, limits: Limits): unknown {
  return readBody(exchange, JSON_ONLY, limits);
}
const JSON_ONLY: readonly BodyFormat[] = [JSON_FORMAT];

/** What a body is before anybody parses it. */
export type RawKind = "text" | "bytes" | "stream";

/**
 * The body as it is: without one, empty. A stream reads nothing before it is iterated. The same errors as `readBody`; text
 * of another charset than UTF-8 is 415, bytes that are not UTF-8 are 400.
 */
export function readRaw(
  exchange: Exchange,
  kind: RawKind,
  formats: readonly Pick<BodyFormat, "mediaType" | "accepts">[],
  limits: Limits,
  decompress: boolean,
): unknown {
  if (!exchange.hasBody) return kind === "text" ? "" : kind === "bytes" ? new Uint8Array() : NO_PIECES;
  const coding = codingOf(exchange, decompress);
  chooseFormat(exchange, formats);
  const limit = exchange.bodyLimit || limits.body;
  if (kind === "stream")
    return {
      [Symbol.asyncIterator]() {
        const pieces = exchange.stream(limit);
        return (coding === undefined ? pieces : decodeStream(pieces, coding, limit))[Symbol.asyncIterator]();
      },
    } satisfies AsyncIterable<Uint8Array>;
  const contentType = exchange.header("content-type") ?? "";
  if (kind === "text") textOf(NOTHING, contentType); // a charset is refused before anything is read
  const finish = (bytes: Uint8Array): unknown => (kind === "text" ? textOf(bytes, contentType) : bytes);
  const bytes = exchange.bytes(limit);
  if (coding === undefined && !(bytes instanceof Promise)) return finish(bytes);
  return decoded(bytes, coding, limit).then(finish);
}

const NOTHING = new Uint8Array();
const NO_PIECES: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

async function decoded(
  bytes: Uint8Array | Promise<Uint8Array>,
  coding: ReturnType<typeof codingOf>,
  limit: number,
): Promise<Uint8Array> {
  const read = await bytes;
  return coding === undefined ? read : decode(read, coding, limit);
}

function chooseFormat<F extends Pick<BodyFormat, "mediaType" | "accepts">>(
  exchange: Exchange,
  formats: readonly F[],
): F {
  const contentType = exchange.header("content-type");
  for (const format of formats) if (format.accepts(contentType)) return format;
  const wanted = formats.map((format) => format.mediaType).join(" or ");
  throw new HttpError(
    415,
    `${contentType === undefined ? "The body has no Content-Type" : "The body's Content-Type is not accepted"}; send ${wanted}.`,
  );
}
