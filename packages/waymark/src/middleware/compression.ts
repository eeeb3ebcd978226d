import type { HandlerContext, Middleware } from "../http/handlers.ts";
import { HttpError } from "../http/http-error.ts";
import { isPieces } from "../http/pump.ts";
import type { ResponseHead, ResponseHeaders } from "../http/response.ts";
import { makesMiddleware } from "../http/middleware-makers.ts";
import { kindOf } from "../routing/kind.ts";
import { chooseEncoding, type Choice } from "./compression/accept-encoding.ts";
import type { Codec, CompressionLevels, Encoding } from "./compression/codec.ts";
import { compressedPieces } from "./compression/compressed-pieces.ts";
import { isCompressible } from "./compression/compressible.ts";
import { webCodecs } from "./compression/web-codecs.ts";
import { zlibCodecs } from "./compression/zlib-codecs.ts";
import { middleware } from "./middleware.ts";
import { varyBy } from "./vary.ts";

/** What is compressed, how, and from which size on. */
export interface CompressionOptions {
  /**
   * Codings by preference; the client's own preference stands before it. Default `["br", "zstd", "gzip"]`. One that the
   * runtime does not have is left out: zstd needs Node 22.15.
   */
  readonly encodings?: readonly Encoding[];
  /** Bytes below which a body is sent as it is: headers and work would cost more than is saved. Default 1024. */
  readonly minimumSize?: number;
  /**
   * What to compress beside text, JSON, XML, JavaScript, WebAssembly and the like: media types as `["application/x-log"]`.
   * A function decides alone; it is given the type without parameters, in lower case.
   */
  readonly types?: readonly string[] | ((type: string) => boolean);
  readonly level?: CompressionLevels;
}

/**
 * Compresses replies with what the client accepts (RFC 9110 §8.4, §12.5.3): whole bodies away from the event loop, streams
 * piece by piece, each decodable when it arrives. Left as they are: bodies with a Content-Encoding, small ones, types that
 * do not shrink, event streams, `Cache-Control: no-transform`, parts (206) and replies without a body. A strong ETag
 * becomes weak, for the bytes are no longer those it was made of. A client that refuses every coding there is, and
 * `identity` too, is answered 406 before anything runs.
 *
 * A page that shows a secret beside text of an attacker's choice must not be compressed (BREACH): set
 * `Cache-Control: no-transform` there.
 *
 * ```ts
 * app.use(compression()); // before etag(), so that it lies outside of it
 * ```
 */
export function compression(options: CompressionOptions = {}): Middleware {
  const codecs = codecsFor(options);
  const names = [...codecs.keys()];
  const minimumSize = minimumSizeOf(options);
  const isWanted = wantedTypes(options.types);
  const choose = remembered((field) => chooseEncoding(field, names));

  return middleware({
    name: "compression",
    before({ request }) {
      const { encoding, isIdentityRefused } = choose(request.headers.get("accept-encoding"));
      if (encoding === undefined && isIdentityRefused)
        throw new HttpError(406, `The codings here are ${names.join(", ")} and identity.`, {
          headers: { vary: "Accept-Encoding" },
        });
    },
    after({ request, response }) {
      if (response.status === 304) return describeUnchanged(response, choose(acceptOf(request)));
      const type = typeOf(response.headers);
      if (!hasBody(response) || type === undefined || !isWanted(type) || isSettled(response.headers, type))
        return undefined;
      varyBy(response.headers, "Accept-Encoding");
      // A part is of the bytes as they are; the whole might have been compressed, and a cache has to know it.
      if (response.status === 206) return undefined;
      const { encoding, isIdentityRefused } = choose(acceptOf(request));
      if (encoding === undefined) return undefined;
      return apply(response, codecs.get(encoding)!, isIdentityRefused ? 0 : minimumSize);
    },
  });
}
makesMiddleware(compression, "compression()");

function acceptOf(request: HandlerContext["request"]): string | null {
  return request.headers.get("accept-encoding");
}

const NAMES: readonly Encoding[] = ["br", "zstd", "gzip"];

function codecsFor({ encodings = NAMES, level }: CompressionOptions): Map<Encoding, Codec> {
  for (const each of encodings)
    if (!NAMES.includes(each))
      throw new TypeError(`compression: '${String(each)}' is no coding it knows: ${NAMES.join(", ")}`);
  // Not imported: runtimes without it can still load this module.
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  const there = zlib === undefined ? webCodecs() : zlibCodecs(zlib, level);
  const chosen = new Map<Encoding, Codec>();
  for (const each of encodings) {
    const codec = there.get(each);
    if (codec !== undefined) chosen.set(each, codec);
  }
  if (chosen.size === 0)
    throw new TypeError(
      `compression: this runtime has none of ${encodings.join(", ")}${there.size === 0 ? "" : `; it has ${[...there.keys()].join(", ")}`}`,
    );
  return chosen;
}

function minimumSizeOf({ minimumSize = 1024 }: CompressionOptions): number {
  if (typeof minimumSize === "number" && minimumSize >= 0) return minimumSize;
  throw new TypeError(`compression: minimumSize is a number of bytes, not ${kindOf(minimumSize)}`);
}

function wantedTypes(types: CompressionOptions["types"]): (type: string) => boolean {
  if (typeof types === "function") return types;
  if (types === undefined) return isCompressible;
  const further = new Set(types.map((type) => type.toLowerCase()));
  return (type) => further.has(type) || isCompressible(type);
}

/** Clients send a handful of values between them; whoever invents more is read anew each time. */
const MOST_REMEMBERED = 100;

function remembered(
  choose: (field: string | undefined) => Choice<Encoding>,
): (field: string | null) => Choice<Encoding> {
  const choices = new Map<string | null, Choice<Encoding>>();
  return (field) => {
    let choice = choices.get(field);
    if (choice === undefined) {
      choice = choose(field ?? undefined);
      if (choices.size < MOST_REMEMBERED) choices.set(field, choice);
    }
    return choice;
  };
}

function hasBody({ status, payload }: ResponseHead): boolean {
  return payload !== null && status !== 204 && status !== 205;
}

function typeOf(headers: ResponseHeaders): string | undefined {
  return headers.get("content-type")?.split(";", 1)[0]!.trim().toLowerCase();
}

/** Encoded already, or not to be touched by anyone on the way. */
function isSettled(headers: ResponseHeaders, type: string): boolean {
  // Events are small and must leave at once; what repeats in them is not worth what a proxy makes of compressed streams.
  return (
    type === "text/event-stream" ||
    headers.has("content-encoding") ||
    /(?:^|[\s,])no-transform(?:$|[\s,])/i.test(headers.get("cache-control") ?? "")
  );
}

async function apply(response: ResponseHead, codec: Codec, minimumSize: number): Promise<void> {
  const { headers, payload } = response;
  if (isPieces(payload)) {
    if (codec.open === undefined || Number(headers.get("content-length") ?? Infinity) < minimumSize) return;
    response.payload = compressedPieces(payload, codec.open);
  } else {
    const content = bytesOf(payload as string | Uint8Array, minimumSize);
    if (content === undefined || content.length < minimumSize) return;
    const compressed = await codec.compress(content);
    if (compressed.length >= content.length && minimumSize > 0) return;
    response.payload = compressed;
  }
  headers.delete("content-length");
  // Ranges would be of the bytes before (RFC 9110 §14.2).
  headers.delete("accept-ranges");
  headers.set("content-encoding", codec.encoding);
  weaken(headers);
}

/** Undefined for a text that is short whatever its characters are: it need not be encoded to know that. */
function bytesOf(content: string | Uint8Array, minimumSize: number): Uint8Array | undefined {
  if (typeof content !== "string") return content;
  return content.length * 3 < minimumSize ? undefined : new TextEncoder().encode(content);
}

/** 304 speaks for a reply that would have been compressed, and says what that would have said (RFC 9110 §15.4.5). */
function describeUnchanged({ headers }: ResponseHead, { encoding }: Choice<Encoding>): void {
  varyBy(headers, "Accept-Encoding");
  if (encoding !== undefined) weaken(headers);
}

function weaken(headers: ResponseHeaders): void {
  const tag = headers.get("etag");
  if (tag?.startsWith('"')) headers.set("etag", `W/${tag}`);
}
