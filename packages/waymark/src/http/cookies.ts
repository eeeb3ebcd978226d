/** Browsers keep about 180 a site; whoever sends more than this gets no more of them read. */
const MOST_COOKIES = 300;

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The cookies of a request: the value of its Cookie field (RFC 6265 §5.4), names to values. The first of two with one
 * name wins, as it is the more specific one (§5.4, step 2). Values are unquoted and percent-decoded; one that is not
 * percent-encoding stays as it was sent.
 */
export function parseCookies(field: string | undefined): ReadonlyMap<string, string> {
  if (field === undefined) return NONE;
  const cookies = new Map<string, string>();
  for (let start = 0; start < field.length && cookies.size < MOST_COOKIES;) {
    let end = field.indexOf(";", start);
    if (end === -1) end = field.length;
    const equals = field.indexOf("=", start);
    if (equals !== -1 && equals < end) {
      const name = trim(field, start, equals);
      if (name !== "" && !cookies.has(name)) cookies.set(name, decode(trim(field, equals + 1, end)));
    } else if (equals === -1) break;
    start = end + 1;
  }
  return cookies;
}

/** Space and tab only: `String.prototype.trim` would also take away characters that may belong to a value. */
function trim(text: string, start: number, end: number): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

function decode(value: string): string {
  const text = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
