/** Content codings that `compression` knows. Not deflate: half of the field means raw deflate by it, half zlib. */
export type Encoding = "br" | "zstd" | "gzip";

/** How hard to try, by coding: br 0 to 11 (default 4), zstd 1 to 22 (3), gzip 0 to 9 (6). */
export type CompressionLevels = Readonly<Partial<Record<Encoding, number>>>;

/** One way of compressing. */
export interface Codec {
  readonly encoding: Encoding;
  /** All of it at once, away from the event loop. */
  compress(content: Uint8Array): Promise<Uint8Array>;
  /** Piece by piece; absent where the runtime cannot let out a piece before the next one. */
  readonly open?: () => PieceCompressor;
}

/** Compresses what comes in pieces, each so that the client can decode all of it without the next. */
export interface PieceCompressor {
  /** What to send for a piece. Call it again only when it has settled. */
  write(piece: string | Uint8Array): Promise<Uint8Array>;
  /** The rest. */
  end(): Promise<Uint8Array>;
  /** Frees what it holds; a call that is under way rejects. May be called more than once. */
  close(): void;
}
