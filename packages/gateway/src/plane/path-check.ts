import type { GatewaySettings, Operation } from "../snapshot.ts";

/** What is worth a second look: most paths have none of it, and are not asked anything else. */
export const SUSPECT: RegExp = /\/\/|\/\.|[%;]/;
/**
 * A segment that is "." or "..", dots written as %2E included (RFC 3986 §6.2.2), and slashes as %2F: who lets these pass has a
 * server behind that reads them as slashes.
 */
const DOT_SEGMENT = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)/i;
/** Some servers take a path parameter away before they look at the segment: "..;/" is ".." to them. */
const DOTS_WITH_PARAMETER = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:;|%3b)/i;
const ENCODED_SLASH = /%2f/i;
const ENCODED_BACKSLASH = /%5c/i;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
/** What a segment has besides its name (RFC 3986 §3.3). Some servers decode before they look for it. */
const PARAMETERS = /(?:;|%3b).*$/i;
/** A "%" that begins no escape, or one that hides another. */
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;
const DOUBLE_ESCAPE = /%25(?:2f|5c|2e|00)/i;

/**
 * Why a path cannot be judged and forwarded as one and the same; undefined where it can. What is refused here is what
 * servers are known to read in several ways: nothing is repaired, for a repaired path is a second reading.
 */
export function pathFault(path: string, paths: GatewaySettings["paths"]): string | undefined {
  if (DOT_SEGMENT.test(path) || DOTS_WITH_PARAMETER.test(path)) return "The path has a dot segment.";
  if (paths.emptySegments === "refuse" && path.includes("//")) return "The path has an empty segment.";
  if (!path.includes("%")) return undefined;
  if (BAD_ESCAPE.test(path)) return "The path's percent-encoding is malformed.";
  if (ENCODED_CONTROL.test(path)) return "The path has an encoded control character.";
  if (ENCODED_BACKSLASH.test(path)) return "The path has an encoded backslash.";
  if (DOUBLE_ESCAPE.test(path)) return "The path is encoded twice.";
  if (paths.encodedSlash === "refuse" && ENCODED_SLASH.test(path)) return "The path has an encoded slash.";
  return undefined;
}

/**
 * Why a path cannot go to the operation that it leads to: there are servers that take the parameters of segments away before
 * they look whose path it is (Tomcat, Spring), and without them it leads elsewhere. A segment that has parameters by its
 * document is theirs who wrote that.
 *
 * @param leadsThere whether another path leads to the same operation.
 */
export function parameterFault(
  path: string,
  operation: Operation,
  paths: GatewaySettings["paths"],
  leadsThere: (path: string) => boolean,
): string | undefined {
  if (!PARAMETERS.test(path)) return undefined;
  const template = operation.template.split("/");
  const isOwn = (segment: string, index: number): boolean =>
    template[index]?.includes(";") === true ||
    (segment.startsWith(";") && isMatrix(template[index], operation));
  const bare = path
    .split("/")
    .map((segment, index) => (isOwn(segment, index) ? segment : segment.replace(PARAMETERS, "")))
    .join("/");
  if (bare === path || (pathFault(bare, paths) === undefined && leadsThere(bare))) return undefined;
  return "Without its parameters, which stand behind a semicolon, the path leads elsewhere.";
}

/** A value in OpenAPI's style `matrix` begins with a ";". */
function isMatrix(segment: string | undefined, { parameters }: Operation): boolean {
  return parameters.some(
    ({ in: place, name, style }) => place === "path" && style === "matrix" && segment === `{${name}}`,
  );
}
