import type { MediaTypeObject } from "../../openapi/document.ts";

/** How the body of a media type is written; undefined where only the application can read it. */
export type BodyKind = "json" | "urlencoded" | "multipart" | "text" | "bytes";

export function bodyKind(mediaType: string, { schema }: MediaTypeObject): BodyKind | undefined {
  const type = mediaType.toLowerCase();
  if (isJson(type)) return "json";
  if (type === "application/x-www-form-urlencoded") return "urlencoded";
  if (type === "multipart/form-data") return "multipart";
  // What is no text or bytes has a form that only its parser knows.
  if (schema !== undefined && schema.type !== "string") return undefined;
  return type.startsWith("text/") ? "text" : "bytes";
}

export function isJson(type: string): boolean {
  return type === "application/json" || /^[^;]*\+json$/.test(type);
}

export function isJsonLines(type: string): boolean {
  return /(?:jsonl|ndjson|json-seq)$/.test(type);
}

export function isForm(type: string): boolean {
  return type === "application/x-www-form-urlencoded" || type === "multipart/form-data";
}

/** A type that a range has. */
export function concrete(range: string): string {
  if (!range.includes("*")) return range;
  const [kind = "*"] = range.split("/");
  const known: Readonly<Record<string, string>> = {
    text: "text/plain",
    image: "image/png",
    audio: "audio/mpeg",
    video: "video/mp4",
  };
  return known[kind] ?? (kind === "*" ? "application/octet-stream" : `${kind}/octet-stream`);
}

/** The entry of a map of media types that one belongs to: the type itself, else the narrowest range. */
export function entryFor<T>(content: Readonly<Record<string, T>>, type: string): T | undefined {
  const bare = bareType(type);
  const range = `${bare.split("/")[0]}/*`;
  const found = [bare, range, "*/*"].flatMap(
    (wanted) => Object.keys(content).find((each) => bareType(each) === wanted) ?? [],
  );
  return found[0] === undefined ? undefined : content[found[0]];
}

/** Its parameter of that name, in lower case. */
export function charsetOf(type: string): string | undefined {
  return /;[ \t]*charset[ \t]*=[ \t]*"?([^\s;"]+)/i.exec(type)?.[1]?.toLowerCase();
}

export function bareType(type: string): string {
  return type.replace(/[ \t]*;.*$/s, "").toLowerCase();
}
