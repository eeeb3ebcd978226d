import { MultipartReader } from "./multipart-reader.ts";

/** Bytes of a text in which each character is one byte. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0));
export const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** A body that comes in pieces, and knows how much of it was taken. */
export class Pieces implements AsyncIterableIterator<Uint8Array> {
  taken = 0;
  returned = 0;
  readonly #pieces: readonly (Uint8Array | Error)[];

  constructor(...pieces: readonly (Uint8Array | string | Error)[]) {
    this.#pieces = pieces.map((each) => (typeof each === "string" ? latin1(each) : each));
  }
  [Symbol.asyncIterator](): this {
    return this;
  }
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const piece = this.#pieces[this.taken];
    if (piece instanceof Error) throw piece;
    if (piece === undefined) return { done: true, value: undefined };
    this.taken++;
    return { done: false, value: piece };
  }
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.returned++;
    return { done: true, value: undefined };
  }
}

/** Cuts at the given places, whatever order they are in. */
export function cut(bytes: Uint8Array, places: readonly number[]): Pieces {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const pieces = [...at, bytes.length].map((end, i) => bytes.slice(i === 0 ? 0 : at[i - 1], end));
  return new Pieces(...pieces.filter((piece) => piece.length > 0));
}

/** Every part as its head and its content. */
export async function readAll(
  body: AsyncIterable<Uint8Array>,
  boundary = "b",
  limit = 8192,
): Promise<[head: string, content: string][]> {
  const reader = new MultipartReader(body, boundary, limit);
  const parts: [string, string][] = [];
  for (let head = await reader.nextHead(); head !== undefined; head = await reader.nextHead()) {
    let content = "";
    for (let piece = await reader.piece(); piece !== undefined; piece = await reader.piece())
      content += textOf(piece);
    parts.push([textOf(head), content]);
  }
  return parts;
}
