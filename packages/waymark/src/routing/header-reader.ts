import type { Exchange } from "../http/exchange.ts";
import { hasGone, noVersion } from "./no-version.ts";
import { varyBy } from "./vary-by.ts";
import type { VersionReader } from "./version-reader.ts";
import type { Versioning } from "./versions.ts";

/** Reads the version from a field of the request. */
export class HeaderReader implements VersionReader {
  readonly #versioning: Versioning;
  readonly #header: string;
  readonly field: string;
  readonly #default: string;

  constructor(versioning: Versioning, header: string) {
    this.#versioning = versioning;
    this.#header = header;
    this.field = header.toLowerCase();
    // No version has an empty name.
    this.#default = versioning.default ?? "";
  }

  choose<T>(exchange: Exchange, among: ReadonlyMap<string, T>): T | undefined {
    varyBy(exchange, this.field);
    return among.get(exchange.header(this.field) ?? this.#default);
  }

  version(exchange: Exchange): string {
    const said = exchange.header(this.field);
    const version = said ?? this.#default;
    if (this.#versioning.names.includes(version)) return version;
    if (this.#versioning.retired.includes(version)) throw hasGone(this.#versioning, version);
    const known = this.#versioning.names.join(" or ");
    throw noVersion(
      400,
      said === undefined
        ? `The version is missing: send ${this.#header} with ${known}`
        : `There is no such version: send ${this.#header} with ${known}`,
      this.#versioning,
    );
  }
}
