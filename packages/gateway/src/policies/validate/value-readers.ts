import {
  arrayShape,
  DEFAULT_LIMITS,
  expected,
  kinds,
  mismatch,
  objectShape,
  pairsOf,
  parseJson,
  REPEATED,
  scalarReader,
  UNREADABLE,
  wireShape,
  type Issue,
  type Rooted,
} from "waymark/internal";

/** What stands under one name: nothing, a text, or the texts of a name that is repeated. */
export type Raw = string | readonly string[] | undefined;

/** Makes of a text, or of several, the value that the schema is asked about. */
export interface Reader {
  /** UNREADABLE where there is no reading as the schema wants it. */
  read(raw: string | readonly string[]): unknown;
  explain(raw: string | readonly string[]): Issue[];
}

/** How a text is cut into parts; undefined: it is not written that way. */
export type Cut = (text: string) => string[] | undefined;

const MALFORMED: Issue = { path: [], message: "is not written as its style says", code: "malformed" };

type ReadText = (text: string) => unknown;
interface Element {
  readonly read: ReadText;
  readonly wanted: string;
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/;

/** The framework's reading, but that integers may be beyond 2^53: what is forwarded is their text. */
function element({ schema, root }: Rooted): Element {
  const admitted = kinds(schema, root);
  const read = scalarReader(admitted);
  const wanted = expected(admitted);
  if (admitted?.has("integer") !== true || admitted.has("string")) return { read, wanted };
  return {
    wanted,
    read(text) {
      const value = read(text);
      return value === UNREADABLE && INTEGER.test(text) && text.length < 300 ? Number(text) : value;
    },
  };
}

/** One value. `bare` takes away what the style puts around it. */
export function scalarOf(rooted: Rooted, bare: (text: string) => string | undefined): Reader {
  const { read, wanted } = element(rooted);
  return {
    read(raw) {
      const text = typeof raw === "string" ? bare(raw) : undefined;
      return text === undefined ? UNREADABLE : read(text);
    },
    explain(raw) {
      if (typeof raw !== "string") return [REPEATED];
      const text = bare(raw);
      return text === undefined ? [MALFORMED] : read(text) === UNREADABLE ? [mismatch([], wanted)] : [];
    },
  };
}

/** An array: the parts of its only text, or without `cut` one element for each time that the name is there. */
export function arrayOf(rooted: Rooted, cut: Cut | undefined, nested: "refuse" | "json" = "refuse"): Reader {
  const { prefix, rest } = arrayShape(rooted);
  const elementOf = (part: Rooted): Element =>
    wireShape(kinds(part.schema, part.root)) === "scalar" ? element(part) : nestedElement(nested);
  const elements = prefix.map(elementOf);
  const further = elementOf(rest);
  const partsOf = (raw: string | readonly string[]): readonly string[] | Issue => {
    if (cut === undefined) return typeof raw === "string" ? [raw] : raw;
    return typeof raw === "string" ? (cut(raw) ?? MALFORMED) : REPEATED;
  };
  return {
    read(raw) {
      const parts = partsOf(raw);
      if ("code" in parts) return UNREADABLE;
      const values: unknown[] = [];
      for (let i = 0; i < parts.length; i++) {
        const value = (elements[i] ?? further).read(parts[i]!);
        if (value === UNREADABLE) return UNREADABLE;
        values.push(value);
      }
      return values;
    },
    explain(raw) {
      const parts = partsOf(raw);
      if ("code" in parts) return [parts];
      return parts.flatMap((part, i) => {
        const { read, wanted } = elements[i] ?? further;
        return read(part) === UNREADABLE ? [mismatch([i], wanted)] : [];
      });
    },
  };
}

/** There is no form for arrays in arrays, but that a form may have JSON in a field. */
function nestedElement(nested: "refuse" | "json"): Element {
  if (nested === "json") return { read: jsonText, wanted: "JSON" };
  throw new TypeError("has elements that are arrays or objects, for which there is no form on the wire");
}

/** An object in one text: its keys and values by turns, or `paired` by "=". */
export function objectOf(rooted: Rooted, cut: Cut, paired: boolean): Reader {
  const { properties, additional } = objectShape(rooted);
  const elements = new Map([...properties].map(([name, property]) => [name, scalarElement(property)]));
  const others = scalarElement(additional ?? { schema: true, root: rooted.root });
  const walk = (raw: string | readonly string[], issues: Issue[] | undefined): unknown => {
    const parts = typeof raw === "string" ? cut(raw) : undefined;
    const pairs = parts === undefined ? undefined : pairsOf(parts, paired);
    if (pairs === undefined) {
      issues?.push(typeof raw === "string" ? MALFORMED : REPEATED);
      return UNREADABLE;
    }
    // A null prototype: the keys are the client's.
    const values = Object.create(null) as Record<string, unknown>;
    let isReadable = true;
    for (const [key, text] of pairs) {
      const { read, wanted } = elements.get(key) ?? others;
      const value = key in values ? UNREADABLE : read(text);
      if (value !== UNREADABLE) values[key] = value;
      else if (issues === undefined) return UNREADABLE;
      else {
        issues.push(key in values ? { ...REPEATED, path: [key] } : mismatch([key], wanted));
        isReadable = false;
      }
    }
    return isReadable ? values : UNREADABLE;
  };
  return {
    read: (raw) => walk(raw, undefined),
    explain(raw) {
      const issues: Issue[] = [];
      walk(raw, issues);
      return issues;
    },
  };
}

function scalarElement(rooted: Rooted): Element {
  if (wireShape(kinds(rooted.schema, rooted.root)) !== "scalar") return nestedElement("refuse");
  return element(rooted);
}

const encoder = new TextEncoder();

function jsonText(text: string): unknown {
  try {
    return parseJson(encoder.encode(text), DEFAULT_LIMITS.jsonDepth);
  } catch {
    return UNREADABLE;
  }
}

/** JSON in one text. */
export const JSON_READER: Reader = {
  read: (raw) => (typeof raw === "string" ? jsonText(raw) : UNREADABLE),
  explain(raw) {
    if (typeof raw !== "string") return [REPEATED];
    return jsonText(raw) === UNREADABLE ? [{ path: [], message: "expected JSON", code: "malformed" }] : [];
  },
};

/** As it is sent: what the schema says nothing of. */
export const TEXT_READER: Reader = {
  read: (raw) => raw,
  explain: () => [],
};
