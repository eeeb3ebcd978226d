import { acceptedTypes } from "../http/accept.ts";
import type { Exchange } from "../http/exchange.ts";
import { parseMediaType } from "../http/media-type.ts";
import { hasGone, noVersion } from "./no-version.ts";
import { varyBy } from "./vary-by.ts";
import type { VersionReader } from "./version-reader.ts";
import { type MediaTypeVersions, versionedType, type Versioning } from "./versions.ts";

/** A version that a client takes, and what its JSON is then called. */
interface Acceptable {
  readonly version: string;
  readonly contentType: string | null;
}

/** What an Accept comes to. */
interface Reading {
  /** The best first. */
  readonly acceptable: readonly Acceptable[];
  /** It names versions: those that are acceptable, or others. */
  readonly isSaid: boolean;
  /** It says of all JSON that it is not wanted. */
  readonly isRefusal: boolean;
  readonly retired: string | undefined;
}

/** So many different Accepts are remembered, each up to so long. Ordinary clients have one. */
const REMEMBERED = 200;
const LONGEST = 200;

/** Reads the version from the media types that are accepted, and from that of the body. */
export class MediaTypeReader implements VersionReader {
  readonly field = "accept";
  readonly #versioning: Versioning;
  readonly #settings: MediaTypeVersions;
  /** In lower case, as media types are compared. */
  readonly #byName: ReadonlyMap<string, string>;
  readonly #readings = new Map<string, Reading>();
  readonly #nothing: Reading;

  constructor(versioning: Versioning, settings: MediaTypeVersions) {
    this.#versioning = versioning;
    this.#settings = settings;
    const names = [...versioning.names, ...versioning.retired];
    this.#byName = new Map(names.map((name) => [name.toLowerCase(), name]));
    this.#nothing = this.#read("*/*");
  }

  choose<T>(exchange: Exchange, among: ReadonlyMap<string, T>): T | undefined {
    varyBy(exchange, this.field);
    for (const { version, contentType } of this.#acceptable(exchange)) {
      const found = among.get(version);
      if (found === undefined) continue;
      // What writes JSON leaves a type that is there already.
      exchange.contentType = contentType;
      return found;
    }
    return undefined;
  }

  version(exchange: Exchange): string {
    const [best] = this.#acceptable(exchange);
    if (best !== undefined) return best.version;
    const versioning = this.#versioning;
    const { isSaid, isRefusal, retired, acceptable } = this.#reading(exchange);
    if (retired !== undefined) throw hasGone(versioning, retired);
    const known = versioning.names.map((name) => versionedType(this.#settings, name)).join(" or ");
    if (acceptable.length > 0)
      throw noVersion(415, `The body is of another version than what is accepted: send ${known} as both`, versioning); // prettier-ignore
    throw isSaid || isRefusal
      ? noVersion(
          406,
          `${isRefusal ? "There is nothing else" : "There is no such version"}: accept ${known}`,
          versioning,
        )
      : noVersion(400, `The version is missing: accept ${known}`, versioning);
  }

  /** A body of one version is not answered by another; alone, it says the version. */
  #acceptable(exchange: Exchange): readonly Acceptable[] {
    const { acceptable, isSaid } = this.#reading(exchange);
    if (!exchange.hasBody) return acceptable;
    const media = parseMediaType(exchange.header("content-type") ?? "");
    const said = media === undefined ? undefined : this.#saidBy(media.type, media.parameters);
    if (said === undefined) return acceptable;
    if (isSaid) return acceptable.filter(({ version }) => version === said);
    return this.#versioning.names.includes(said)
      ? [{ version: said, contentType: versionedType(this.#settings, said) }]
      : [];
  }

  #reading(exchange: Exchange): Reading {
    const field = exchange.header("accept");
    if (field === undefined) return this.#nothing;
    const known = this.#readings.get(field);
    if (known !== undefined) return known;
    const reading = this.#read(field);
    if (this.#readings.size < REMEMBERED && field.length <= LONGEST) this.#readings.set(field, reading);
    return reading;
  }

  #read(field: string): Reading {
    const { names, retired, default: fallback } = this.#versioning;
    const found: { acceptable: Acceptable; weight: number; precision: number }[] = [];
    const refused = new Set<string>();
    let isSaid = false;
    let gone: string | undefined;
    let isOther = true;
    let isWanted = false;
    for (const { type, parameters, weight } of acceptedTypes(field)) {
      const said = this.#saidBy(type, parameters);
      const precision = said !== undefined ? 2 : this.#precisionOf(type);
      if (precision === undefined) continue;
      isOther = false;
      isWanted ||= weight > 0;
      const version = said ?? fallback;
      if (said !== undefined) isSaid ||= weight > 0;
      if (version === undefined) continue;
      if (weight === 0) {
        if (said !== undefined) refused.add(version);
      } else if (names.includes(version)) {
        const contentType = this.#contentTypeOf(version, type);
        found.push({ acceptable: { version, contentType }, weight, precision });
      } else if (retired.includes(version)) gone ??= version;
    }
    // Of other types nobody here knows anything: the function may.
    if (isOther && fallback !== undefined)
      found.push({ acceptable: { version: fallback, contentType: null }, weight: 1, precision: 0 });
    found.sort(
      (a, b) =>
        b.weight - a.weight ||
        b.precision - a.precision ||
        names.indexOf(b.acceptable.version) - names.indexOf(a.acceptable.version),
    );
    const acceptable = found.map((each) => each.acceptable).filter(({ version }) => !refused.has(version));
    return {
      acceptable,
      isSaid: isSaid || refused.size > 0,
      isRefusal: !isOther && !isWanted,
      retired: gone,
    };
  }

  /** The version that a media type names, known or not; undefined where it names none. */
  #saidBy(type: string, parameters: ReadonlyMap<string, string>): string | undefined {
    const own = this.#settings.type;
    const named =
      type.startsWith(`${own}.v`) && type.endsWith("+json")
        ? type.slice(own.length + 2, -"+json".length)
        : type === `${own}+json` || type === "application/json"
          ? parameters.get("version")
          : undefined;
    return named === undefined ? undefined : (this.#byName.get(named.toLowerCase()) ?? named);
  }

  /** How closely a type without a version says JSON; undefined where it does not. */
  #precisionOf(type: string): number | undefined {
    if (type === `${this.#settings.type}+json` || type === "application/json") return 1;
    return type === "*/*" || type === "application/*" ? 0 : undefined;
  }

  /** A client that asks for plain JSON is not sent another type. */
  #contentTypeOf(version: string, asked: string): string {
    return asked === "application/json"
      ? `application/json; version=${version}`
      : versionedType(this.#settings, version);
  }
}
