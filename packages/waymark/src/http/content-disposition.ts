/** RFC 8187 §3.2.1: what may stand unescaped in an extended value; `encodeURIComponent` leaves a few more. */
const escape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * A Content-Disposition (RFC 6266) with a file name: an ASCII rendering for old clients and, where that loses something,
 * the whole name beside it. Folders are cut off, and no name can end the value.
 */
export function contentDisposition(type: "inline" | "attachment", name: string): string {
  const base = name
    .slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1)
    .replace(/\p{Surrogate}/gu, "\uFFFD");
  const ascii = base.replace(/[^\x20-\x7e]/gu, "?").replace(/["\\%]/g, "_");
  const plain = `${type}; filename="${ascii}"`;
  return ascii === base
    ? plain
    : `${plain}; filename*=UTF-8''${encodeURIComponent(base).replace(/['()*!]/g, escape)}`;
}
