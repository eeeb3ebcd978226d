/** Tells whoever made a reply further inside what became of it, and waits for what is left to do there. */
export class Delivery {
  #succeed!: () => void;
  #fail!: (error: unknown) => void;
  /** Resolves when the reply was handed over, its stream included or its client gone; rejects where it failed. */
  readonly sent: Promise<void>;
  /** What goes on inside until everything is cleaned up. */
  rest: void | Promise<void> = undefined;

  constructor() {
    this.sent = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    // Nobody needs to listen.
    this.sent.catch(() => undefined);
  }

  succeed(): void {
    this.#succeed();
  }
  fail(error: unknown): void {
    this.#fail(error);
  }
}
