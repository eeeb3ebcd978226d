import {
  DEFAULT_LIMITS,
  decodeText,
  FormParts,
  HttpError,
  isBoundary,
  isJson,
  kinds,
  objectShape,
  parseMediaType,
  parseUrlencoded,
  UNREADABLE,
  wireShape,
  type Issue,
  type Rooted,
} from "waymark/internal";
import { isRecord } from "../../documents/record.ts";
import type { JsonSchema } from "../../snapshot.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import { resolved } from "./named-schemas.ts";
import { arrayOf, JSON_READER, type Reader, scalarOf, TEXT_READER } from "./value-readers.ts";

/** One value of a form under a name. */
interface Entry {
  readonly name: string;
  readonly text: string;
  readonly isFile: boolean;
}

/** What is read of a form, or why it cannot be. */
export type FormReading =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly value?: undefined; readonly issues: readonly Issue[] };

/** Reads forms as the object that their schema describes: each member of a type of its own, repeated names as arrays. */
export class FormReader {
  readonly #readers: ReadonlyMap<string, { readonly reader: Reader; readonly emptyIsAbsent: boolean }>;
  /** Members that are files: what is in them no schema says. */
  readonly #files: ReadonlySet<string>;
  /** The schema to judge what was read by. */
  readonly schema: JsonSchema;

  constructor(schema: JsonSchema, schemas: NamedSchemas) {
    const rooted = { schema, root: { schemas } } as unknown as Rooted;
    const { properties } = objectShape(rooted);
    const required = requiredIn(schema, schemas);
    const files = new Set<string>();
    const readers = new Map<string, { reader: Reader; emptyIsAbsent: boolean }>();
    for (const [name, property] of properties) {
      if (isBinary(property.schema as JsonSchema, schemas)) files.add(name);
      readers.set(name, {
        reader: memberReader(property),
        emptyIsAbsent: !required.has(name) && kinds(property.schema, property.root)?.has("string") === false,
      });
    }
    this.#readers = readers;
    this.#files = files;
    this.schema = withoutFiles(schema, files, schemas);
  }

  /** Throws `HttpError` 400 and 413. */
  urlencoded(bytes: Uint8Array): FormReading {
    const { pairs } = parseUrlencoded(bytes, DEFAULT_LIMITS.form);
    const entries: Entry[] = [];
    for (let i = 0; i < pairs.length; i += 2)
      entries.push({ name: pairs[i]!, text: pairs[i + 1]!, isFile: false });
    return this.#valueOf(entries);
  }

  /** Rejects with `HttpError` 400 and 413. */
  async multipart(bytes: Uint8Array, contentType: string): Promise<FormReading> {
    const boundary = parseMediaType(contentType)?.parameters.get("boundary");
    if (boundary === undefined || !isBoundary(boundary))
      throw new HttpError(400, "The multipart body's Content-Type has no usable boundary.");
    const parts = new FormParts(once(bytes), boundary, DEFAULT_LIMITS.form);
    const entries: Entry[] = [];
    for (let head = await parts.next(); head !== undefined; head = await parts.next()) {
      const { name } = head;
      const isField = head.fileName === undefined;
      // A script in a browser can only send JSON with its media type as a file.
      if (isField || (isJson(head.headers.get("content-type") ?? "") && !this.#files.has(name)))
        entries.push({ name, text: isField ? await parts.text() : await fileText(parts), isFile: false });
      else entries.push({ name, text: "", isFile: true });
    }
    return this.#valueOf(entries);
  }

  #valueOf(entries: readonly Entry[]): FormReading {
    const byName = new Map<string, Entry[]>();
    for (const entry of entries) {
      const known = byName.get(entry.name);
      if (known === undefined) byName.set(entry.name, [entry]);
      else known.push(entry);
    }
    const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const issues: Issue[] = [];
    for (const [name, all] of byName) {
      const raw = all.length === 1 ? all[0]!.text : all.map(({ text }) => text);
      if (this.#files.has(name)) {
        value[name] = raw;
        continue;
      }
      // Whoever reads it behind does not ask for a file name.
      if (this.#readers.has(name) && all.some(({ isFile }) => isFile)) {
        issues.push({ path: [name], message: "is sent as a file, and is none", code: "invalid_type" });
        continue;
      }
      const { reader, emptyIsAbsent } = this.#readers.get(name) ?? {
        reader: TEXT_READER,
        emptyIsAbsent: false,
      };
      // Browsers send every field there is.
      if (raw === "" && emptyIsAbsent) continue;
      const read = reader.read(raw);
      if (read !== UNREADABLE) value[name] = read;
      else issues.push(...reader.explain(raw).map((issue) => ({ ...issue, path: [name, ...issue.path] })));
    }
    return issues.length > 0 ? { issues } : { value };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function fileText(parts: FormParts): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (let piece = await parts.piece(); piece !== undefined; piece = await parts.piece())
    pieces.push(piece.slice());
  const text = decodeText(Buffer.concat(pieces));
  if (text === undefined) throw new HttpError(400, "A field of the form is not UTF-8 text.");
  return text;
}

function memberReader(property: Rooted): Reader {
  const admitted = kinds(property.schema, property.root);
  if (admitted === undefined) return TEXT_READER;
  const shape = wireShape(admitted);
  if (shape === "scalar") return scalarOf(property, (text) => text);
  if (shape === "array") return arrayOf(property, undefined, "json");
  return JSON_READER;
}

function requiredIn(schema: JsonSchema, schemas: NamedSchemas): ReadonlySet<unknown> {
  const target = resolved(schema, schemas);
  return new Set(isRecord(target) && Array.isArray(target["required"]) ? target["required"] : []);
}

/** Bytes of any kind, as documents say it: OpenAPI 3.0 by a format, 3.1 by leaving the type out. */
function isBinary(schema: JsonSchema, schemas: NamedSchemas): boolean {
  const target = resolved(schema, schemas);
  if (!isRecord(target)) return target === true;
  if (target["type"] === "array") return isRecord(target["items"]) && isBinary(target["items"], schemas);
  if (target["type"] === "string") return target["format"] === "binary" || "contentMediaType" in target;
  return !["type", "enum", "const", "anyOf", "oneOf", "allOf", "properties", "$ref"].some(
    (keyword) => keyword in target,
  );
}

/** The same schema, in which a file may be anything: that it is there, and how often, is still judged. */
function withoutFiles(schema: JsonSchema, files: ReadonlySet<string>, schemas: NamedSchemas): JsonSchema {
  const target = resolved(schema, schemas);
  if (files.size === 0 || !isRecord(target) || !isRecord(target["properties"])) return schema;
  const properties = Object.entries(target["properties"]).map(([name, property]) => [
    name,
    files.has(name) ? true : property,
  ]);
  return { ...target, properties: Object.fromEntries(properties) as Record<string, unknown> };
}
