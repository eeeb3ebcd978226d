import { type Exchange, parseCookies } from "waymark/internal";

/** The pairs of a query as they were sent, with their names decoded. */
export function queryPairs(search: string): { readonly name: string; readonly raw: string }[] {
  return search
    .split("&")
    .filter((raw) => raw !== "")
    .map((raw) => ({ name: decoded(raw.split("=", 1)[0]!), raw }));
}

/** Every value of a name in a query, decoded. */
export function queryValues(search: string, name: string): string[] {
  return queryPairs(search)
    .filter((pair) => pair.name === name)
    .map(({ raw }) => decoded(raw.slice(raw.indexOf("=") === -1 ? raw.length : raw.indexOf("=") + 1)));
}

export function cookieValue(exchange: Exchange, name: string): string | undefined {
  const sent = exchange.header("cookie");
  return sent === undefined ? undefined : parseCookies(sent).get(name);
}

/** "+" is a space here, as forms have it; what is no encoding stands for itself. */
function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
