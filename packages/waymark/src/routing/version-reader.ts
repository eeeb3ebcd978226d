import type { Exchange } from "../http/exchange.ts";
import { HeaderReader } from "./header-reader.ts";
import { MediaTypeReader } from "./media-type-reader.ts";
import { versionHeader, type Versioning } from "./versions.ts";

/** Tells by the fields of a request which version it is for. */
export interface VersionReader {
  /** The field that says it, in lower case: what replies vary by. */
  readonly field: string;
  /** Of what there is by version, the one that the request asks for; undefined where that is not there. */
  choose<T>(exchange: Exchange, among: ReadonlyMap<string, T>): T | undefined;
  /** The version that it asks for. Throws an `HttpError` that names the versions where there is no such one. */
  version(exchange: Exchange): string;
}

/** Undefined where paths say it. */
export function versionReader(versioning: Versioning): VersionReader | undefined {
  const { settings } = versioning;
  switch (settings.by) {
    case "path":
      return undefined;
    case "header":
      return new HeaderReader(versioning, versionHeader(settings));
    case "media-type":
      return new MediaTypeReader(versioning, settings);
  }
}
