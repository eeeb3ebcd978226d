import type { WireMarker } from "../inputs/marker.ts";
import { wireReader } from "../schema/coerce.ts";
import { acceptsUndefined } from "./accepts-undefined.ts";
import type { SchemaObject } from "./document.ts";

/**
 * Whether an input of the wire may be left out. An object that stands under names of its own is an empty one where none of
 * them is there (see schema/coerce.ts): it may be, if the library takes that.
 */
export function mayBeAbsent(marker: WireMarker, json: SchemaObject): boolean {
  if (acceptsUndefined(marker.schema, json)) return true;
  return wireReader(marker, "").readObject !== undefined && acceptsNothing(marker);
}

function acceptsNothing({ schema }: WireMarker): boolean {
  try {
    const verdict = schema["~standard"].validate({});
    if (!(verdict instanceof Promise)) return !verdict.issues;
    verdict.catch(() => undefined); // Nobody waits for it, and an unhandled rejection would end the process.
  } catch {
    // A check of the application that does not expect it: it fails in a request too.
  }
  return false;
}
