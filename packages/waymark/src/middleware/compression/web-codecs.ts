import type { Codec, Encoding } from "./codec.ts";

/**
 * The codec of the web's own `CompressionStream`, for runtimes without `node:zlib`: gzip, of whole bodies. It has no
 * flush, so pieces of a stream would stay in it until the stream ends.
 */
export function webCodecs(): Map<Encoding, Codec> {
  if (typeof CompressionStream === "undefined") return new Map();
  return new Map([["gzip", { encoding: "gzip", compress }]]);
}

async function compress(content: Uint8Array): Promise<Uint8Array> {
  const compressed = new Blob([content as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new CompressionStream("gzip")) as ReadableStream<Uint8Array>;
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}
