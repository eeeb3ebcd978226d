import type { GatewayCall } from "./gateway-call.ts";
import { type JudgedReply, MOST_HELD, runResponders } from "./responders.ts";
import type { Route } from "./route.ts";

/** A reply that policies look at before the client gets anything of it, with its body where one of them reads that. */
export class HeldReply {
  readonly status: number;
  /** Of the body, as the upstream says; -1 where only its end tells. */
  readonly length: number;
  readonly #lines: string;
  readonly #pieces: Uint8Array[] | undefined;
  #size = 0;

  constructor({ readsReply }: Route, status: number, lines: string, length: number) {
    this.status = status;
    this.length = length;
    this.#lines = lines;
    this.#pieces = readsReply ? [] : undefined;
  }

  get isGathered(): boolean {
    return this.#pieces !== undefined;
  }

  /** False where there is more of the body than anybody reads. */
  add(piece: Uint8Array): boolean {
    this.#pieces!.push(piece);
    this.#size += piece.length;
    return this.#size <= MOST_HELD;
  }

  /**
   * Bytes that a reply without its body says it would have: what policies made of it, and -1 where they would have read it.
   */
  lengthWithout(body: Uint8Array | undefined): number {
    if (this.isGathered) return -1;
    return body === undefined ? this.length : body.length;
  }

  /** What policies make of it. A promise only where one of them gives one. */
  judged({ responding }: Route, call: GatewayCall): JudgedReply | Promise<JudgedReply> {
    const body = this.#pieces === undefined ? undefined : Buffer.concat(this.#pieces);
    return runResponders(responding, call, { status: this.status, lines: this.#lines, body });
  }
}
