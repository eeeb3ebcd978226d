import type { ErrorDeclarations } from "../endpoint.ts";
import type { Versioning } from "./versions.ts";

/** What a request for a route of one version may be answered because of its version. */
export function versionErrors({
  settings: { by },
  retired,
  default: fallback,
}: Versioning): ErrorDeclarations {
  const gone: ErrorDeclarations = retired.length === 0 ? {} : { 410: "The version has gone" };
  const none = fallback === undefined ? "The version is missing" : undefined;
  switch (by) {
    case "path":
      return {};
    case "header":
      return {
        400: none === undefined ? "There is no such version" : `${none}, or there is no such one`,
        ...gone,
      };
    case "media-type":
      return { ...(none === undefined ? {} : { 400: none }), 406: "There is no such version", ...gone };
  }
}
