const NONE: readonly string[] = [];

/**
 * A parsed query (or form), in the order it was sent.
 *
 * Pairs stand in one flat list and names are searched for: an endpoint asks for few names, and a hash table keyed by the
 * client's choice could be made to collide.
 */
export class Query {
  /** Name, value, name, value, …, decoded. */
  readonly pairs: readonly string[];
  /** Why it could not be read: the detail of a 400. It then has no pairs. */
  readonly fault: string | undefined;

  constructor(pairs: readonly string[], fault?: string) {
    this.pairs = pairs;
    this.fault = fault;
  }

  /** The value of a name; all of its values, in order, when it is repeated. */
  get(name: string): string | string[] | undefined {
    const { pairs } = this;
    let found: string | string[] | undefined;
    for (let i = 0; i < pairs.length; i += 2) {
      if (pairs[i] !== name) continue;
      const value = pairs[i + 1]!;
      if (found === undefined) found = value;
      else if (typeof found === "string") found = [found, value];
      else found.push(value);
    }
    return found;
  }
}

const EMPTY = new Query(NONE);
const MALFORMED = new Query(NONE, "The query holds a malformed percent-encoding");

/**
 * Reads `application/x-www-form-urlencoded` text as URLSearchParams does (`+` is a space, empty pairs are skipped, a name
 * without `=` has the value ""), except that a percent sequence which is not UTF-8 is a fault and not repaired: what two
 * readers would read differently is not read at all. Takes time linear in its length.
 *
 * @param search without the leading "?"
 * @param maximum of pairs; more are a fault
 */
export function parseQuery(search: string, maximum = 1000): Query {
  if (search === "") return EMPTY;
  const encoded = search.includes("%") || search.includes("+");
  const { length } = search;
  const pairs: string[] = [];
  let equals = -1;
  try {
    for (let start = 0, end: number; start < length; start = end + 1) {
      end = search.indexOf("&", start);
      if (end === -1) end = length;
      if (end === start) continue;
      // Looked for anew only when it was passed, so that many names without a value do not each search to the end.
      if (equals < start) equals = search.indexOf("=", start);
      if (equals === -1) equals = length;
      if (pairs.length === maximum * 2)
        return new Query(NONE, `The query has more than ${maximum} parameters`);
      const name = search.slice(start, Math.min(equals, end));
      const value = equals < end ? search.slice(equals + 1, end) : "";
      if (encoded) pairs.push(decode(name), decode(value));
      else pairs.push(name, value);
    }
  } catch {
    return MALFORMED;
  }
  return new Query(pairs);
}

/** Throws a URIError for a percent sequence that is malformed or not UTF-8. */
function decode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
