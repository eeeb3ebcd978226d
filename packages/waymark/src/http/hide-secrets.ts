import { visibleText } from "./visible-text.ts";

/** What stands in the place of a secret. */
export const HIDDEN = "***";

/** Shorter ones are left: taking every "1" out of a text tells more than it hides. */
const SHORTEST = 3;
/** Values nested deeper than this are not looked through, and not shown either. */
const DEEPEST = 8;

/** Takes secrets out of texts and values. */
export class Hiding {
  readonly #forms: readonly string[];

  constructor(secrets: Iterable<string>) {
    const forms = new Set<string>();
    for (const secret of secrets) {
      if (secret.length < SHORTEST) continue;
      forms.add(secret);
      // As they stand in a URL, in a form, and within JSON.
      forms.add(percentEncoded(secret));
      forms.add(new URLSearchParams([["", secret]]).toString().slice(1));
      forms.add(JSON.stringify(secret).slice(1, -1));
    }
    // The longest first: what is left of one that holds another would show its rest.
    this.#forms = [...forms].toSorted((a, b) => b.length - a.length);
  }

  /** The same text without secrets. */
  text(text: string): string {
    let hidden = text;
    for (const form of this.#forms) if (hidden.includes(form)) hidden = hidden.replaceAll(form, HIDDEN);
    return hidden;
  }

  /** The same value without secrets and without control characters; itself where it has none of either. */
  value(value: unknown): unknown {
    return this.#copy(value, 0, new Set());
  }

  #copy(value: unknown, depth: number, above: Set<object>): unknown {
    if (typeof value === "string") return this.text(visibleText(value));
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) return value;
    if (depth > DEEPEST) return "…";
    above.add(value);
    try {
      return this.#copyObject(value, depth + 1, above);
    } finally {
      above.delete(value);
    }
  }

  #copyObject(value: object, depth: number, above: Set<object>): unknown {
    const copy = (each: unknown): unknown => this.#copy(each, depth, above);
    if (value instanceof Error) return this.#copyError(value, copy);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Date) return value;
    if (Array.isArray(value)) return changed(value, value.map(copy)) ?? value;
    if (value instanceof Map) {
      const entries = [...(value as Map<unknown, unknown>)].flat();
      const copies = changed(entries, entries.map(copy));
      return copies === undefined ? value : new Map(pairs(copies));
    }
    if (value instanceof Set) {
      const copies = changed([...(value as Set<unknown>)], Array.from(value as Set<unknown>, copy));
      return copies === undefined ? value : new Set(copies);
    }
    if ("toJSON" in value) return this.#copyShown(value, copy);
    const keys = Object.keys(value);
    const own = keys.map((key) => (value as Record<string, unknown>)[key]);
    const shown = [...keys, ...own];
    const copies = changed(shown, shown.map(copy));
    if (copies === undefined) return value;
    return Object.fromEntries(keys.map((_, index) => [copies[index], copies[keys.length + index]]));
  }

  /** Something that says by itself how it is shown: a URL, or a secret that hides already. */
  #copyShown(value: object, copy: (value: unknown) => unknown): unknown {
    let shown: unknown;
    try {
      shown = (value as { toJSON: () => unknown }).toJSON();
    } catch {
      return HIDDEN;
    }
    const copied = copy(shown);
    return copied === shown ? value : copied;
  }

  /** Of the same class, so that loggers know it for an error. */
  #copyError(error: Error, copy: (value: unknown) => unknown): Error {
    const names = new Set<string | symbol>(["message", "stack", ...Reflect.ownKeys(error)]);
    const found = new Map<string | symbol, unknown>();
    let isChanged = false;
    for (const name of names) {
      const before: unknown = (error as unknown as Record<string | symbol, unknown>)[name];
      const after = name === "stack" ? this.#stack(error) : copy(before);
      found.set(name, after);
      if (after !== before) isChanged = true;
    }
    if (!isChanged) return error;
    const copied = Object.create(Object.getPrototypeOf(error) as object) as Error;
    for (const [name, value] of found) {
      const enumerable = Object.getOwnPropertyDescriptor(error, name)?.enumerable ?? false;
      Object.defineProperty(copied, name, { value, enumerable, configurable: true, writable: true });
    }
    return copied;
  }

  /** The message within it may hold what a request sent; the lines below are the engine's. */
  #stack({ stack, message }: Error): string | undefined {
    if (typeof stack !== "string") return stack;
    return this.text(message === "" ? stack : stack.replace(message, () => visibleText(message)));
  }
}

function changed(before: readonly unknown[], after: unknown[]): unknown[] | undefined {
  return after.some((each, index) => each !== before[index]) ? after : undefined;
}

function pairs(flat: readonly unknown[]): [unknown, unknown][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index], flat[2 * index + 1]]);
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // half a surrogate pair
  }
}
