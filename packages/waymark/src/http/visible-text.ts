/**
 * What moves a cursor, colours a terminal, ends a line or turns the direction of text: C0, DEL and C1, the separators of lines
 * and paragraphs, and the bidirectional controls of Unicode (UAX #9). Tab and line feed aside, they are shown as `\u001b`.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A text that comes from outside, so that a log can be read: further lines are indented, and so never look like lines of their own. */
export function visibleText(text: string): string {
  const shown = text.replace(INVISIBLE, spelled);
  return shown.includes("\n") ? shown.replace(/\n(?! {2})/g, "\n    ") : shown;
}

/** The same in one line. */
export function visibleLine(text: string): string {
  return text.replace(INVISIBLE, spelled).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

function spelled(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
