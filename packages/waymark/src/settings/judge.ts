import type { Schema } from "../inputs/input.ts";
import type { Issue } from "../schema/issue.ts";
import { validate } from "../schema/validate.ts";
import type { Gathered } from "./gather.ts";
import type { Branch, Leaf } from "./outline.ts";
import { SettingsError, type SettingsMistake } from "./settings-error.ts";

/**
 * The schema's verdict on what was gathered. Throws a `SettingsError` with all that is wrong, `found` included, and a
 * `TypeError` for a schema that answers later.
 */
export function judge(
  schema: Schema,
  outline: Branch,
  gathered: Gathered,
  found: readonly SettingsMistake[],
): unknown {
  const verdict = validate(schema, gathered.value);
  if (verdict instanceof Promise) {
    verdict.catch(() => undefined); // Nobody waits for it.
    throw new TypeError(
      "settings: the schema answers with a promise; settings are read at once, so leave out what is asynchronous",
    );
  }
  const unread = gathered.mistakes.map(({ path }) => path);
  const judged = (verdict.issues ?? [])
    .filter(({ path }) => !unread.some((each) => each.every((key, index) => path[index] === key)))
    .map((issue) => mistakeOf(issue, outline, gathered));
  const mistakes = inOrder([...gathered.mistakes, ...judged], outline);
  if (mistakes.length + found.length > 0)
    throw new SettingsError([...found, ...mistakes].map((mistake) => masked(mistake, gathered.secrets)));
  return (verdict as { readonly value: unknown }).value;
}

function mistakeOf({ path, message }: Issue, outline: Branch, { sources, value }: Gathered): SettingsMistake {
  const part = partAt(outline, path);
  const inside = path.slice(part.path.length);
  const source = sources.get(part.path.join("."));
  const variable = part.path.length === 0 ? undefined : part.variable;
  if (part.members === undefined && part.needed && valueAt(value, part.path) === undefined) {
    const about = part.description === undefined ? "" : `: ${part.description}`;
    const where = part.secret ? `; ${part.variable}_FILE may name a file that has it` : "";
    return { variable, path, message: `is not set${about}${where}`, source };
  }
  const at = inside.length === 0 ? "" : ` (at ${inside.join(".")})`;
  return {
    variable,
    path,
    message: variable === undefined ? message : `is not right: ${message}${at}`,
    source,
  };
}

/** The setting, or the object of settings, that a path leads to or into. */
function partAt(outline: Branch, path: readonly (string | number)[]): Leaf | Branch {
  let part: Leaf | Branch = outline;
  for (const key of path) {
    const inner: Leaf | Branch | undefined = part.members?.get(String(key));
    if (inner === undefined) break;
    part = inner;
  }
  return part;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

/** As the schema declares them, whoever found them. */
function inOrder(mistakes: readonly SettingsMistake[], outline: Branch): SettingsMistake[] {
  const order = (path: readonly (string | number)[]): number[] => {
    const numbers: number[] = [];
    let part: Leaf | Branch | undefined = outline;
    for (const key of path) {
      const members: Branch["members"] | undefined = part?.members;
      numbers.push(members === undefined ? 0 : [...members.keys()].indexOf(String(key)));
      part = members?.get(String(key));
    }
    return numbers;
  };
  return mistakes
    .map((mistake) => ({ mistake, at: order(mistake.path) }))
    .toSorted((a, b) => compare(a.at, b.at))
    .map(({ mistake }) => mistake);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The message of a refinement is the application's, and may quote what it was given. */
function masked(mistake: SettingsMistake, secrets: ReadonlySet<string>): SettingsMistake {
  let { message } = mistake;
  // The longest first: one may hold another.
  for (const secret of [...secrets].toSorted((a, b) => b.length - a.length))
    message = message.replaceAll(secret, "***");
  return { ...mistake, message };
}
