import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";
import { decodeText } from "./json.ts";
import { isUtf8 } from "./media-type.ts";

/** A body as it was sent, for a parser of the application. */
export class RawBody {
  readonly bytes: Uint8Array;
  /** The request's Content-Type, parameters included; "" where there is none. */
  readonly contentType: string;
  readonly #exchange: Exchange;

  constructor(bytes: Uint8Array, exchange: Exchange) {
    this.bytes = bytes;
    this.contentType = exchange.header("content-type") ?? "";
    this.#exchange = exchange;
  }

  /** The bytes as UTF-8 text. Throws `HttpError` 415 where the Content-Type names another charset, 400 where they are not UTF-8. */
  get text(): string {
    return textOf(this.bytes, this.contentType);
  }
  /** Aborts when the client goes away. */
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }
}

/** Makes a value of a body. What it throws is answered with 400, an `HttpError` with its own status. */
export type BodyParser = (raw: RawBody) => unknown;

export function textOf(bytes: Uint8Array, contentType: string): string {
  if (!isUtf8(contentType)) throw new HttpError(415, "The body's charset is not accepted; send UTF-8.");
  const text = decodeText(bytes);
  if (text === undefined) throw new HttpError(400, "The body is not UTF-8 text.");
  return text;
}

/** Asks the application's parser. Synchronous where it is. */
export function parseWith(parse: BodyParser, bytes: Uint8Array, exchange: Exchange): unknown {
  let parsed: unknown;
  try {
    parsed = parse(new RawBody(bytes, exchange));
  } catch (error) {
    throw malformed(error);
  }
  if (!(parsed instanceof Promise)) return parsed;
  return parsed.catch((error: unknown) => {
    throw malformed(error);
  });
}

/** The parser's own words may quote the body, so they are for the log alone. */
function malformed(error: unknown): unknown {
  return error instanceof HttpError ? error : new HttpError(400, "The body is malformed.", { cause: error });
}
