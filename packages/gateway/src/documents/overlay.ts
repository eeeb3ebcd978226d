import { query } from "json-p3";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Origin } from "../snapshot.ts";
import type { LoadedDocument } from "./loaded-document.ts";
import { child, memberOf, parentOf, tokensOf } from "./pointer.ts";
import { define, isRecord, type Json } from "./record.ts";
import { shown } from "./shown.ts";
import type { SourceFile } from "./source-file.ts";

/** Where in an overlay something was written. */
interface Written {
  readonly overlay: SourceFile;
  readonly pointer: string;
}

type Changing = Record<string, unknown> | unknown[];

/**
 * Applies OpenAPI Overlays 1.0 and 1.1 (`update`, `remove`, `copy`) to a copy of the document. What an overlay wrote has
 * its origin there.
 */
export function applyOverlays(document: LoadedDocument, findings: Findings): LoadedDocument {
  if (document.overlays.length === 0) return document;
  const { main } = document;
  const value = structuredClone(main.value);
  const written = new Map<string, Written>();
  for (const overlay of document.overlays) applyOverlay(value, overlay, written, findings);
  return {
    ...document,
    main: { ...main, value, originOf: (pointer) => overlaidOrigin(pointer, written, main) },
    overlays: [],
  };
}

function overlaidOrigin(pointer: string, written: ReadonlyMap<string, Written>, main: SourceFile): Origin {
  for (let place = pointer; ; place = parentOf(place)) {
    const known = written.get(place);
    if (known !== undefined) return known.overlay.originOf(known.pointer + pointer.slice(place.length));
    if (place === "") return main.originOf(pointer);
  }
}

function applyOverlay(
  value: unknown,
  overlay: SourceFile,
  written: Map<string, Written>,
  findings: Findings,
): void {
  const version = memberOf(overlay.value, "overlay");
  const actions = memberOf(overlay.value, "actions");
  if (typeof version !== "string" || !version.startsWith("1.") || !Array.isArray(actions)) {
    findings.mistake(
      wrong.malformedOverlay("it needs `overlay: 1.0.0` and a list of `actions`"),
      overlay.originOf(""),
    );
    return;
  }
  actions.forEach((action: unknown, index): undefined => {
    const pointer = `/actions/${index}`;
    const target = memberOf(action, "target");
    if (!isRecord(action) || typeof target !== "string")
      return findings.mistake(
        wrong.malformedOverlay("an action needs a `target`"),
        overlay.originOf(pointer),
      );
    try {
      applyAction(value, action, target, { overlay, pointer, written, findings });
    } catch (error) {
      findings.mistake(
        wrong.malformedOverlay(`${target}: ${(error as Error).message.split("\n", 1)[0]}`),
        overlay.originOf(`${pointer}/target`),
      );
    }
  });
}

interface Context {
  readonly overlay: SourceFile;
  readonly pointer: string;
  readonly written: Map<string, Written>;
  readonly findings: Findings;
}

function applyAction(value: unknown, action: Json, target: string, context: Context): void {
  const { overlay, pointer, findings } = context;
  const places = placesOf(value, target);
  if (places.length === 0)
    findings.mistake(wrong.overlayMissed(target), overlay.originOf(`${pointer}/target`));
  if (action["remove"] === true) {
    // From the back, so that indices before it stay what they are.
    for (const place of places.toReversed()) remove(value, place);
    return;
  }
  const source = typeof action["copy"] === "string" ? copied(value, action["copy"]) : action["update"];
  const from = typeof action["copy"] === "string" ? `${pointer}/copy` : `${pointer}/update`;
  for (const place of places) update(value, place, structuredClone(source), from, context);
}

function copied(value: unknown, path: string): unknown {
  const places = placesOf(value, path);
  if (places.length !== 1)
    throw new Error(`copy: ${shown(path)} has to select one place, and selects ${places.length}`);
  return at(value, places[0]!);
}

function placesOf(value: unknown, path: string): string[] {
  return query(path, value as Parameters<typeof query>[1]).nodes.map(({ location }) =>
    location.reduce<string>(child, ""),
  );
}

function at(value: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce(memberOf, value);
}

function remove(value: unknown, pointer: string): void {
  const parent = at(value, parentOf(pointer)) as Changing | undefined;
  const token = tokensOf(pointer).at(-1);
  if (token === undefined) throw new Error("the whole document cannot be removed");
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else if (parent !== undefined) delete parent[token];
}

function update(value: unknown, place: string, source: unknown, from: string, context: Context): void {
  const target = at(value, place);
  if (Array.isArray(target)) {
    context.written.set(child(place, target.length), { overlay: context.overlay, pointer: from });
    target.push(source);
  } else if (isRecord(target) && isRecord(source))
    merge(target as Record<string, unknown>, source, place, from, context);
  else {
    // Overlay 1.1 §4.4.3: a primitive value is replaced.
    const parent = at(value, parentOf(place)) as Record<string, unknown>;
    define(parent, tokensOf(place).at(-1)!, source);
    context.written.set(place, { overlay: context.overlay, pointer: from });
  }
}

function merge(
  target: Record<string, unknown>,
  source: Json,
  place: string,
  from: string,
  context: Context,
): void {
  for (const [key, value] of Object.entries(source)) {
    const [there, origin] = [child(place, key), child(from, key)];
    const known = memberOf(target, key);
    if (isRecord(known) && isRecord(value))
      merge(known as Record<string, unknown>, value, there, origin, context);
    else if (Array.isArray(known) && Array.isArray(value)) {
      value.forEach((item, index) => {
        context.written.set(child(there, known.length), {
          overlay: context.overlay,
          pointer: child(origin, index),
        });
        known.push(item);
      });
    } else {
      define(target, key, value);
      context.written.set(there, { overlay: context.overlay, pointer: origin });
    }
  }
}
