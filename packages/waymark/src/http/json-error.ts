const BLANK = /[ \t\n\r]*/y;
/** The string is written unrolled, so that no text makes it try twice. */
const SCALAR =
  /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\u0000-\u001f]*)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

type Expected =
  | "a value"
  | "a value or ]"
  | "a key"
  | "a key or }"
  | "a colon"
  | ", or ]"
  | ", or }"
  | "the end of the text";

/**
 * Where a text stops being JSON and what should have stood there, without a word of the text itself. Engines give the
 * place in different words or not at all, and quote the text; only the error path pays for this second reading.
 */
export function findJsonError(text: string): string {
  const open: ("[" | "{")[] = [];
  let expected: Expected = "a value";
  let at = 0;
  for (;;) {
    // Mostly there is none, and asking a pattern at every token would take as long as all the rest.
    if (text.charCodeAt(at) <= 0x20) at = skip(BLANK, text, at) ?? at;
    const next = step(text, at, expected, open);
    if (next === undefined || at >= text.length) return `expected ${expected} ${place(text, at)}`;
    at = next.at;
    expected = next.expected;
  }
}

/** One token further, or undefined where the text is wrong. */
function step(
  text: string,
  at: number,
  expected: Expected,
  open: ("[" | "{")[],
): { at: number; expected: Expected } | undefined {
  const character = text[at];
  const isClosing = character === (open.at(-1) === "[" ? "]" : "}");
  switch (expected) {
    case ", or ]":
    case ", or }":
      if (character === ",") return { at: at + 1, expected: open.at(-1) === "[" ? "a value" : "a key" };
      return isClosing ? close(at, open) : undefined;
    case "a key or }":
      if (isClosing) return close(at, open);
      return key(text, at);
    case "a key":
      return key(text, at);
    case "a colon":
      return character === ":" ? { at: at + 1, expected: "a value" } : undefined;
    case "the end of the text":
      return undefined;
    case "a value or ]":
      if (isClosing) return close(at, open);
      return value(text, at, open);
    case "a value":
      return value(text, at, open);
  }
}

function value(
  text: string,
  at: number,
  open: ("[" | "{")[],
): { at: number; expected: Expected } | undefined {
  const character = text[at];
  if (character === "[" || character === "{") {
    open.push(character);
    return { at: at + 1, expected: character === "[" ? "a value or ]" : "a key or }" };
  }
  const end = skip(SCALAR, text, at);
  return end === undefined ? undefined : { at: end, expected: after(open) };
}

function key(text: string, at: number): { at: number; expected: Expected } | undefined {
  const end = text[at] === '"' ? skip(SCALAR, text, at) : undefined;
  return end === undefined ? undefined : { at: end, expected: "a colon" };
}

function close(at: number, open: ("[" | "{")[]): { at: number; expected: Expected } {
  open.pop();
  return { at: at + 1, expected: after(open) };
}

function after(open: readonly ("[" | "{")[]): Expected {
  const innermost = open.at(-1);
  return innermost === undefined ? "the end of the text" : innermost === "[" ? ", or ]" : ", or }";
}

function skip(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return `at line ${line}, column ${at - before.lastIndexOf("\n")}`;
}
