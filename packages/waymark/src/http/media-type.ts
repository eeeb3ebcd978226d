/** A media type with its parameters (RFC 9110 §8.3.1): type and parameter names in lower case. */
export interface MediaType {
  /** "application/json" */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TYPE = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+\/[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
/** `[ parameter ]` may be missing between semicolons; a quoted string holds any text but control characters. */
const PARAMETER =
  /[ \t]*;[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)"))?/y;

/** Reads a Content-Type; undefined for every spelling that RFC 9110 does not give, and for a parameter said twice. */
export function parseMediaType(value: string): MediaType | undefined {
  TYPE.lastIndex = 0;
  if (!TYPE.test(value)) return undefined;
  let at = TYPE.lastIndex;
  const type = value.slice(0, at).toLowerCase();
  const parameters = new Map<string, string>();
  while (at < value.length) {
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(value);
    if (match === null) return undefined;
    at = PARAMETER.lastIndex;
    const [, name, token, quoted] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(key, token ?? (quoted as string).replace(/\\(.)/g, "$1"));
  }
  return { type, parameters };
}

/** Whether a Content-Type says JSON: `application/json` or a `+json` type (RFC 6839), in UTF-8 if it names a charset. */
export function isJson(value: string): boolean {
  // The two spellings that nearly every client sends.
  if (value === "application/json" || value === "application/json; charset=utf-8") return true;
  const media = parseMediaType(value);
  if (media === undefined) return false;
  const charset = media.parameters.get("charset");
  if (charset !== undefined && charset.toLowerCase() !== "utf-8" && charset.toLowerCase() !== "utf8")
    return false;
  return (
    media.type === "application/json" ||
    (media.type.startsWith("application/") && media.type.endsWith("+json"))
  );
}

// A media type, or a range of them such as "image/*", without parameters (RFC 9110 §12.5.1).
const RANGE = /^(?:\*|[!#$%&'+\-.^_`|~0-9A-Za-z]+)\/(?:\*|[!#$%&'+\-.^_`|~0-9A-Za-z]+)$/;

/** Whether a Content-Type lies in a range; undefined where the range is malformed. Only the range of all takes none at all. */
export function mediaRange(range: string): ((contentType: string | undefined) => boolean) | undefined {
  const wanted = range.toLowerCase();
  if (!RANGE.test(wanted)) return undefined;
  const [type, subtype] = wanted.split("/");
  if (type === "*") return subtype === "*" ? () => true : undefined;
  const start = `${type}/`;
  return (contentType) => {
    const given = contentType === undefined ? undefined : parseMediaType(contentType)?.type;
    return given !== undefined && (subtype === "*" ? given.startsWith(start) : given === wanted);
  };
}

/** Whether a Content-Type says that its text is UTF-8, or nothing of it. US-ASCII is a part of UTF-8. */
export function isUtf8(contentType: string): boolean {
  const charset = parseMediaType(contentType)?.parameters.get("charset")?.toLowerCase();
  return charset === undefined || charset === "utf-8" || charset === "utf8" || charset === "us-ascii";
}
