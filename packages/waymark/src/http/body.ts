import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { parseJson } from "./json.ts";
import type { Limits } from "./limits.ts";
import { isJson } from "./media-type.ts";

/** How a body of one kind of media type becomes a value. */
export interface BodyFormat {
  /** As the document and error messages name it. */
  readonly mediaType: string;
  /** Whether a request's Content-Type is this format. */
  readonly accepts: (contentType: string) => boolean;
  /** The value of the bytes. Throws `HttpError` 400 where they are malformed. */
  readonly parse: (bytes: Uint8Array, limits: Limits) => unknown;
}

export const JSON_FORMAT: BodyFormat = {
  mediaType: "application/json",
  accepts: isJson,
  parse: (bytes, limits) => parseJson(bytes, limits.jsonDepth),
};

/**
 * The body as a value, read in the format that its Content-Type names; without a promise when the bytes are there
 * already. Throws or rejects with `HttpError`: 415 for another media type or a content coding, before anything is read;
 * 413 above the limit; 400 for a malformed or empty body.
 */
export function readBody(exchange: Exchange, formats: readonly BodyFormat[], limits: Limits): unknown {
  const format = chooseFormat(exchange, formats);
  const bytes = exchange.bytes(limits.body);
  return bytes instanceof Promise
    ? bytes.then((read) => format.parse(read, limits))
    : format.parse(bytes, limits);
}

/** `readBody` of JSON alone. */
export function readJson(exchange: Exchange, limits: Limits): unknown {
  return readBody(exchange, JSON_ONLY, limits);
}
const JSON_ONLY: readonly BodyFormat[] = [JSON_FORMAT];

function chooseFormat(exchange: Exchange, formats: readonly BodyFormat[]): BodyFormat {
  const coding = exchange.header("content-encoding");
  if (coding !== undefined && coding !== "" && coding.toLowerCase() !== "identity")
    // RFC 9110 §12.5.3: the field tells the client that it was the coding.
    throw new HttpError(415, "Bodies with a content coding are not accepted.", {
      headers: { "accept-encoding": "identity" },
    });
  const contentType = exchange.header("content-type");
  if (contentType !== undefined) for (const format of formats) if (format.accepts(contentType)) return format;
  const wanted = formats.map((format) => format.mediaType).join(" or ");
  throw new HttpError(
    415,
    `${contentType === undefined ? "The body has no Content-Type" : "The body's Content-Type is not accepted"}; send ${wanted}.`,
  );
}
