import type { ReplySink } from "../http/pushed-pieces.ts";
import type { Outbox } from "./outbox.ts";
import { LAST_CHUNK } from "./pieces.ts";

/** The body of a reply on a connection, as it is pushed. Pieces of one tick leave in one write. */
export class PushedReply implements ReplySink {
  readonly #outbox: Outbox;
  readonly #onDrain: () => void;
  readonly #onEnd: () => void;
  readonly #onCut: () => void;
  /** Bytes that are still owed; -1 where chunks mark the end. */
  #left: number;
  #isOver = false;

  constructor(
    outbox: Outbox,
    length: number | undefined,
    onDrain: () => void,
    onEnd: () => void,
    onCut: () => void,
  ) {
    this.#outbox = outbox;
    this.#left = length ?? -1;
    this.#onDrain = onDrain;
    this.#onEnd = onEnd;
    this.#onCut = onCut;
  }

  write(piece: Uint8Array): boolean {
    const { length } = piece;
    // An empty chunk would end the body.
    if (this.#isOver || length === 0) return true;
    const outbox = this.#outbox;
    if (this.#left < 0) {
      outbox.add(`${length.toString(16)}\r\n`);
      outbox.write(piece);
      outbox.addSoon("\r\n");
    } else if (length > this.#left) {
      this.cut();
      return true;
    } else {
      this.#left -= length;
      outbox.write(piece);
      outbox.flushSoon();
    }
    if (!outbox.blocked) return true;
    outbox.onDrain(this.#onDrain);
    return false;
  }

  end(): void {
    if (this.#isOver) return;
    if (this.#left > 0) return this.cut();
    this.#isOver = true;
    if (this.#left < 0) this.#outbox.add(LAST_CHUNK);
    this.#onEnd();
  }

  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onCut();
  }

  /** Nobody is there any more: what is still pushed goes nowhere. */
  stop(): void {
    this.#isOver = true;
  }
}
