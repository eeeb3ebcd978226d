import type * as NodeZlib from "node:zlib";
import type { Codec, CompressionLevels, Encoding } from "./codec.ts";
import { ZlibPieces, type ZlibStream } from "./zlib-pieces.ts";

type Zlib = typeof NodeZlib;

type Compress = (
  content: Uint8Array,
  options: object,
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

/** What Node has since 22.15, and the types of older versions do not know. */
interface Zstd {
  readonly zstdCompress?: Compress;
  readonly createZstdCompress?: (options: object) => ZlibStream;
  readonly constants: { readonly ZSTD_c_compressionLevel: number; readonly ZSTD_e_flush: number };
}

/**
 * A window of 512 KiB: the default of 4 MiB is memory that every open stream would hold, for text that repeats itself
 * within far less.
 */
const WINDOW_BITS = 19;

/** The codecs of `node:zlib`. They work in its thread pool. */
export function zlibCodecs(zlib: Zlib, levels: CompressionLevels = {}): Map<Encoding, Codec> {
  const { constants } = zlib;
  const brotli = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: levels.br ?? 4,
      [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
    },
  };
  const gzip = { level: levels.gzip ?? 6 };
  const codecs = new Map<Encoding, Codec>([
    [
      "br",
      {
        encoding: "br",
        compress: (content) => compressed(zlib.brotliCompress, content, brotli),
        open: () => new ZlibPieces(zlib.createBrotliCompress(brotli), constants.BROTLI_OPERATION_FLUSH),
      },
    ],
    [
      "gzip",
      {
        encoding: "gzip",
        compress: (content) => compressed(zlib.gzip, content, gzip),
        open: () => new ZlibPieces(zlib.createGzip(gzip), constants.Z_SYNC_FLUSH),
      },
    ],
  ]);
  const zstd = zstdCodec(zlib as unknown as Zstd, levels.zstd ?? 3);
  if (zstd !== undefined) codecs.set("zstd", zstd);
  return codecs;
}

function zstdCodec({ zstdCompress, createZstdCompress, constants }: Zstd, level: number): Codec | undefined {
  if (zstdCompress === undefined || createZstdCompress === undefined) return undefined;
  const options = { params: { [constants.ZSTD_c_compressionLevel]: level } };
  return {
    encoding: "zstd",
    compress: (content) => compressed(zstdCompress, content, options),
    open: () => new ZlibPieces(createZstdCompress(options), constants.ZSTD_e_flush),
  };
}

function compressed(compress: Compress, content: Uint8Array, options: object): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    compress(content, options, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
