import { HttpError } from "../http/http-error.ts";

/**
 * Pieces of a body, up to a limit and until the client goes away (`gone` rejects). Throws `HttpError` 413 above the limit,
 * 400 where the source fails.
 */
export async function* limited(
  pieces: AsyncIterable<Uint8Array>,
  limit: number,
  gone: Promise<never>,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (let size = 0; ;) {
      const { done, value } = await Promise.race([iterator.next(), gone]);
      if (done === true) {
        isOver = true;
        return;
      }
      size += value.byteLength;
      if (size > limit) throw new HttpError(413, `The body is larger than ${limit} bytes`);
      yield value;
    }
  } catch (error) {
    throw error instanceof HttpError
      ? error
      : new HttpError(400, "The body could not be read.", { cause: error });
  } finally {
    // Not awaited: a source that is waiting for its client would never answer.
    if (!isOver) iterator.return?.().catch(() => undefined);
  }
}

/** A body of pieces that are there already. */
export async function* piecesOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Everything that comes, in one piece. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    all.push(piece);
    size += piece.byteLength;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of all) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
