/**
 * The field lines of a checked head, searched as text when somebody asks for a field.
 *
 * Reading one or two of them this way costs less than indexing all: a search in a flat string is one native call.
 * It is exact only because the lines were checked before: CRLF alone ends a line and no space stands before a colon.
 */
export class FieldText {
  /** "\r\n" before the first line, so that every name stands between "\r\n" and ":". */
  readonly #text: string;
  readonly #lower: string;

  /** @param text the checked field lines, with the line end before the first and after the last of them. */
  constructor(text: string) {
    this.#text = text;
    this.#lower = text.toLowerCase();
  }

  /** The value of a field by its lower-case name; repeated lines are joined (RFC 9110 §5.3, cookies by RFC 6265). */
  get(name: string): string | undefined {
    const key = `\r\n${name}:`;
    let at = this.#lower.indexOf(key);
    if (at < 0) return undefined;
    let value = this.#valueAt(at + key.length);
    while ((at = this.#lower.indexOf(key, at + key.length)) >= 0)
      value += (name === "cookie" ? "; " : ", ") + this.#valueAt(at + key.length);
    return value;
  }

  /** Every line in order: lower-case names, values as sent. */
  entries(): [name: string, value: string][] {
    const lines: [string, string][] = [];
    for (let start = 2; start < this.#text.length; start = this.#text.indexOf("\r\n", start) + 2) {
      const colon = this.#text.indexOf(":", start);
      lines.push([this.#lower.slice(start, colon), this.#valueAt(colon + 1)]);
    }
    return lines;
  }

  #valueAt(start: number): string {
    let from = start;
    let to = this.#text.indexOf("\r\n", start);
    while (from < to && isBlank(this.#text.charCodeAt(from))) from++;
    while (to > from && isBlank(this.#text.charCodeAt(to - 1))) to--;
    return this.#text.slice(from, to);
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
