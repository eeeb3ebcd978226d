import { createHash, type Hash } from "node:crypto";
import type { Snapshot } from "../snapshot.ts";

const CHUNK = 1 << 16;

/**
 * SHA-256 of a snapshot as canonical JSON (RFC 8785). Where something was written is left out: a comment more moves every
 * line, and changes nothing.
 */
export function hashOf(snapshot: Omit<Snapshot, "hash">): string {
  const writer = new Writer();
  writer.write({
    ...snapshot,
    services: mapValues(snapshot.services, withoutOrigin),
    operations: snapshot.operations.map((operation) => ({
      ...withoutOrigin(operation),
      policies: operation.policies.map(withoutOrigin),
    })),
  });
  return writer.digest();
}

/** What is undefined is not written. */
function withoutOrigin<T extends { readonly origin: unknown }>(value: T): object {
  return { ...value, origin: undefined };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** Hashes in pieces: as one text the largest documents would not fit into a string. */
class Writer {
  readonly #hash: Hash = createHash("sha256");
  #text = "";

  write(value: unknown): void {
    if (Array.isArray(value)) this.#list(value);
    else if (typeof value === "object" && value !== null)
      this.#object(value as Readonly<Record<string, unknown>>);
    else this.#add(JSON.stringify(value) ?? "null");
  }

  #list(list: readonly unknown[]): void {
    this.#add("[");
    list.forEach((item, index) => {
      if (index > 0) this.#add(",");
      this.write(item);
    });
    this.#add("]");
  }

  #object(object: Readonly<Record<string, unknown>>): void {
    this.#add("{");
    let isFirst = true;
    for (const key of Object.keys(object).sort()) {
      if (object[key] === undefined) continue;
      this.#add(`${isFirst ? "" : ","}${JSON.stringify(key)}:`);
      isFirst = false;
      this.write(object[key]);
    }
    this.#add("}");
  }

  #add(text: string): void {
    this.#text += text;
    if (this.#text.length < CHUNK) return;
    this.#hash.update(this.#text);
    this.#text = "";
  }

  digest(): string {
    return this.#hash.update(this.#text).digest("hex");
  }
}
