/** Verdicts on credentials that are dear to reach, by a digest of the credential: bounded, and each for its time. */
export class Verdicts<V> {
  readonly #most: number;
  readonly #known = new Map<string, { readonly value: V; readonly expires: number }>();

  constructor(most = 10_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  get(digest: string): V | undefined {
    const known = this.#known.get(digest);
    if (known === undefined) return undefined;
    if (known.expires > Date.now()) return known.value;
    this.#known.delete(digest);
    return undefined;
  }

  /** @param expires milliseconds since 1970 */
  set(digest: string, value: V, expires: number): void {
    const now = Date.now();
    if (expires <= now) return;
    this.#known.delete(digest);
    this.#known.set(digest, { value, expires });
    this.#forget(now);
  }

  /**
   * The oldest stand first, and as all are kept for much the same time those whose time is over do: who is not seen again is
   * not kept until there are too many.
   */
  #forget(now: number): void {
    for (const [digest, { expires }] of this.#known) {
      if (expires > now && this.#known.size <= this.#most) return;
      this.#known.delete(digest);
    }
  }
}
