/** One `name=value` of the field Forwarded, the value a token or a quoted string, and what ends it. */
const PAIR =
  /[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z:[\]]+))[ \t]*([;,]|$)/y;

/**
 * The elements of a Forwarded field (RFC 7239 §4), one for each proxy in the order of the way, names in lower case. Colons
 * and brackets are let through without quotes, for some proxies leave them out. What is malformed ends the reading from the
 * left: nothing that stands before it is believed to belong to what follows.
 */
export function parseForwarded(value: string): readonly ReadonlyMap<string, string>[] {
  let elements: ReadonlyMap<string, string>[] = [];
  let element = new Map<string, string>();
  for (let at = 0; at < value.length;) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(value);
    if (match === null) {
      // The rest begins behind the next comma; the proxies nearest to us wrote last.
      const comma = value.indexOf(",", at);
      elements = [new Map()];
      element = new Map();
      if (comma === -1) return elements;
      at = comma + 1;
      continue;
    }
    const [whole, name = "", quoted, token = "", end] = match;
    at += whole.length;
    element.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? token);
    if (end === ";") continue;
    elements.push(element);
    element = new Map();
  }
  return elements;
}
