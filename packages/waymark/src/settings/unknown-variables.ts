import { nearest } from "../routing/nearest.ts";
import type { Layer } from "./layer.ts";
import { leavesOf, type Branch } from "./outline.ts";
import type { SettingsMistake } from "./settings-error.ts";

/** Variables with the prefix of the settings that are none of them: misspelt, mostly. */
export function unknownVariables(
  outline: Branch,
  layers: readonly Layer[],
  prefix: string,
): SettingsMistake[] {
  const known = [...knownVariables(outline)];
  const found = new Set(
    layers.flatMap(({ variables }) => variables.filter((name) => name.startsWith(prefix))),
  );
  return [...found]
    .filter((name) => !known.includes(name))
    .toSorted()
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
      return { variable: name, path: [], message: `is not a setting${hint}`, source: undefined };
    });
}

function* knownVariables(outline: Branch): Generator<string> {
  for (const { variable, secret } of leavesOf(outline)) {
    yield variable;
    if (secret) yield `${variable}_FILE`;
  }
  yield* objects(outline);
}

/** An object may stand in one variable, as JSON. */
function* objects(branch: Branch): Generator<string> {
  for (const part of branch.members.values()) {
    if (part.members === undefined) continue;
    yield part.variable;
    yield* objects(part);
  }
}
