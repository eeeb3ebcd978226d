/**
 * The segments of a raw path, each decoded once. Undefined when one is badly encoded, or says NUL: no name, file or
 * database text may have one (RFC 3986 §7.3).
 */
export function decodePath(path: string): readonly string[] | undefined {
  const segments = path.slice(1).split("/");
  try {
    for (let i = 0; i < segments.length; i++) {
      if (!segments[i]!.includes("%")) continue;
      const text = (segments[i] = decodeURIComponent(segments[i]!));
      if (text.includes("\0")) return undefined;
    }
  } catch {
    return undefined;
  }
  return segments;
}

/** A catch-all's value: decoded but for `%2F`, which stays, so that the value has as many segments as the path. */
export function decodeRest(raw: string): string {
  return decodeURIComponent(raw.replace(/%2f/gi, "%252F"));
}
