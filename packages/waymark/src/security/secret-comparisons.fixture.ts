import { readdirSync, readFileSync } from "node:fs";

/** What is no secret: whether there is one, what type it has, how long it is, and what is written here for all to read. */
const HARMLESS = /^(?:undefined|null|true|false|\d+|"[\w-]*")$|\.length$/;

export interface Comparisons {
  /** How many files were looked at. */
  readonly files: number;
  /** `file:line left === right`. */
  readonly found: readonly string[];
}

/**
 * Comparisons with === of what is named like a secret, in the sources of a folder and below: such a comparison ends at the
 * first difference, which a clock can see.
 */
export function secretComparisons(folder: string, named: RegExp): Comparisons {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/\.(?:test|test-d|fixture)\.ts$/.test(name),
  );
  const found = files.flatMap((file) =>
    readFileSync(`${folder}/${file}`, "utf8")
      .split("\n")
      .flatMap((line, index) => comparisonsOf(line, named).map((text) => `${file}:${index + 1} ${text}`)),
  );
  return { files: files.length, found };
}

function comparisonsOf(line: string, named: RegExp): string[] {
  if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) return [];
  return [...line.matchAll(/([\w.[\]"-]+)\s*[!=]==?\s*([\w.[\]"-]+)/g)]
    .filter(([, ...sides]) => !sides.some((side) => HARMLESS.test(side)))
    .filter(([, ...sides]) => sides.some((side) => named.test(side)))
    .map(([text]) => text);
}
