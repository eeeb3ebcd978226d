import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What an address said when the gateway was last made of it. */
export interface Copy {
  readonly text: string;
  readonly time: Date;
}

/**
 * Documents from addresses as they were when a gateway was last made of them: one service that does not answer at a start is
 * no reason to serve none. Only what was taken into service is kept, by `keep`.
 */
export class LastGood {
  readonly #folder: string;
  readonly #fetched = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  note(address: string, text: string): void {
    this.#fetched.set(address, text);
  }

  async find(address: string): Promise<Copy | undefined> {
    const file = this.#fileOf(address);
    try {
      return { text: await readFile(file, "utf8"), time: (await stat(file)).mtime };
    } catch {
      return undefined;
    }
  }

  /** Rejects where the folder cannot be written. */
  async keep(): Promise<void> {
    if (this.#fetched.size === 0) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const [address, text] of this.#fetched) {
      const file = this.#fileOf(address);
      // Another gateway that starts now reads the former text or this one.
      const written = `${file}.${process.pid}`;
      await writeFile(written, text, { mode: 0o600 });
      await rename(written, file);
    }
    this.#fetched.clear();
  }

  #fileOf(address: string): string {
    return join(this.#folder, createHash("sha256").update(address).digest("hex").slice(0, 32));
  }
}
