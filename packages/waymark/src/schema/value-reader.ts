import type { Issue } from "./issue.ts";
import { kinds } from "./kinds.ts";
import { expected, scalarReader, UNREADABLE, type ReadScalar } from "./scalar.ts";
import { SchemaError } from "./schema-error.ts";
import { arrayShape, objectShape, wireShape, type Rooted } from "./shape.ts";

/** What stands under one name: nothing, a value, or the values of a name that is repeated. */
export type Raw = string | readonly string[] | undefined;

/** Reads what stands under one name of the wire. */
export interface ValueReader {
  /** The value for the library to judge, or UNREADABLE. undefined for undefined: what is absent, the library judges. */
  read(raw: Raw): unknown;
  /** Every reason why `read` gives UNREADABLE; empty where it does not. */
  explain(raw: Raw): Issue[];
}

export const REPEATED: Issue = {
  path: [],
  message: "expected one value, but the name is repeated",
  code: "repeated",
};

/** One value, by the types that its schema admits. */
export function scalarValue({ schema, root }: Rooted): ValueReader {
  const admitted = kinds(schema, root);
  const read = scalarReader(admitted);
  return {
    read: (raw) => (typeof raw === "string" ? read(raw) : raw === undefined ? undefined : UNREADABLE),
    explain(raw) {
      if (raw === undefined) return [];
      if (typeof raw !== "string") return [REPEATED];
      return read(raw) === UNREADABLE ? [mismatch([], expected(admitted))] : [];
    },
  };
}

export function mismatch(path: readonly (string | number)[], wanted: string): Issue {
  return { path, message: `expected ${wanted}`, code: "invalid_type" };
}

/** How a text is cut into the elements of an array, or into the keys and values of an object. */
export type Split = (text: string) => string[];

/** An array: one element a value of the repeated name, or, with `split`, the parts of its only value. */
export function arrayValue(rooted: Rooted, split: Split | undefined, what: string): ValueReader {
  const { prefix, rest } = arrayShape(rooted);
  const elements = prefix.map((element) => elementReader(element, what));
  const further = elementReader(rest, what);
  const partsOf = (raw: string | readonly string[]): readonly string[] | undefined => {
    if (split === undefined) return typeof raw === "string" ? [raw] : raw;
    return typeof raw === "string" ? split(raw) : undefined;
  };
  return {
    read(raw) {
      if (raw === undefined) return undefined;
      const parts = partsOf(raw);
      if (parts === undefined) return UNREADABLE;
      const values: unknown[] = [];
      for (let i = 0; i < parts.length; i++) {
        const value = (elements[i] ?? further).read(parts[i]!);
        if (value === UNREADABLE) return UNREADABLE;
        values.push(value);
      }
      return values;
    },
    explain(raw) {
      if (raw === undefined) return [];
      const parts = partsOf(raw);
      if (parts === undefined) return [REPEATED];
      return parts.flatMap((part, i) => {
        const { read, wanted } = elements[i] ?? further;
        return read(part) === UNREADABLE ? [mismatch([i], wanted)] : [];
      });
    },
  };
}

interface ElementReader {
  readonly read: ReadScalar;
  readonly wanted: string;
}

function elementReader({ schema, root }: Rooted, what: string): ElementReader {
  const admitted = kinds(schema, root);
  if (wireShape(admitted) !== "scalar")
    throw new SchemaError(`${what} has elements that are arrays or objects, for which there is no form on the wire: send it in the body`); // prettier-ignore
  return { read: scalarReader(admitted), wanted: expected(admitted) };
}

/** An object in one value, its keys and values alternating or paired: what OpenAPI's `simple` and `form` make of one. */
export function pairsValue(rooted: Rooted, split: Split, paired: boolean, what: string): ValueReader {
  const { properties, additional } = objectShape(rooted);
  const readers = new Map([...properties].map(([name, property]) => [name, elementReader(property, what)]));
  const others = elementReader(additional ?? { schema: true, root: rooted.root }, what);
  const form = paired ? "key=value pairs" : "keys and values by turns";

  const walk = (raw: string | readonly string[], issues: Issue[] | undefined): unknown => {
    const pairs = typeof raw === "string" ? pairsOf(split(raw), paired) : undefined;
    if (pairs === undefined) {
      issues?.push(
        typeof raw === "string" ? { path: [], message: `expected ${form}`, code: "malformed" } : REPEATED,
      );
      return UNREADABLE;
    }
    // A null prototype: the keys are the client's.
    const values = Object.create(null) as Record<string, unknown>;
    let readable = true;
    for (const [key, text] of pairs) {
      const { read, wanted } = readers.get(key) ?? others;
      const value = key in values ? UNREADABLE : read(text);
      if (value === UNREADABLE) {
        if (issues === undefined) return UNREADABLE;
        issues.push(key in values ? { ...REPEATED, path: [key] } : mismatch([key], wanted));
        readable = false;
      } else values[key] = value;
    }
    return readable ? values : UNREADABLE;
  };
  return {
    read: (raw) => (raw === undefined ? undefined : walk(raw, undefined)),
    explain(raw) {
      const issues: Issue[] = [];
      if (raw !== undefined) walk(raw, issues);
      return issues;
    },
  };
}

/** Keys with their values: by turns, or `paired` by "="; undefined where they are not written that way. */
export function pairsOf(
  parts: readonly string[],
  paired: boolean,
): [key: string, text: string][] | undefined {
  if (paired) {
    if (parts.some((part) => !part.includes("="))) return undefined;
    return parts.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]);
  }
  if (parts.length % 2 !== 0) return undefined;
  return Array.from({ length: parts.length / 2 }, (_, i) => [parts[i * 2]!, parts[i * 2 + 1]!]);
}
