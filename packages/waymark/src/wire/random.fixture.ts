/** Numbers from 0 to 1 that are the same for the same seed: a case that fails can be had again. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(list: ArrayLike<T>, random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

/** What a parser of HTTP/1.1 may stumble over. */
const BYTES = '\r\n\t\0 :;,=/?#\x7f\x80\xff\x0b\x0cG0159AaZz"';
const LINE_ENDS = ["\n", "\r", "\r\r\n", "\n\r\n"];

/** A message with up to three faults in it; `intact` is the share of those that have none. */
export function damaged(message: string, intact: number, random: () => number): string {
  let text = message;
  for (let k = random() < intact ? 0 : 1 + Math.floor(random() * 3); k > 0; k--) {
    const at = Math.floor(random() * text.length);
    const kind = random();
    if (kind < 0.4) text = text.slice(0, at) + pick(BYTES, random) + text.slice(at + 1);
    else if (kind < 0.7) text = text.slice(0, at) + pick(BYTES, random) + text.slice(at);
    else if (kind < 0.9) text = text.slice(0, at) + text.slice(at + 1);
    else if (kind < 0.95) text = text.replace("\r\n", pick(LINE_ENDS, random));
    else text = text.slice(0, at);
  }
  return text;
}
