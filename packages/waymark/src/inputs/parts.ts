import type { Parts } from "../http/parts.ts";
import type { Input } from "./input.ts";
import type { PartsMarker } from "./marker.ts";

/** What the parts of a form may be, read as they come. */
export interface PartsOptions {
  readonly description?: string;
}

/**
 * The parts of a multipart form as they come, fields and files alike, without anything being kept of them: for uploads that
 * go on to another place, with back-pressure. They keep to `limits.form` and the body limit.
 *
 * ```ts
 * input: { parts: parts() }
 * // for await (const part of parts) if (part.kind === "file") await store(part.fileName, part.stream());
 * ```
 */
export function parts(options: PartsOptions = {}): Input<"parts", Parts, never> {
  const marker: PartsMarker = { in: "parts", options };
  return marker as Input<"parts", Parts, never>;
}
