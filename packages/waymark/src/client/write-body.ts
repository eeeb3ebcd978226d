import type { BodyMarker, RawBodyMarker } from "../inputs/marker.ts";
import type { Placed } from "./route-plan.ts";
import type { Pair } from "./write-value.ts";

/** By another name where the types of Node and not those of a browser are there. */
type BodyInit = NonNullable<ConstructorParameters<typeof Response>[0]>;

/** A body as `fetch` takes it. */
export interface WrittenBody {
  readonly body: BodyInit;
  /** Undefined where `fetch` says it itself. */
  readonly type: string | undefined;
  /** Whether it can be sent but once. */
  readonly isStream: boolean;
}

/** The body of a request; undefined without one. `fields` are those of a form that were written already. */
export function writeBody(
  placed: readonly Placed[],
  values: Readonly<Record<string, unknown>>,
  fields: readonly Pair[],
): WrittenBody | undefined {
  let hasForm = fields.length > 0;
  let isMultipart = false;
  const files: [name: string, file: Blob][] = [];
  const bodies: (Placed & { kind: "body" })[] = [];
  for (const each of placed) {
    const value = values[each.key];
    if (each.kind === "raw") return value === undefined ? undefined : rawBody(each.marker, value);
    if (each.kind === "parts" && value instanceof FormData)
      return { body: value, type: undefined, isStream: false };
    if (each.kind === "body") bodies.push(each);
    if (each.kind === "value" && each.place === "form") hasForm = true;
    if (each.kind === "group" && each.marker.place === "form") hasForm = true;
    if (each.kind === "file") {
      hasForm = isMultipart = true;
      for (const file of Array.isArray(value) ? (value as unknown[]) : [value])
        if (file !== undefined) files.push([each.name, asBlob(each.name, file)]);
    }
  }
  if (hasForm) return formBody(isMultipart, fields, files);
  return bodies.length === 0 ? undefined : jsonBody(bodies, values);
}

function formBody(
  isMultipart: boolean,
  fields: readonly Pair[],
  files: readonly [name: string, file: Blob][],
): WrittenBody {
  if (!isMultipart)
    return {
      body: new URLSearchParams(fields.map(([name, text]): [string, string] => [name, text])),
      type: undefined,
      isStream: false,
    };
  const form = new FormData();
  for (const [name, text] of fields) form.append(name, text);
  for (const [name, file] of files) form.append(name, file, nameOfFile(file));
  return { body: form, type: undefined, isStream: false };
}

function nameOfFile(file: Blob): string {
  return "name" in file && typeof file.name === "string" ? file.name : "file";
}

function asBlob(name: string, value: unknown): Blob {
  if (value instanceof Blob) return value;
  throw new TypeError(`'${name}' is an uploaded file: give a File or a Blob`);
}

function jsonBody(
  bodies: readonly (Placed & { kind: "body" })[],
  values: Readonly<Record<string, unknown>>,
): WrittenBody | undefined {
  const [{ name, key, marker }] = bodies as [Placed & { kind: "body" }];
  if (name === undefined) return values[key] === undefined ? undefined : wholeBody(key, marker, values[key]);
  // Null prototype: a body may be called "__proto__".
  const keyed = Object.create(null) as Record<string, unknown>;
  for (const body of bodies) if (values[body.key] !== undefined) keyed[body.name!] = values[body.key];
  if (Object.keys(keyed).length === 0) return undefined;
  return { body: JSON.stringify(keyed), type: "application/json", isStream: false };
}

function wholeBody(key: string, { options }: BodyMarker, value: unknown): WrittenBody {
  const { mediaType, parse, mediaTypes = {} } = options;
  const parsers = { ...(mediaType === undefined ? {} : { [mediaType]: parse ?? true }), ...mediaTypes };
  const types = Object.keys(parsers);
  // What is written as JSON wherever the server reads it so; no types at all is JSON alone.
  const json = types.length === 0 ? "application/json" : types.find((type) => parsers[type] === true);
  if (json !== undefined) return { body: JSON.stringify(value), type: json, isStream: false };
  if (typeof value === "string" || value instanceof Uint8Array || value instanceof Blob)
    return { body: value as BodyInit, type: types[0], isStream: false };
  throw new TypeError(
    `'${key}' is sent as ${types[0]}, which only the server can read: give it as text or bytes`,
  );
}

function rawBody({ formats }: RawBodyMarker, value: unknown): WrittenBody {
  const [said] = formats;
  const own = value instanceof Blob && value.type !== "" ? value.type : undefined;
  const type =
    own ?? (said === undefined || said.mediaType.includes("*") ? "application/octet-stream" : said.mediaType);
  if (typeof value === "string" || value instanceof Uint8Array || value instanceof Blob)
    return { body: value as BodyInit, type, isStream: false };
  if (value instanceof ReadableStream) return { body: value, type, isStream: true };
  return { body: streamOf(value as AsyncIterable<Uint8Array>), type, isStream: true };
}

/** `ReadableStream.from` is not everywhere yet. */
function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  });
}
