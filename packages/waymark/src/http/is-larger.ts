const encoder = new TextEncoder();

/** Whether a text has more bytes in UTF-8: at least as many as it is long here, and at most three times as many. */
export function isLarger(text: string, most: number): boolean {
  return text.length > most || (text.length * 3 > most && encoder.encode(text).length > most);
}
