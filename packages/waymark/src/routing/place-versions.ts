import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { Placed } from "./collect.ts";
import { kindOf } from "./kind.ts";
import type { Versioning } from "./versions.ts";

/** What a route, or what lies around it, says of its versions. */
export type SaidVersions = string | readonly string[] | undefined;

/** A declaration at one place and in one version. */
export interface PlacedVersion extends Placed {
  /** Undefined: it is of every version. */
  readonly version: string | undefined;
  /** What the version puts before its path. */
  readonly versionPrefix: string;
}

/** A declaration once for every version that it is of. What is wrong with them is told. */
export function placeVersions(
  placed: Placed,
  versioning: Versioning | undefined,
  report: (mistake: Mistake) => void,
): readonly PlacedVersion[] {
  const versions = versionsOf([...placed.versions, placed.declaration.options.version], versioning, report);
  if (versions === undefined) return [{ ...placed, version: undefined, versionPrefix: "" }];
  return versions.map((version) => {
    const versionPrefix = versioning!.prefixOf(version);
    return {
      ...placed,
      version,
      versionPrefix,
      prefix: versionPrefix + placed.prefix,
      // Outermost: whatever lies nearer to the route says it better.
      deprecated: [ofVersion(versioning!, version), ...placed.deprecated],
    };
  });
}

/** The dates of a version; its successor is found for each route. */
function ofVersion(versioning: Versioning, version: string): Placed["deprecated"][number] {
  const deprecated = versioning.detailsOf(version)?.deprecated;
  if (typeof deprecated !== "object") return deprecated;
  const { successor: _, ...dates } = deprecated;
  return dates;
}

/** From the outermost to the innermost: each may only choose among those around it, so that no route leaves its version. */
function versionsOf(
  statements: readonly SaidVersions[],
  versioning: Versioning | undefined,
  report: (mistake: Mistake) => void,
): readonly string[] | undefined {
  let versions: readonly string[] | undefined;
  for (const said of statements) {
    if (said === undefined) continue;
    const given = Array.isArray(said) ? (said as readonly string[]) : [said as string];
    if (versioning === undefined) {
      report(mistakes.versionWithoutVersions());
      return undefined;
    }
    const wrong = given.find((each) => !versioning.names.includes(each));
    const outside = given.find((each) => versions?.includes(each) === false);
    if (given.length === 0) report(mistakes.emptyVersion());
    else if (wrong !== undefined) report(wrongVersion(wrong, versioning));
    else if (outside !== undefined) report(mistakes.versionOutside(outside, versions!));
    else versions = versioning.names.filter((each) => given.includes(each));
  }
  return versions;
}

function wrongVersion(version: unknown, { names, retired }: Versioning): Mistake {
  if (typeof version !== "string") return mistakes.invalidVersionName(kindOf(version));
  if (retired.includes(version)) return mistakes.retiredVersion(version);
  return mistakes.unknownVersion("version", version, names);
}
