import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import { checkDeprecation } from "./deprecation.ts";
import { kindOf } from "./kind.ts";
import { checkKnown, type Keys } from "./options.ts";
import { parseTemplate, Template } from "./template.ts";
import {
  detailsOf,
  type HeaderVersions,
  type MediaTypeVersions,
  type PathVersions,
  type VersionDeprecation,
  type VersionDetails,
  Versioning,
  type Versions,
} from "./versions.ts";

type Report = (mistake: Mistake) => void;

const PATH: Keys<PathVersions> = { by: true, list: true, default: true, prefix: true };
const HEADER: Keys<HeaderVersions> = { by: true, list: true, default: true, name: true };
const MEDIA_TYPE: Keys<MediaTypeVersions> = { by: true, list: true, default: true, type: true };
const KNOWN = { path: PATH, header: HEADER, "media-type": MEDIA_TYPE } as const;
const DETAILS: Keys<VersionDetails> = { name: true, deprecated: true, retired: true, description: true };
const DEPRECATION: Keys<VersionDeprecation> = { since: true, sunset: true, successor: true };

/** It stands in paths, header fields and media types, and in the addresses of documents. */
const NAME = /^[0-9A-Za-z](?:[\w.-]*[0-9A-Za-z])?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPE = /^application\/[0-9a-z][\w!#$&^.-]*$/;

/** Whether an application's versions are such. What is wrong is told. */
export function checkVersions(versions: Versions, report: Report): boolean {
  let isGood = true;
  const tell: Report = (mistake) => {
    isGood = false;
    report(mistake);
  };
  // Without a compiler it may be anything.
  const given = versions as Partial<Versions> | null;
  if (typeof given !== "object" || given === null || !Object.hasOwn(KNOWN, given.by ?? ""))
    tell(mistakes.versionsByNothing(kindOf((given as { by?: unknown } | null)?.by)));
  else {
    checkKnown("versions", versions, KNOWN[versions.by], tell);
    if (!Array.isArray(given.list) || given.list.length === 0) tell(mistakes.noVersions(kindOf(given.list)));
    else checkList(versions, tell);
    checkWhere(versions, tell);
  }
  return isGood;
}

/** The versions of an application; undefined where it has none, and where something is wrong with them, which is told. */
export function versioningOf(versions: Versions | undefined): Versioning | undefined {
  return versions !== undefined && checkVersions(versions, () => undefined)
    ? new Versioning(versions)
    : undefined;
}

function checkList(versions: Versions, report: Report): void {
  const seen = new Set<string>();
  const live: string[] = [];
  for (const details of detailsOf(versions)) {
    const { name, retired } = (details ?? {}) as Partial<VersionDetails>;
    if (typeof name !== "string" || !NAME.test(name)) {
      report(mistakes.invalidVersionName(kindOf(name ?? details)));
      continue;
    }
    // Media types are compared without regard to case (RFC 9110 §8.3.1).
    const key = versions.by === "media-type" ? name.toLowerCase() : name;
    if (seen.has(key)) report(mistakes.versionTwice(name));
    seen.add(key);
    if (retired !== true) live.push(name);
    checkKnown(`version ${name}`, details, DETAILS, report);
  }
  for (const details of detailsOf(versions)) checkDates(details, live, report);
  const { default: fallback } = versions;
  if (live.length === 0 && seen.size > 0) report(mistakes.allVersionsRetired());
  else if (fallback !== undefined && !live.includes(fallback))
    report(mistakes.unknownVersion("versions.default", String(fallback), live));
}

function checkDates(details: VersionDetails, live: readonly string[], report: Report): void {
  const { deprecated, name } = details ?? {};
  if (typeof deprecated !== "object" || deprecated === null) return;
  checkKnown(`deprecated of version ${name}`, deprecated, DEPRECATION, report);
  const { successor, ...dates } = deprecated;
  checkDeprecation(dates, report);
  const others = live.filter((each) => each !== name);
  if (successor !== undefined && !others.includes(successor))
    report(mistakes.unknownVersion(`the successor of version ${name}`, String(successor), others));
}

function checkWhere(versions: Versions, report: Report): void {
  switch (versions.by) {
    case "path": {
      const { prefix = "/v{version}" } = versions;
      const template = typeof prefix === "string" ? parseTemplate(prefix) : [];
      const isPrefix =
        template instanceof Template &&
        template.names.length === 1 &&
        template.names[0] === "version" &&
        template.segments.at(-1)?.kind !== "rest" &&
        !prefix.endsWith("/");
      if (!isPrefix) report(mistakes.invalidVersionPrefix(kindOf(prefix)));
      return;
    }
    case "header":
      if (versions.name !== undefined && (typeof versions.name !== "string" || !TOKEN.test(versions.name)))
        report(mistakes.invalidVersionHeader(kindOf(versions.name)));
      return;
    case "media-type":
      if (
        typeof versions.type !== "string" ||
        !TYPE.test(versions.type) ||
        versions.type === "application/json"
      )
        // prettier-ignore
        report(mistakes.invalidVersionType(kindOf(versions.type)));
  }
}
