/**
 * A field's value from raw header lines (name, value, name, value, …), lines joined as RFC 9110 §5.3 says: ", ", and
 * "; " for Cookie (RFC 6265 §5.4, RFC 9113 §8.2.3). `name` is in lower case.
 */
export function fieldValue(lines: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < lines.length; i += 2) {
    const each = lines[i] as string;
    if (each.length !== name.length || (each !== name && each.toLowerCase() !== name)) continue;
    const line = lines[i + 1] as string;
    value = value === undefined ? line : value + (name === "cookie" ? "; " : ", ") + line;
  }
  return value;
}

/** Every line, names in lower case. */
export function fieldLines(lines: readonly string[]): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (let i = 0; i < lines.length; i += 2)
    fields.push([(lines[i] as string).toLowerCase(), lines[i + 1] as string]);
  return fields;
}
