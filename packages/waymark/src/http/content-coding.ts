import type * as zlibModule from "node:zlib";
import type { Exchange } from "./exchange.ts";
import { HttpError } from "./http-error.ts";

type Zlib = typeof zlibModule;
type Coding = "gzip" | "deflate" | "br";

/**
 * How the body is encoded; undefined: not at all. Throws `HttpError` 415 for a coding that is not known, for one on top of
 * another, and, unless `decompress`, for any. RFC 9110 §12.5.3: Accept-Encoding tells the client that it was the coding.
 */
export function codingOf(exchange: Exchange, decompress: boolean): Coding | undefined {
  const field = exchange.header("content-encoding");
  if (field === undefined || field === "") return undefined;
  const said = field.toLowerCase();
  if (said === "identity") return undefined;
  // RFC 9110 §8.4.1.3
  const coding = said === "x-gzip" ? "gzip" : said;
  const zlib = decompress ? library() : undefined;
  if (zlib !== undefined && (coding === "gzip" || coding === "deflate" || coding === "br")) return coding;
  throw new HttpError(
    415,
    zlib === undefined
      ? "Bodies with a content coding are not accepted."
      : "The body's content coding is not accepted; send one of gzip, deflate and br, or none.",
    { headers: { "accept-encoding": zlib === undefined ? "identity" : "gzip, deflate, br" } },
  );
}

/** Where a runtime has none, bodies with a coding are refused as if nobody had asked for more. */
function library(): Zlib | undefined {
  return globalThis.process?.getBuiltinModule?.("node:zlib");
}

/**
 * The decoded bytes. It stops as soon as there are more of them than `limit` (`HttpError` 413), so that a small body cannot
 * become a large one; bytes that are not in the coding, or end too early, are `HttpError` 400.
 */
export function decode(bytes: Uint8Array, coding: Coding, limit: number): Promise<Uint8Array> {
  const { gunzip, inflate, brotliDecompress } = library()!;
  return new Promise((resolve, reject) => {
    const options = { maxOutputLength: limit };
    const done = (error: Error | null, decoded: Uint8Array): void => {
      if (error === null) resolve(decoded);
      else reject(faultOf(error, coding));
    };
    if (coding === "gzip") gunzip(bytes, options, done);
    else if (coding === "deflate") inflate(bytes, options, done);
    else brotliDecompress(bytes, options, done);
  });
}

/** The same for pieces as they come, with back-pressure: `limit` counts what comes out. */
export async function* decodeStream(
  pieces: AsyncIterable<Uint8Array>,
  coding: Coding,
  limit: number,
): AsyncGenerator<Uint8Array> {
  const zlib = library()!;
  const { pipeline } = globalThis.process.getBuiltinModule("node:stream");
  const make = {
    gzip: zlib.createGunzip,
    deflate: zlib.createInflate,
    br: zlib.createBrotliDecompress,
  }[coding];
  const decoder = make();
  // An error of the source is the decoder's too, and comes out where it is read.
  pipeline(pieces, decoder, () => {});
  let length = 0;
  try {
    for await (const piece of decoder as AsyncIterable<Uint8Array>) {
      length += piece.byteLength;
      if (length > limit) throw tooLarge();
      yield piece;
    }
  } catch (error) {
    throw error instanceof Error ? faultOf(error, coding) : error;
  } finally {
    decoder.destroy();
  }
}

function tooLarge(): HttpError {
  return new HttpError(413, "The decoded body is larger than is accepted here.");
}

/** What the decoder says of the bytes carries the number of zlib's error; everything else is somebody else's. */
function faultOf(error: Error & { code?: string; errno?: number }, coding: Coding): Error {
  if (error.code === "ERR_BUFFER_TOO_LARGE") return tooLarge();
  return typeof error.errno === "number" && /^(?:Z_|ERR_)/.test(error.code ?? "")
    ? new HttpError(400, `The body is not valid ${coding}.`)
    : error;
}
