import type { IncomingRequest } from "../http/request.ts";

type OriginFunction = (origin: string, request: IncomingRequest) => boolean | Promise<boolean>;

/** "*", one origin or several, patterns of origins, or a function that decides. */
export type Origins = string | RegExp | readonly (string | RegExp)[] | OriginFunction;

/** A browser's origins are short; patterns of the application need not look at more. */
const LONGEST_ORIGIN = 512;

/** Compiles what `cors` takes as origins. Throws a `TypeError` for what is no origin, and for giving everybody credentials. */
export function originRule(origins: Origins, credentials: boolean): OriginFunction {
  if (typeof origins === "function")
    return (origin, request) => {
      const allowed = origins(origin, request);
      // Strictly: a truthy object is no permission.
      return typeof allowed === "object" ? allowed.then((settled) => settled === true) : allowed === true;
    };
  const rules = Array.isArray(origins)
    ? (origins as readonly (string | RegExp)[])
    : [origins as string | RegExp];
  if (rules.includes("*")) {
    if (credentials)
      throw new TypeError(
        'cors: origins "*" with credentials would lend everybody the cookies of your users: list the origins',
      );
    if (rules.length > 1) throw new TypeError('cors: "*" stands alone, for it is every origin');
    return () => true;
  }
  if (credentials && rules.includes("null"))
    throw new TypeError('cors: any page can make itself the origin "null": it cannot be given credentials');
  const names = new Set(rules.filter((rule) => typeof rule === "string").map(checkedOrigin));
  const patterns = rules.filter((rule) => rule instanceof RegExp).map(wholly);
  return (origin) =>
    names.has(origin) ||
    (origin.length <= LONGEST_ORIGIN && patterns.some((pattern) => pattern.test(origin)));
}

/** A pattern that matches a part of an origin would let in `https://example.com.evil.test`. */
function wholly({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replaceAll(/[gmy]/g, ""));
}

/** Browsers send origins in one spelling; another would never be equal. */
export function checkedOrigin(origin: string): string {
  if (origin === "null") return origin;
  // The URL standard lets it stand in a host.
  if (origin.includes("*"))
    throw new TypeError(`'${origin}' is not an origin: several are a list, or a RegExp`);
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  // Origins of browser extensions and the like are opaque to the URL standard.
  const standard = url === undefined || url.origin !== "null" ? url?.origin : `${url.protocol}//${url.host}`;
  if (standard !== origin)
    throw new TypeError(
      `'${origin}' is not an origin${standard === undefined ? ": write it like https://example.com" : `: write '${standard}'`}`,
    );
  return origin;
}
