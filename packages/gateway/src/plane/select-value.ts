import { cookieValue, queryValues } from "./request-values.ts";
import type { Call } from "../call.ts";
import type { Selector } from "../snapshot.ts";

/** Reads one value of a request; undefined where it has none. */
export type ValueReader = (call: Call) => string | undefined;

/** What a selector of the configuration reads. Throws a `TypeError` for one that is none. */
export function valueReader(selector: Selector): ValueReader {
  if (selector === "ip") return (call) => call.clientAddress;
  if (selector === "consumer") return (call) => call.principal?.consumer ?? undefined;
  const at = selector.indexOf(":");
  const [kind, name] = [selector.slice(0, at), selector.slice(at + 1)];
  switch (kind) {
    case "header": {
      const lower = name.toLowerCase();
      return ({ exchange }) => exchange.header(lower);
    }
    case "query":
      return ({ exchange }) => queryValues(exchange.search, name)[0];
    case "cookie":
      return ({ exchange }) => cookieValue(exchange, name);
    case "path":
      return ({ params }) => params.get(name);
    case "claim":
      return ({ principal }) => textOf(principal?.claims[name]);
    default:
      throw new TypeError(
        `'${selector}' selects nothing: ip, consumer, header:…, query:…, cookie:…, path:… or claim:…`,
      );
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
