import { HttpError } from "../http/http-error.ts";
import type { Versioning } from "./versions.ts";

/** The answer to a request for a version that there is not; it names those that there are. */
export function noVersion(status: number, detail: string, { names }: Versioning): HttpError {
  return new HttpError(status, detail, { members: { versions: names } });
}

/** `link` leads to the same path of the version to go to, where it has one. */
export function hasGone(versioning: Versioning, version: string, link?: string): HttpError {
  const successor = versioning.successorOf(version);
  return new HttpError(410, `Version ${version} has gone: use version ${successor}`, {
    members: { versions: versioning.names, successor },
    ...(link === undefined ? {} : { headers: { link } }),
  });
}
