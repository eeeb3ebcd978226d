/** The pairs of a query as they were sent, each with its name decoded as `parseQuery` does. */
function pairsOf(search: string): { readonly raw: string; readonly name: string }[] {
  return search
    .split("&")
    .filter((raw) => raw !== "")
    .map((raw) => {
      const equals = raw.indexOf("=");
      return { raw, name: decoded(equals === -1 ? raw : raw.slice(0, equals)) };
    });
}

/** A malformed name is nobody's: it stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}

/** A query without the pairs of a name; every other byte stays. */
export function withoutQuery(search: string, name: string): string {
  const pairs = pairsOf(search);
  const kept = pairs.filter((pair) => pair.name !== name);
  return kept.length === pairs.length ? search : kept.map(({ raw }) => raw).join("&");
}

/** A query in which a name has this value alone: where the first one stood, else at the end. */
export function withQuery(search: string, name: string, value: string): string {
  const set = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  const pairs = pairsOf(search);
  const at = pairs.findIndex((pair) => pair.name === name);
  if (at === -1) return search === "" ? set : `${search}&${set}`;
  return pairs
    .flatMap((pair, index) => (index === at ? [set] : pair.name === name ? [] : [pair.raw]))
    .join("&");
}

/** A query in which pairs of a name have another one, and their values as they were. */
export function renamedQuery(search: string, from: string, to: string): string {
  return pairsOf(search)
    .map(({ raw, name }) => {
      if (name !== from) return raw;
      const equals = raw.indexOf("=");
      return equals === -1 ? encodeURIComponent(to) : encodeURIComponent(to) + raw.slice(equals);
    })
    .join("&");
}
