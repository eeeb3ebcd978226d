import { HttpError } from "./http-error.ts";
import { decodeText } from "./json.ts";
import { parseMediaType } from "./media-type.ts";

/** What the head of a part says (RFC 7578 §4). */
export interface PartHead {
  /** The field's name. */
  readonly name: string;
  /** The file's name as it was sent; undefined for a field that is no file. */
  readonly fileName: string | undefined;
  /** The media type without parameters, in lower case. Without one it is `text/plain`, of a file `application/octet-stream`. */
  readonly type: string;
  /** Every field of the head, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

const MALFORMED = "A part of the multipart body has a malformed header";

/** RFC 9110 §5.1, §5.5: no folded lines, no line ends, no NUL. Other control characters may be in the name of a file. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\0\r\n]*)$/;

/** Reads the lines of a head. Throws `HttpError` 400 where anything about them is wrong: nothing is guessed or left out. */
export function parsePartHead(bytes: Uint8Array): PartHead {
  const headers = fieldsOf(bytes);
  const disposition = headers.get("content-disposition");
  if (disposition === undefined)
    throw new HttpError(400, "A part of the multipart body has no Content-Disposition.");
  const parameters = parseDisposition(disposition);
  const name = parameters.get("name");
  if (name === undefined) throw new HttpError(400, "A part of the multipart body has no name.");
  const fileName = parameters.get("filename") ?? extended(parameters.get("filename*"));
  return { name, fileName, type: typeOf(headers.get("content-type"), fileName !== undefined), headers };
}

function fieldsOf(bytes: Uint8Array): Map<string, string> {
  const text = decodeText(bytes);
  if (text === undefined) throw new HttpError(400, `${MALFORMED}: it is not UTF-8 text.`);
  const headers = new Map<string, string>();
  if (text === "") return headers;
  for (const line of text.split("\r\n")) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined) throw new HttpError(400, `${MALFORMED}.`);
    const key = name.toLowerCase();
    if (headers.has(key)) throw new HttpError(400, `${MALFORMED}: a field is repeated.`);
    headers.set(key, value!.trim());
  }
  return headers;
}

function typeOf(contentType: string | undefined, isFile: boolean): string {
  if (contentType === undefined) return isFile ? "application/octet-stream" : "text/plain";
  const media = parseMediaType(contentType);
  if (media === undefined) throw new HttpError(400, `${MALFORMED}: its Content-Type is none.`);
  return media.type;
}

const FORM_DATA = /^form-data[ \t]*(?=;|$)/i;
/**
 * One parameter, a quoted value being taken up to its quote: a backslash is an escape only before a quote that does not end
 * the value, since browsers send it as it is and other clients escape quotes with it.
 */
const PARAMETER =
  /;[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\(?!")|\\"(?![ \t]*(?:;|$)))*(?:\\(?="[ \t]*(?:;|$)))?)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+))[ \t]*/y;

/** `form-data; name="…"; filename="…"`, names of parameters in lower case. */
function parseDisposition(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  let at = FORM_DATA.exec(text)?.[0].length ?? -1;
  while (at !== -1 && at < text.length) {
    PARAMETER.lastIndex = at;
    const [whole = "", name = "", quoted, token] = PARAMETER.exec(text) ?? [];
    const key = name.toLowerCase();
    if (whole === "" || parameters.has(key)) at = -1;
    else {
      parameters.set(key, quoted === undefined ? token! : unquoted(quoted));
      at += whole.length;
    }
  }
  if (at === -1) throw new HttpError(400, `${MALFORMED}: its Content-Disposition is not that of a form.`);
  return parameters;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\"': '"', "%22": '"', "%0D": "\r", "%0A": "\n" };

/** Browsers write a quote and line ends in percent (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function unquoted(text: string): string {
  return text.replace(/\\"|%22|%0D|%0A/gi, (escape) => ESCAPES[escape.toUpperCase()]!);
}

/**
 * `filename*` (RFC 8187). RFC 7578 §4.2 forbids it, so beside a `filename` it means nothing; alone it is the only name that
 * some clients send.
 */
function extended(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(value) ?? [];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // As below.
  }
  throw new HttpError(400, `${MALFORMED}: its filename* is not UTF-8.`);
}
