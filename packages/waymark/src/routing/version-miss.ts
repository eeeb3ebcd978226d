import { clientBase } from "../http/client-base.ts";
import type { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import { successorLink } from "../http/successor-link.ts";
import { hasGone } from "./no-version.ts";
import type { Versioning } from "./versions.ts";

/** The answer for a path at which a version has nothing, where a field of the request says it: `having` are those that have. */
export function missOfVersion(having: readonly string[]): HttpError {
  if (having.length === 0) return new HttpError(404);
  return noVersion(`This path is of version ${having.join(" and ")} alone`, having);
}

/** The answer for a path at which there is nothing, where paths say versions. `isThere` tells whether another one has something. */
export function missInVersions(
  versioning: Versioning,
  exchange: Exchange,
  isThere: (path: string) => boolean,
): HttpError {
  const { path } = exchange;
  const { names, retired } = versioning;
  const gone = retired.find((version) => isBelow(path, versioning.prefixOf(version)));
  if (gone !== undefined) {
    const next = versioning.prefixOf(versioning.successorOf(gone));
    const successor = next + path.slice(versioning.prefixOf(gone).length);
    return hasGone(versioning, gone, isThere(successor) ? successorLink(exchange, successor) : undefined);
  }
  const begin = (version: string): string => clientBase(exchange) + versioning.prefixOf(version);
  const asked = versionIn(versioning, path);
  if (asked !== undefined && !names.includes(asked))
    return noVersion(`There is no such version: begin the path with ${names.map(begin).join(" or ")}`, names);
  const having = names.filter((version) => isThere(versioning.prefixOf(version) + path));
  if (asked !== undefined || having.length === 0) return new HttpError(404);
  const begins = having.map(begin).join(" or ");
  return noVersion(`The version is missing: begin the path with ${begins}`, having);
}

/** What stands in a path where a version does, if it looks like one: a version begins with a digit, or there is one that does not. */
function versionIn({ settings, names }: Versioning, path: string): string | undefined {
  const { prefix = "/v{version}" } = settings as { prefix?: string };
  const [before = "", after = ""] = prefix.split("{version}");
  if (!path.startsWith(before)) return undefined;
  const rest = path.slice(before.length);
  const end = after === "" ? rest.indexOf("/") : rest.indexOf(after);
  const version = end === -1 ? (after === "" ? rest : "") : rest.slice(0, end);
  return /^\d[\w.-]*$/.test(version) || names.includes(version) ? version : undefined;
}

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
}

function noVersion(detail: string, versions: readonly string[]): HttpError {
  return new HttpError(404, detail, { members: { versions } });
}
