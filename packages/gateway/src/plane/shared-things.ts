type End<T> = ((value: T) => void | Promise<void>) | undefined;

interface Entry<T> {
  readonly value: T;
  readonly end: End<T>;
  readonly owners: Set<symbol>;
}

/** Things that several owners have in common by a key: made for the first, ended after the last. */
export class SharedThings<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  take(owner: symbol, key: string, make: () => T, end?: End<T>): T {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { value: make(), end, owners: new Set() };
      this.#entries.set(key, entry);
    }
    entry.owners.add(owner);
    return entry.value;
  }

  /** All that anybody needs. */
  *values(): Generator<T> {
    for (const { value } of this.#entries.values()) yield value;
  }

  /** The owner needs nothing any more. */
  release(owner: symbol): void {
    for (const [key, entry] of this.#entries) {
      if (!entry.owners.delete(owner) || entry.owners.size > 0) continue;
      this.#entries.delete(key);
      void this.#end(entry);
    }
  }

  /** Ends everything. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map((entry) => this.#end(entry)));
  }

  async #end({ value, end }: Entry<T>): Promise<void> {
    try {
      await end?.(value);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
