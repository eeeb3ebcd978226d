import { byteString, type Outbox } from "./outbox.ts";

/** Bytes after which a stream lets others have a turn, however fast its reader is. */
const TURN = 512 * 1024;

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
  let turn = 0;
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
    turn += bytes.length;
    if (outbox.blocked) return new Promise((resolve) => outbox.onDrain(resolve));
    if (turn < TURN) return undefined;
    turn = 0;
    return new Promise((resolve) => setImmediate(resolve));
  };
}
