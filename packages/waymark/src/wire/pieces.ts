import { byteString, type Outbox } from "./outbox.ts";

/** Ends a chunked body: the last chunk, and no trailers (RFC 9112 §7.1). */
export const LAST_CHUNK = "0\r\n\r\n";

/**
 * Writes the pieces of one body to a connection, as chunks or as they are. Pieces of one tick leave in one write.
 * A promise says that the next piece has to wait.
 */
export function pieceWriter(
  outbox: Outbox,
  chunked: boolean,
): (piece: Uint8Array | string) => void | Promise<void> {
  return (piece) => {
    // An empty chunk would end the body.
    if (piece.length === 0) return undefined;
    const bytes = typeof piece === "string" ? byteString(piece) : piece;
    const size = chunked ? `${bytes.length.toString(16)}\r\n` : "";
    const end = chunked ? "\r\n" : "";
    if (typeof bytes === "string") outbox.addSoon(size + bytes + end);
    else {
      outbox.add(size);
      outbox.write(bytes);
      outbox.addSoon(end);
    }
    return outbox.blocked ? new Promise((resolve) => outbox.onDrain(resolve)) : undefined;
  };
}
