import { mediaRange } from "../http/media-type.ts";
import type { BodyMarker, RawBodyMarker } from "../inputs/marker.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import type { DependencyUse, Source } from "./route.ts";

interface Reader {
  readonly key: string;
  readonly marker: BodyMarker | RawBodyMarker;
}

/**
 * Tells of bodies that a route cannot have: in media types that are none, and where several inputs read it, in such a way
 * that no request would suit them all.
 */
export function checkBodies(
  sources: ReadonlyMap<string, Source>,
  uses: readonly DependencyUse[],
  report: (mistake: Mistake) => void,
): void {
  const all = [sources, ...uses.map((use) => use.sources)].flatMap(readersIn);
  for (const { key, marker } of all)
    for (const { mediaType } of marker.formats ?? [])
      if (mediaRange(mediaType) === undefined) report(mistakes.notAMediaType(key, mediaType));
  const [first, ...others] = all;
  const other = others.find(({ marker }) => !agree(first!.marker, marker));
  if (first !== undefined && other !== undefined) report(mistakes.differingBodies(first.key, other.key));
  const stream = all.find(({ marker }) => marker.in === "raw" && marker.kind === "stream");
  const beside = all.find(({ marker }) => marker !== stream?.marker);
  if (stream !== undefined && beside !== undefined) report(mistakes.streamNotAlone(stream.key, beside.key));
}

function readersIn(sources: ReadonlyMap<string, Source>): Reader[] {
  return [...sources].flatMap(([key, source]) =>
    source.from === "body" || source.from === "raw" ? [{ key, marker: source.marker }] : [],
  );
}

/** Those that parse share one value; one that does not looks at the same bytes, if it takes their types. */
function agree(one: Reader["marker"], other: Reader["marker"]): boolean {
  if ((one.options.decompress ?? false) !== (other.options.decompress ?? false)) return false;
  if (one.in === "body" && other.in === "body")
    return textOf(one) === textOf(other) && sameParsers(one, other);
  const [raw, types] = one.in === "raw" ? [one, typesOf(other)] : [other as RawBodyMarker, typesOf(one)];
  return types.some(
    (type) =>
      type === "*/*" || raw.formats.some((format) => format.accepts(type) || format.mediaType === type),
  );
}

function typesOf({ formats }: Reader["marker"]): readonly string[] {
  return formats?.map(({ mediaType }) => mediaType) ?? ["application/json"];
}

function textOf(marker: BodyMarker): string {
  return typesOf(marker).join(", ");
}

function sameParsers({ options: one }: BodyMarker, { options: other }: BodyMarker): boolean {
  return (
    one.parse === other.parse &&
    Object.entries(one.mediaTypes ?? {}).every(([type, parser]) => other.mediaTypes?.[type] === parser)
  );
}
