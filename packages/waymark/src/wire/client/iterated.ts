import { CHUNK_END, chunkStart, LAST_CHUNK } from "./chunk-frames.ts";
import type { BodySink, BodySource } from "./request-body.ts";

/**
 * A body that an iterable gives piece by piece.
 * @param length the number of bytes it gives, as the head says; without it every piece becomes a chunk.
 */
export function iterated(pieces: AsyncIterable<Uint8Array>, length?: number): BodySource {
  let wake: (() => void) | undefined;
  let isCancelled = false;
  const iterator = pieces[Symbol.asyncIterator]();
  const resume = (): void => {
    wake?.();
    wake = undefined;
  };
  const run = async (sink: BodySink): Promise<void> => {
    try {
      for (;;) {
        const next = await iterator.next();
        if (isCancelled) return;
        if (next.done === true) break;
        if (next.value.length === 0) continue;
        if (length === undefined) sink.write(chunkStart(next.value.length));
        let goesOn = sink.write(next.value);
        if (length === undefined) goesOn = sink.write(CHUNK_END);
        if (!goesOn && !isCancelled) await new Promise<void>((resolve) => (wake = resolve));
        if (isCancelled) return;
      }
      if (length === undefined) sink.write(LAST_CHUNK);
      sink.end();
    } catch (cause) {
      sink.fail(cause);
    }
  };
  return {
    length,
    start: (sink) => void run(sink),
    resume,
    cancel() {
      isCancelled = true;
      resume();
      // What it holds is let go of; nobody is left to hear of an error.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    },
  };
}
