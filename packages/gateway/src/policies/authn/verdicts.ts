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
    if (expires <= Date.now()) return;
    this.#known.delete(digest);
    this.#known.set(digest, { value, expires });
    if (this.#known.size > this.#most) this.#known.delete(this.#known.keys().next().value as string);
  }
}
