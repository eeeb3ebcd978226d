/** A Set-Cookie field as it was sent: what its attributes come to is not judged yet. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** The last one of each name counts (RFC 6265bis §5.6); names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** RFC 6265bis §5.6: more than this is dropped. */
const LONGEST_PAIR = 4096;
const LONGEST_ATTRIBUTE = 1024;

/** Reads a Set-Cookie field (RFC 6265bis §5.6); undefined where clients ignore all of it. */
export function parseSetCookie(field: string): SetCookie | undefined {
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(field)) return undefined;
  const [pair = "", ...parts] = field.split(";");
  const equals = pair.indexOf("=");
  const name = equals === -1 ? "" : trimmed(pair.slice(0, equals));
  const value = trimmed(pair.slice(equals + 1));
  if ((name === "" && value === "") || name.length + value.length > LONGEST_PAIR) return undefined;
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf("=");
    const key = trimmed(at === -1 ? part : part.slice(0, at)).toLowerCase();
    const said = at === -1 ? "" : trimmed(part.slice(at + 1));
    if (said.length <= LONGEST_ATTRIBUTE && isReadable(key, said)) attributes.set(key, said);
  }
  return { name, value, attributes };
}

/** One that cannot be read is not there, and leaves one before it alone (§5.6.1, §5.6.2). */
function isReadable(key: string, value: string): boolean {
  if (key === "expires") return parseCookieDate(value) !== undefined;
  return key !== "max-age" || /^-?\d+$/.test(value);
}

/** Spaces and tabs alone. */
function trimmed(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

/** A date of a cookie in milliseconds, read as leniently as RFC 6265 §5.1.1 asks; undefined for what is none. */
export function parseCookieDate(text: string): number | undefined {
  let time: readonly number[] | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(DELIMITERS)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token);
    const named = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
    if (time === undefined && clock !== null) time = clock.slice(1).map(Number);
    else if (day === undefined && /^\d{1,2}(?:\D|$)/.test(token)) day = Number.parseInt(token, 10);
    else if (month === undefined && named !== -1) month = named;
    else if (year === undefined && /^\d{2,4}(?:\D|$)/.test(token)) year = Number.parseInt(token, 10);
  }
  if (time === undefined || day === undefined || month === undefined || year === undefined) return undefined;
  if (year >= 70 && year <= 99) year += 1900;
  else if (year <= 69) year += 2000;
  const [hour, minute, second] = time as [number, number, number];
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : undefined;
}
