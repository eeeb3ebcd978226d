import type { Exchange } from "./exchange.ts";
import { FormParts } from "./form-parts.ts";
import { parseUrlencoded } from "./form-urlencoded.ts";
import { HttpError } from "./http-error.ts";
import type { Limits } from "./limits.ts";
import { isJson, parseMediaType } from "./media-type.ts";
import type { PartHead } from "./multipart-head.ts";
import { isBoundary } from "./multipart-reader.ts";
import { readFilePart } from "./read-file-part.ts";
import { Query } from "../schema/query.ts";
import { Spool } from "./spool.ts";
import type { UploadedFile } from "./uploaded-file.ts";

export const URLENCODED = "application/x-www-form-urlencoded";
export const MULTIPART = "multipart/form-data";

/** What is wanted of a form: decided once, by all inputs of a route. */
export interface FormDemand {
  /** Names that are read as fields; JSON that is sent as a file under one of them is its value. */
  readonly fields: ReadonlySet<string>;
  /** Names that are read as files, with the most bytes of one and the most files. Others are passed over. */
  readonly files: ReadonlyMap<string, { readonly maxSize: number; readonly count: number }>;
}

/** A form that was read whole. */
export class Form {
  /** The fields in the order in which they came. */
  readonly fields: Query;
  /** The files that were asked for. */
  readonly files: ReadonlyMap<string, readonly UploadedFile[]>;
  /** How many files came under a name, those included that were passed over. */
  readonly fileCounts: ReadonlyMap<string, number>;
  readonly #spool: Spool | undefined;

  constructor(
    fields: Query,
    files: ReadonlyMap<string, readonly UploadedFile[]> = new Map(),
    fileCounts: ReadonlyMap<string, number> = new Map(),
    spool?: Spool,
  ) {
    this.fields = fields;
    this.files = files;
    this.fileCounts = fileCounts;
    this.#spool = spool;
  }

  /** Whether there are temporary files, which have to be removed. */
  get isSpooled(): boolean {
    return this.#spool !== undefined;
  }

  /** Removes its temporary files. */
  async remove(): Promise<void> {
    await this.#spool?.remove();
  }
}

/**
 * The form of a request, read whole: without a promise where it is urlencoded and has come already. A request without a
 * body, or with an empty one, is a form without fields. Throws or rejects with `HttpError`: 415 for another media type or a content coding, before
 * anything is read; 413 above a limit; 400 for what is malformed or ends too early. Nothing is left of it then.
 */
export function readForm(exchange: Exchange, demand: FormDemand, limits: Limits): Form | Promise<Form> {
  if (!exchange.hasBody) return new Form(new Query([]));
  const boundary = boundaryOf(exchange, demand.files.size === 0);
  if (boundary !== undefined) return readMultipart(exchange, boundary, demand, limits);
  const bytes = exchange.bytes(Math.min(bodyLimit(exchange, limits), limits.form.fieldsSize));
  return bytes instanceof Promise
    ? bytes.then((read) => new Form(parseUrlencoded(read, limits.form)))
    : new Form(parseUrlencoded(bytes, limits.form));
}

/** The parts of a request's form as they come; nothing of it is read yet. Undefined without a body. Throws like `readForm`. */
export function partsOf(exchange: Exchange, limits: Limits): FormParts | undefined {
  if (!exchange.hasBody) return undefined;
  const boundary = boundaryOf(exchange, false)!;
  return new FormParts(exchange.stream(bodyLimit(exchange, limits)), boundary, limits.form);
}

/** Bytes that this request's body may have. */
function bodyLimit(exchange: Exchange, limits: Limits): number {
  return exchange.bodyLimit || limits.body;
}

/** The boundary of a multipart form; undefined for an urlencoded one, where that will do. */
function boundaryOf(exchange: Exchange, mayBeUrlencoded: boolean): string | undefined {
  const coding = exchange.header("content-encoding");
  if (coding !== undefined && coding !== "" && coding.toLowerCase() !== "identity")
    throw new HttpError(415, "Forms with a content coding are not accepted.", {
      headers: { "accept-encoding": "identity" },
    });
  const contentType = exchange.header("content-type");
  const media = contentType === undefined ? undefined : parseMediaType(contentType);
  if (media?.type === MULTIPART) {
    const boundary = media.parameters.get("boundary");
    if (boundary === undefined)
      throw new HttpError(400, "The multipart body's Content-Type has no boundary.");
    if (!isBoundary(boundary)) throw new HttpError(400, "The multipart body's boundary is malformed.");
    return boundary;
  }
  if (mayBeUrlencoded && media?.type === URLENCODED && isUtf8(media.parameters.get("charset")))
    return undefined;
  const wanted = mayBeUrlencoded ? `${URLENCODED} or ${MULTIPART}` : MULTIPART;
  const found =
    contentType === undefined ? "The body has no Content-Type" : "The body's Content-Type is not accepted";
  throw new HttpError(415, `${found}; send ${wanted}.`);
}

function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || /^utf-?8$/i.test(charset);
}

async function readMultipart(
  exchange: Exchange,
  boundary: string,
  demand: FormDemand,
  limits: Limits,
): Promise<Form> {
  const parts = new FormParts(exchange.stream(bodyLimit(exchange, limits)), boundary, limits.form);
  const { memory } = limits.form;
  const spool = new Spool();
  const pairs: string[] = [];
  const files = new Map<string, UploadedFile[]>();
  const counts = new Map<string, number>();
  try {
    for (let head = await parts.next(); head !== undefined; head = await parts.next()) {
      if (isField(head, demand)) {
        pairs.push(head.name, await parts.text());
        continue;
      }
      // A file input that was left empty is sent as a file without a name and without content.
      const wanted = demand.files.get(head.name);
      const first = await parts.piece(wanted?.maxSize);
      if (first === undefined && head.fileName === "") continue;
      const count = (counts.get(head.name) ?? 0) + 1;
      counts.set(head.name, count);
      if (wanted === undefined || count > wanted.count) continue;
      const file = await readFilePart(parts, head, first, { ...wanted, memory, spool });
      const known = files.get(head.name);
      if (known === undefined) files.set(head.name, [file]);
      else known.push(file);
    }
  } catch (error) {
    parts.close();
    await spool.remove();
    throw error;
  }
  return new Form(new Query(pairs), files, counts, spool.isUsed ? spool : undefined);
}

/** A script in a browser can only send JSON with its media type as a file. */
function isField({ name, fileName, headers }: PartHead, { fields, files }: FormDemand): boolean {
  if (fileName === undefined) return true;
  return fields.has(name) && !files.has(name) && isJson(headers.get("content-type") ?? "");
}
