import { parseMediaType } from "waymark/internal";
import { follow } from "../documents/follow.ts";
import { isRecord } from "../documents/record.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { JsonSchema } from "../snapshot.ts";
import type { ServiceReading } from "./service-reading.ts";

type Content = Record<string, { readonly schema: JsonSchema | null }>;

const RANGE = /^(?:\*|[!#$%&'+\-.^_`|~0-9a-z]+)\/\*$/;

/** A media type or a range of them, lower case and without parameters; undefined, and said so, for what is neither. */
export function mediaTypeOf(
  text: string,
  spot: Spot,
  { findings }: ServiceReading,
  isSent = false,
): string | undefined {
  const range = text.trim().toLowerCase();
  if (RANGE.test(range)) return range;
  const type = parseMediaType(text.trim())?.type;
  if (type !== undefined) return type;
  const found = wrong.invalidMediaType(text);
  return isSent ? findings.warn(found, spot.origin) : findings.mistake(found, spot.origin);
}

/**
 * The schemas of a `content` by their media types. Of two that differ in their parameters alone either may be meant.
 *
 * @param isSent whether it is a response's: what is no media type there lets nothing through that it should not
 */
export function readContent(content: Spot, reading: ServiceReading, isSent = false): Content {
  const { findings } = reading;
  if (content.value !== undefined && !isRecord(content.value))
    findings.mistake(wrong.wrongPart(shown(content.value), "an object of media types"), content.origin);
  const read: Content = Object.create(null) as Content;
  for (const [name, place] of content.members()) {
    const type = mediaTypeOf(name, place, reading, isSent);
    const media = follow(place, findings);
    if (type === undefined || media === undefined) continue;
    reading.unknownKeys.look("media type", media);
    const schema = media.get("schema");
    const one = schema.value === undefined ? null : reading.schemas.read(schema);
    const other = read[type]?.schema;
    read[type] = {
      schema:
        other === undefined || other === one
          ? one
          : other === null || one === null
            ? null
            : { anyOf: [other, one] },
    };
  }
  return read;
}
