/**
 * The lines of an interim reply (see `Exchange.lines`) by their names in lower case. Links come one by one: a list of them
 * (RFC 8288 §3) is none to Node.
 */
export function hintsOf(lines: string): Record<string, string[]> {
  const hints = Object.create(null) as Record<string, string[]>;
  for (let start = 0; start < lines.length;) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    const name = lines.slice(start, colon).toLowerCase();
    const value = lines.slice(colon + 1, end).trim();
    // A comma within an address or a string has no "<" behind it, but by mischief.
    (hints[name] ??= []).push(...(name === "link" ? value.split(/,\s*(?=<)/) : [value]));
    start = end + 2;
  }
  return hints;
}
