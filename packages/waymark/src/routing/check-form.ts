import { mediaRange } from "../http/media-type.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { DependencyUse, Source } from "./route.ts";

type Kind = "body" | "form" | "parts";

/**
 * Tells of inputs that read the one body of a request in ways that exclude each other: JSON, a form, or the parts of a form
 * as they come; and of names that stand for a field and for a file.
 */
export function checkForm(
  sources: ReadonlyMap<string, Source>,
  uses: readonly DependencyUse[],
  report: (mistake: Mistake) => void,
): void {
  const all = [sources, ...uses.map((use) => use.sources)].flatMap((each) => [...each]);
  const first = new Map<Kind, string>();
  const fields = new Set<string>();
  const files = new Set<string>();
  for (const [key, source] of all) {
    const kind = kindOf(source);
    if (kind !== undefined && !first.has(kind)) first.set(kind, key);
    if (source.from === "form") fields.add(source.name);
    else if (source.from === "file") {
      files.add(source.name);
      for (const type of source.marker.options.accept ?? [])
        if (mediaRange(type) === undefined) report(mistakes.notAFileType(key, type));
    } else if (source.from === "group" && kind === "form")
      // of an unusable schema there are none, and that is told of
      for (const name of source.names.values()) fields.add(name);
  }
  const [one, other] = first;
  if (one !== undefined && other !== undefined) report(mistakes.twoReadingsOfBody(one, other));
  for (const name of fields) if (files.has(name)) report(mistakes.fieldAndFile(name));
}

function kindOf(source: Source): Kind | undefined {
  if (source.from === "file") return "form";
  if (source.from === "group") return source.marker.place === "form" ? "form" : undefined;
  if (source.from === "raw") return "body";
  return source.from === "body" || source.from === "form" || source.from === "parts"
    ? source.from
    : undefined;
}
