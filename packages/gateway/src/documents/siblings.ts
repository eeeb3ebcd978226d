import { realpath } from "node:fs/promises";
import { dirname, relative, sep } from "node:path";
import { Findings } from "../findings.ts";
import type { LastGood } from "./last-good.ts";
import { readSource } from "./read-source.ts";
import { isAddress, resolveFile } from "./resolve-file.ts";
import type { SourceFile } from "./source-file.ts";

/** A document of more files is a mistake, or a trap. */
const MOST_FILES = 2000;

export interface SiblingOptions {
  /** Whether references may leave the folder of the document, and reach addresses. */
  readonly mayLeave: boolean;
  readonly shownAs: (base: string) => string;
  readonly findings: Findings;
  readonly lastGood: LastGood | undefined;
}

/**
 * The files that a document refers to, and those that they refer to. What is not allowed is not read: `compile` says so
 * where the reference stands, and only if something needs it.
 */
export async function loadSiblings(
  main: SourceFile,
  options: SiblingOptions,
): Promise<Map<string, SourceFile>> {
  const siblings = new Map<string, SourceFile>();
  const folder = await folderOf(main.base);
  const asked = new Set<string>([main.base]);
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const location of locationsOf(file.value)) {
      const base = resolved(file.base, location);
      if (base === undefined || asked.has(base) || asked.size > MOST_FILES) continue;
      asked.add(base);
      if (!options.mayLeave && !(await isInside(base, folder))) continue;
      const sibling = await readSibling(base, options);
      if (sibling === undefined) continue;
      siblings.set(base, sibling);
      waiting.push(sibling);
    }
  }
  return siblings;
}

/** What is missing may stand in an example, where nobody needs it; what cannot be parsed is a mistake anyway. */
async function readSibling(
  base: string,
  { findings, shownAs, lastGood }: SiblingOptions,
): Promise<SourceFile | undefined> {
  const own = new Findings();
  const sibling = await readSource(base, shownAs(base), own, null, lastGood);
  findings.warnings.push(...own.warnings);
  findings.mistakes.push(...own.mistakes.filter(({ code }) => code !== "GW101"));
  return sibling;
}

function resolved(base: string, location: string): string | undefined {
  try {
    return resolveFile(base, location);
  } catch {
    return undefined;
  }
}

async function folderOf(base: string): Promise<string> {
  if (isAddress(base)) return new URL(".", base).href;
  return dirname(await real(base));
}

async function isInside(base: string, folder: string): Promise<boolean> {
  if (isAddress(folder)) return isAddress(base) && new URL(base).href.startsWith(folder);
  if (isAddress(base)) return false;
  const path = relative(folder, await real(base));
  return path !== "" && path !== ".." && !path.startsWith(`..${sep}`);
}

/** Links are followed first: one in the folder may lead out of it. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** What stands before "#" in every reference to another file. */
function locationsOf(root: unknown): Set<string> {
  const locations = new Set<string>();
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, member] of Object.entries(value)) {
      if (key === "$ref" && typeof member === "string") {
        const location = member.split("#", 1)[0]!;
        if (location !== "") locations.add(location);
      } else if (typeof member === "object" && member !== null) waiting.push(member);
    }
  }
  return locations;
}
