import type { Input, Schema } from "./input.ts";
import type { WireMarker } from "./marker.ts";

/** Any text, or none. */
const ID: Schema = {
  "~standard": {
    version: 1,
    vendor: "waymark",
    validate: (value: unknown) => ({ value: typeof value === "string" ? utf8(value) : undefined }),
    jsonSchema: { input: () => ({ type: "string" }), output: () => ({ type: "string" }) },
  },
} as Schema;

/**
 * The id of the last event that a client of server-sent events has seen: it sends it when it reconnects. undefined for a
 * client that comes for the first time. Ids are what `event({ id })` gave.
 *
 * ```ts
 * endpoint({ input: { since: lastEventId() }, output: events(Price) }, async function* ({ since }) { … });
 * ```
 */
export function lastEventId(): Input<"header", string | undefined, never> {
  const description = "The id of the last event that was seen: the stream goes on after it.";
  const marker: WireMarker = { in: "header", schema: ID, options: { name: "Last-Event-ID", description } };
  return marker as Input<"header", string | undefined, never>;
}

/** Browsers send it as UTF-8 (WHATWG HTML §9.2.4); fields are read byte by byte. */
function utf8(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL to 0xFF are the bytes
  if (!/[\x80-\xff]/.test(bytes) || /[^\0-\xff]/.test(bytes)) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(bytes, (each) => each.charCodeAt(0)),
    );
  } catch {
    return bytes;
  }
}
