import { JSON_FORMAT, type BodyFormat } from "../http/body.ts";
import { isUtf8, mediaRange } from "../http/media-type.ts";
import { parseWith, type BodyParser } from "../http/raw-body.ts";
import type { BodyOptions } from "./marker.ts";

/** What a body may be sent as, by its options; undefined: JSON. */
export function formatsOf({ mediaType, parse, mediaTypes }: BodyOptions): readonly BodyFormat[] | undefined {
  if (mediaType === undefined && mediaTypes === undefined) return undefined;
  return [
    ...(mediaType === undefined ? [] : [formatOf(mediaType, parse ?? true)]),
    ...Object.entries(mediaTypes ?? {}).map(([type, parser]) => formatOf(type, parser)),
  ];
}

function formatOf(mediaType: string, parser: BodyParser | true): BodyFormat {
  if (parser === true && mediaType.toLowerCase() === JSON_FORMAT.mediaType) return JSON_FORMAT;
  // Start-up tells of a malformed one.
  const accepts = mediaRange(mediaType) ?? (() => false);
  if (parser !== true)
    return { mediaType, accepts, parse: (bytes, _, exchange) => parseWith(parser, bytes, exchange) };
  return {
    mediaType,
    accepts: (contentType) => accepts(contentType) && isUtf8(contentType ?? ""),
    parse: JSON_FORMAT.parse,
  };
}
