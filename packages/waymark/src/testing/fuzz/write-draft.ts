import { writeValue, type Pair, type ValuePlace } from "../../client/write-value.ts";
import type { MediaTypeObject, ParameterObject } from "../../openapi/document.ts";
import type { RequestInMemory } from "../../server/memory.ts";
import { FieldForFile, keyOf, Unwritable, Upload, type BodyDraft, type Draft } from "./draft.ts";
import { bodyKind, concrete } from "./media-types.ts";
import type { FuzzOperation } from "./operations.ts";

type Body = NonNullable<RequestInMemory["body"]>;

/** A request as it is sent. */
export interface Written {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: [name: string, value: string][];
  readonly body: Body | undefined;
}

/** Writes a request as the document says. Throws an `Unwritable` for a value that has no form where it stands. */
export function writeDraft({ method, template, operation }: FuzzOperation, draft: Draft): Written {
  let path = template;
  const query: Pair[] = [];
  const headers: [string, string][] = [];
  const cookies: Pair[] = [];
  for (const parameter of operation.parameters ?? []) {
    const pairs = pairsOf(parameter, draft.parameters[keyOf(parameter)]);
    if (parameter.in === "path")
      path = path.replace(`{${parameter.name}}`, () => segmentOf(parameter, pairs, template));
    else if (parameter.in === "query") query.push(...pairs);
    else if (parameter.in === "cookie") cookies.push(...pairs);
    else for (const [name, text] of pairs) headers.push([name, fieldText(text)]);
  }
  if (cookies.length > 0)
    headers.push(["cookie", cookies.map(([name, text]) => `${name}=${encode(text)}`).join("; ")]);
  const search = query.map(([name, text]) => `${encode(name)}=${encode(text)}`).join("&");
  const { body, type } = writtenBody(operation.requestBody?.content ?? {}, draft.body);
  if (type !== undefined) headers.push(["content-type", type]);
  return { method, target: search === "" ? path : `${path}?${search}`, headers, body };
}

/** What stands on the wire for the value of a parameter; nothing where it is absent. */
export function pairsOf({ in: place, name, style, explode }: ParameterObject, value: unknown): Pair[] {
  return written(place, name, value, {
    ...(style === undefined ? {} : { style }),
    ...(explode === undefined ? {} : { explode }),
  });
}

function written(
  place: ValuePlace,
  name: string,
  value: unknown,
  options: { style?: string; explode?: boolean },
): Pair[] {
  try {
    return writeValue(place, name, value, options as Parameters<typeof writeValue>[3]);
  } catch (error) {
    if (error instanceof TypeError) throw new Unwritable(error.message);
    throw error;
  }
}

function segmentOf(parameter: ParameterObject, pairs: readonly Pair[], template: string): string {
  const text = pairs[0]?.[1] ?? "";
  if (text === "") throw new Unwritable("a path has no empty segments");
  // Servers and proxies refuse it, whatever a schema says of it.
  if (text.includes("\0")) throw new Unwritable("NUL in a path");
  // A URL that leads elsewhere: clients take dots for themselves (RFC 3986 §5.2.4).
  if (text === "." || text === "..") throw new Unwritable("dots are no segment");
  // With what stands beside it in its segment, it would be cut somewhere else.
  const segment = template.split("/").find((each) => each.includes(`{${parameter.name}}`)) ?? "";
  if (segment.split(/\{[^}]*\}/).some((literal) => literal !== "" && text.includes(literal)))
    throw new Unwritable("a separator in what it separates");
  return parameter["x-waymark-catch-all"] === true ? text.split("/").map(encode).join("/") : encode(text);
}

/** RFC 9110 §5.5: what clients can put into a field. */
function fieldText(text: string): string {
  if (text === "" || text !== text.trim() || !/^[\x20-\x7e]*$/.test(text))
    throw new Unwritable("no text for a header field");
  return text;
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new Unwritable("half of a character");
  }
}

function writtenBody(
  content: Readonly<Record<string, MediaTypeObject>>,
  draft: BodyDraft | undefined,
): { body: Body | undefined; type: string | undefined } {
  if (draft === undefined) return { body: undefined, type: undefined };
  if ("raw" in draft) return { body: draft.raw, type: draft.contentType };
  const { mediaType, value } = draft;
  const media = content[mediaType] ?? {};
  switch (bodyKind(mediaType, media)) {
    case "urlencoded": {
      const fields = fieldsOf(media, value).map(({ name, text }) => [name, text] as [string, string]);
      return { body: new URLSearchParams(fields), type: undefined };
    }
    case "multipart":
      return { body: multipartOf(media, value), type: undefined };
    case "text":
    case "bytes":
      return { body: String(value), type: concrete(mediaType) };
    case "json":
    case undefined:
      return { body: JSON.stringify(value), type: mediaType };
  }
}

interface Field {
  readonly name: string;
  readonly text: string;
  readonly file: { readonly type: string } | undefined;
}

function multipartOf(media: MediaTypeObject, value: unknown): FormData {
  const form = new FormData();
  for (const { name, text, file } of fieldsOf(media, value)) {
    if (file === undefined) form.append(name, text);
    else form.append(name, new Blob([text], { type: file.type }), "made-up.bin");
  }
  return form;
}

/** The fields and files of a form. */
function fieldsOf({ schema = {}, encoding = {} }: MediaTypeObject, value: unknown): Field[] {
  if (!isObject(value)) throw new Unwritable("a form is an object");
  return Object.entries(value).flatMap(([name, each]): Field[] => {
    const { style, explode, contentType } = encoding[name] ?? {};
    const property = schema.properties?.[name];
    if (each instanceof Upload)
      return [{ name, text: each.text, file: { type: "application/octet-stream" } }];
    if (isFile(property)) {
      const [type = "application/octet-stream"] = (contentType ?? "").split(",").filter(Boolean);
      return (Array.isArray(each) ? (each as unknown[]) : [each]).map((one) =>
        fileOf(name, one, concrete(type.trim())),
      );
    }
    if (style !== undefined && isObject(each) && isEmptyWithin(each))
      throw new Unwritable("nothing stands for what is empty");
    if (style !== undefined && explode !== false && isObject(each) !== isObjectSchema(property))
      throw new Unwritable();
    const options = {
      ...(style === undefined ? {} : { style }),
      ...(explode === undefined ? {} : { explode }),
    };
    return written("form", name, each, options).map(([key, text]) => ({ name: key, text, file: undefined }));
  });
}

function isObjectSchema(schema: unknown): boolean {
  return isObject(schema) && schema["type"] === "object";
}

function fileOf(name: string, value: unknown, type: string): Field {
  if (value instanceof FieldForFile) return { name, text: value.text, file: undefined };
  if (typeof value !== "string") throw new Unwritable("a file is bytes");
  return { name, text: value, file: { type } };
}

/** Whether nothing stands on the wire for a member of an object that is spread over names. */
export function isEmptyWithin(object: Readonly<Record<string, unknown>>): boolean {
  return Object.values(object).some((value) => {
    if (Array.isArray(value)) return value.length === 0;
    return isObject(value) && (Object.keys(value).length === 0 || isEmptyWithin(value));
  });
}

/** Whether a property of a form is a file, or several. */
export function isFile(property: unknown): boolean {
  if (!isObject(property)) return false;
  const { format, items } = property as { format?: unknown; items?: unknown };
  return format === "binary" || (items !== undefined && isFile(items));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
