/** What may be escaped in a pattern that is read with the flag "u": syntax characters and "/". */
const ESCAPED = /[$()*+./?[\\\]^{|}]/;
const LETTER_OR_DIGIT = /[0-9A-Za-z]/;

/**
 * A pattern as JSON Schema has it: ECMA-262 with the flag "u", so that characters are code points. Documents often escape
 * what needs none (`\_`, `\@`, `\"`), which that flag refuses and no other reader minds: such escapes are
 * dropped. `fault` says why the pattern is no regular expression.
 */
export function readPattern(pattern: string): { readonly pattern: string } | { readonly fault: string } {
  const fault = faultOf(pattern);
  if (fault === undefined) return { pattern };
  const plain = withoutNeedlessEscapes(pattern);
  return faultOf(plain) === undefined ? { pattern: plain } : { fault };
}

function faultOf(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: \/.*\/u?: /s, "").toLowerCase();
  }
}

function withoutNeedlessEscapes(pattern: string): string {
  let plain = "";
  let isInClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\" && at + 1 < pattern.length) {
      const next = pattern[++at]!;
      const isNeeded = ESCAPED.test(next) || LETTER_OR_DIGIT.test(next) || (isInClass && next === "-");
      plain += isNeeded ? `\\${next}` : next;
      continue;
    }
    if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    plain += isInClass && character === "-" ? classHyphen(pattern, at) : character;
  }
  return plain;
}

/** `[\w-.]`: the flag "u" wants the hyphen behind a class of characters escaped. */
function classHyphen(pattern: string, at: number): string {
  const before = pattern.slice(at - 2, at);
  const after = pattern.slice(at + 1, at + 3);
  return /\\[dswDSW]/.test(before) || /^\\[dswDSW]/.test(after) ? "\\-" : "-";
}

/** Whether something that repeats without an end stands in something that does, as in `(a+)+`: backtracking may explode. */
export function mayBeSlow(pattern: string): boolean {
  const groups: boolean[] = [];
  let repeats = false;
  let isInClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\") at++;
    else if (isInClass) isInClass = character !== "]";
    else if (character === "[") isInClass = true;
    else if (character === "(") {
      groups.push(repeats);
      repeats = false;
    } else if (character === ")") {
      const inner: boolean = repeats;
      const isRepeated = /^(?:[*+]|\{\d+,\})/.test(pattern.slice(at + 1));
      if (inner && isRepeated) return true;
      repeats = (groups.pop() ?? false) || inner || isRepeated;
    } else if (character === "*" || character === "+" || /^\{\d+,\}/.test(pattern.slice(at, at + 12)))
      repeats = true;
  }
  return false;
}
