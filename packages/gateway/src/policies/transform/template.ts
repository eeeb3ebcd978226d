import type { Call } from "../../call.ts";
import { claimValue, cookieValue, pathValue, type CallValue } from "../call-value.ts";
import { parseQuery } from "waymark/internal";

/** Text out of a request; undefined where a value that it names is not there. */
export type Template = CallValue;

const HOLE = /\$(\$|\{([^}]*)\})/g;

/**
 * A text with values of the request in it: `tenant-${claim.tenant}`; `$$` is a dollar sign. Throws a `TypeError` for a
 * value that there is not.
 */
export function template(text: string): Template {
  const parts: (string | Template)[] = [];
  let end = 0;
  for (const match of text.matchAll(HOLE)) {
    parts.push(text.slice(end, match.index), match[1] === "$" ? "$" : valueOf(match[2] ?? ""));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  if (parts.every((part) => typeof part === "string")) {
    const whole = parts.join("");
    return () => whole;
  }
  return (call) => {
    let filled = "";
    for (const part of parts) {
      const value = typeof part === "string" ? part : part(call);
      if (value === undefined) return undefined;
      filled += value;
    }
    return filled;
  };
}

const NAMED: Readonly<Record<string, Template>> = Object.assign(
  Object.create(null) as Record<string, Template>,
  {
    "consumer.id": ({ principal }: Call) => principal?.consumer ?? undefined,
    "principal.id": ({ principal }: Call) => principal?.id,
    "principal.scopes": ({ principal }: Call) =>
      principal === null ? undefined : [...principal.scopes].join(" "),
    ip: ({ clientAddress }: Call) => clientAddress,
    method: ({ exchange }: Call) => exchange.method,
    "operation.id": ({ operation }: Call) => operation.id,
    service: ({ service }: Call) => service.name,
  },
);

const PLACES: ReadonlyMap<string, (name: string) => Template> = new Map([
  ["claim", claimValue],
  ["cookie", cookieValue],
  ["path", pathValue],
  ["header", headerValue],
  ["query", queryValue],
]);

/** As the upstream gets it: what a client sent by a name of the gateway's own is not there. */
function headerValue(name: string): Template {
  const field = name.toLowerCase();
  return ({ exchange, upstreamHeaders }) =>
    upstreamHeaders.has(field) ? (upstreamHeaders.get(field) ?? undefined) : exchange.header(field);
}

function queryValue(name: string): Template {
  return ({ exchange }) => {
    const value = parseQuery(exchange.search).get(name);
    return Array.isArray(value) ? value[0] : value;
  };
}

function valueOf(name: string): Template {
  const known = NAMED[name];
  if (known !== undefined) return known;
  const dot = name.indexOf(".");
  const place = dot === -1 ? undefined : PLACES.get(name.slice(0, dot));
  if (place === undefined || dot === name.length - 1)
    throw new TypeError(
      `\${${name}} is not known: it is one of ${Object.keys(NAMED).join(", ")}, path.…, query.…, header.…, cookie.…, claim.…`,
    );
  return place(name.slice(dot + 1));
}
