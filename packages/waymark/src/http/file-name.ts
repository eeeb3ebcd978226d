const NAMELESS = "unnamed";
/** In bytes: what nearly every file system can hold. */
const LONGEST = 255;

/** Control characters, and characters that turn the direction of text and so the end of a name as it is shown. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;
/** What Windows does not have in a name; ":" also begins the name of a stream inside a file there. */
const FORBIDDEN = /[<>:"|?*]/g;
/** Windows takes these for devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?=\.|$)/i;

const encoder = new TextEncoder();

/**
 * A name under which a file can be kept: the last segment of what a client says (RFC 7578 §4.2), of at most 255 bytes,
 * without control characters and what a file system would read as anything but a name. Never empty, "." or "..", and never
 * ending in a dot or a space.
 */
export function safeFileName(said: string): string {
  const segment = said.slice(Math.max(said.lastIndexOf("/"), said.lastIndexOf("\\")) + 1);
  const visible = segment.normalize("NFC").replace(UNSEEN, "").replace(FORBIDDEN, "_");
  const name = withoutEnd(shortened(visible.trim()));
  if (name === "") return NAMELESS;
  return DEVICE.test(name) ? `_${name}` : name;
}

/** Keeps the ending, which says what kind of file it is. One byte is left for the sign before a device's name. */
function shortened(name: string): string {
  if (encoder.encode(name).length < LONGEST) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : "";
  const room = LONGEST - 1 - encoder.encode(ending).length;
  // Cut between characters: a broken sequence at the end decodes to nothing.
  const cut = encoder.encode(name).subarray(0, room);
  return new TextDecoder().decode(cut, { stream: true }) + ending;
}

/** By hand, since a pattern for the end tries anew at every dot. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === "." || name[end - 1] === " ")) end--;
  return name.slice(0, end);
}
