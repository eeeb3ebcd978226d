/** Since when a whole version is deprecated, until when it answers (ISO 8601 dates), and which one to use instead. */
export interface VersionDeprecation {
  readonly since: string;
  readonly sunset?: string;
  /** The name of another version. By path, replies link to the same route of it. */
  readonly successor?: string;
}

/** One version of an API. */
export interface VersionDetails {
  /** As clients say it: "1", "1.2", "2026-06-01". */
  readonly name: string;
  /** For all routes of this version, unless they say it for themselves. */
  readonly deprecated?: boolean | VersionDeprecation;
  /** It has gone: it is answered 410, and no route may be of it any more. */
  readonly retired?: boolean;
  /** CommonMark, in its document in the place of the application's. */
  readonly description?: string;
}

interface VersionList {
  /** All versions, the oldest first. The last one that is not retired is the latest. */
  readonly list: readonly (string | VersionDetails)[];
  /** What clients get that say no version. Without it they are told which ones there are. */
  readonly default?: string;
}

/** Every version below a path of its own: `/v1/items`, `/v2/items`. The default version answers `/items` too. */
export interface PathVersions extends VersionList {
  readonly by: "path";
  /** Stands before the path of every route that has a version. Default "/v{version}". */
  readonly prefix?: string;
}

/** The version is a field of the request: `Api-Version: 2`. */
export interface HeaderVersions extends VersionList {
  readonly by: "header";
  /** Default "Api-Version". */
  readonly name?: string;
}

/** The version is in the media type that is asked for: `Accept: application/vnd.shop.v2+json`. */
export interface MediaTypeVersions extends VersionList {
  readonly by: "media-type";
  /** The media type without version and "+json": "application/vnd.shop". */
  readonly type: string;
}

/** How clients say which version of the API they mean. */
export type Versions = PathVersions | HeaderVersions | MediaTypeVersions;

/** The versions of an application, ready to be asked about. */
export class Versioning {
  /** In order, those that are retired left out. */
  readonly names: readonly string[];
  readonly retired: readonly string[];
  readonly default: string | undefined;
  readonly settings: Versions;
  readonly #details: ReadonlyMap<string, VersionDetails>;

  /** What is wrong with the settings `checkVersions` tells; nothing is asked here. */
  constructor(settings: Versions) {
    const details = detailsOf(settings);
    this.settings = settings;
    this.#details = new Map(details.map((each) => [each.name, each]));
    this.names = details.filter(({ retired }) => retired !== true).map(({ name }) => name);
    this.retired = details.filter(({ retired }) => retired === true).map(({ name }) => name);
    this.default = settings.default;
  }

  /** The version that the plain document is about. */
  get main(): string {
    return this.default ?? this.names.at(-1)!;
  }

  detailsOf(version: string): VersionDetails | undefined {
    return this.#details.get(version);
  }

  /** What stands before the path of a version's routes; "" where no path says the version. */
  prefixOf(version: string): string {
    const { settings } = this;
    return settings.by === "path" ? (settings.prefix ?? "/v{version}").replace("{version}", version) : "";
  }

  /** The version to go to from one that has gone: the one that it says, else the next one that is not on its way out too. */
  successorOf(retired: string): string {
    const said = this.#details.get(retired)?.deprecated;
    if (typeof said === "object" && said.successor !== undefined) return said.successor;
    const all = [...this.#details.values()];
    const later = all.slice(all.findIndex(({ name }) => name === retired));
    const stays = ({ retired: gone, deprecated }: VersionDetails): boolean =>
      gone !== true && (deprecated ?? false) === false;
    return later.find(stays)?.name ?? this.names.at(-1)!;
  }
}

export function detailsOf({ list }: Versions): readonly VersionDetails[] {
  return list.map((each) => (typeof each === "string" ? { name: each } : each));
}

/** The field that clients say the version in, as it was given. */
export function versionHeader({ name = "Api-Version" }: HeaderVersions): string {
  return name;
}

/** The media type of JSON of one version. */
export function versionedType({ type }: MediaTypeVersions, version: string): string {
  return `${type}.v${version}+json`;
}
