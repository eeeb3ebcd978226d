import { tokensOf, child } from "./pointer.ts";

/** Deep enough for the operations and components of an OpenAPI document; what is below is looked for when it is asked for. */
const INDEXED_DEPTH = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Where the values of a JSON text stand. `JSON.parse` says nothing of places, and a parser that does is many times slower
 * and keeps a node for each value; so the text, which is known to be JSON, is skimmed when the first place is asked for.
 */
export class JsonPlaces {
  readonly #text: string;
  #index: Map<string, number> | undefined;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of the key (or item) that the pointer ends with, or of the nearest thing around it that is there. */
  offsetOf(pointer: string): number {
    const index = (this.#index ??= this.#indexed());
    const tokens = tokensOf(pointer);
    let known = "";
    let depth = 0;
    for (; depth < Math.min(tokens.length, INDEXED_DEPTH); depth++) {
      const next = child(known, tokens[depth]!);
      if (!index.has(next)) return index.get(known) ?? 0;
      known = next;
    }
    let offset = index.get(known) ?? 0;
    for (; depth < tokens.length; depth++) {
      const next = this.#find(offset, depth === 0, tokens[depth]!);
      if (next === undefined) break;
      offset = next;
    }
    return offset;
  }

  #indexed(): Map<string, number> {
    const index = new Map<string, number>([["", this.#space(0)]]);
    this.#walk(this.#space(0), "", 0, index);
    return index;
  }

  /** Reads the value at `start`, notes its members, and leaves `#at` behind it. */
  #walk(start: number, pointer: string, depth: number, index: Map<string, number>): void {
    if (depth === INDEXED_DEPTH) this.#at = this.#skip(start);
    else
      this.#members(start, (token, offset, valueAt) => {
        const key = child(pointer, token);
        index.set(key, offset);
        this.#walk(valueAt, key, depth + 1, index);
        return true;
      });
  }

  #find(offset: number, isRoot: boolean, wanted: string): number | undefined {
    const text = this.#text;
    const start = !isRoot && text.charCodeAt(offset) === QUOTE ? this.#valueOfKey(offset) : offset;
    let found: number | undefined;
    this.#members(start, (token, at, valueAt) => {
      if (token === wanted) {
        found = at;
        return false;
      }
      this.#at = this.#skip(valueAt);
      return true;
    });
    return found;
  }

  /** An item that is a string looks like a key, but no colon follows it. */
  #valueOfKey(offset: number): number {
    const behind = this.#space(this.#skip(offset));
    return this.#text[behind] === ":" ? this.#space(behind + 1) : offset;
  }

  /** Calls back for each member of the object or list at `start`; the callback leaves `#at` behind the value. */
  #members(start: number, each: (token: string, offset: number, valueAt: number) => boolean): void {
    const text = this.#text;
    const open = text[start];
    if (open !== "{" && open !== "[") {
      this.#at = this.#skip(start);
      return;
    }
    let at = this.#space(start + 1);
    for (let item = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; item++) {
      let token = String(item);
      let value = at;
      if (open === "{") {
        const end = this.#skip(at);
        token = JSON.parse(text.slice(at, end)) as string;
        value = this.#space(this.#space(end) + 1);
      }
      if (!each(token, at, value)) return;
      at = this.#space(this.#at);
      if (text[at] === ",") at = this.#space(at + 1);
    }
    this.#at = at + 1;
  }

  #space(at: number): number {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && code !== 0xfeff) return at;
      at++;
    }
  }

  /** The offset behind the value at `start`. */
  #skip(start: number): number {
    const text = this.#text;
    let depth = 0;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at = this.#endOfString(at) - 1;
        if (depth === 0) return at + 1;
      } else if (code === 0x7b || code === 0x5b) depth++;
      else if (code === 0x7d || code === 0x5d) {
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
      } else if (depth === 0 && (code === 0x2c || code === 0x3a)) return at;
    }
    return text.length;
  }

  #endOfString(start: number): number {
    const text = this.#text;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) return at + 1;
    }
    return text.length;
  }
}
