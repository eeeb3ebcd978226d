import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { contentDisposition } from "./content-disposition.ts";
import type { Exchange } from "./exchange.ts";
import { FilePieces } from "./file-pieces.ts";
import { fileType } from "./file-type.ts";
import { HttpError } from "./http-error.ts";
import { isNotModified, isRangeWanted, type Validators } from "./preconditions.ts";
import { type ByteRange, parseRange } from "./range.ts";

export interface FileOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The name a browser saves it under; given alone it makes the disposition "attachment". */
  readonly name?: string;
  /** Default: by the end of the name. */
  readonly contentType?: string;
  readonly disposition?: "inline" | "attachment";
}

/**
 * Fills an exchange with a file: 200, 206 for a single range, 304 when the client has it, 416 for a range outside of it.
 * Rejects with `HttpError` 404 when it is missing or no regular file.
 */
export async function writeFile(exchange: Exchange, path: string, options: FileOptions): Promise<void> {
  const { file, stats } = await openFile(path);
  try {
    const range = describe(exchange, path, stats, options);
    if (range === undefined) await file.close();
    else exchange.payload = new FilePieces(file, range);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(path: string): Promise<{ file: FileHandle; stats: Stats }> {
  // Not imported: runtimes without files can still load this module.
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (files === undefined) throw new Error("reply.file needs a file system; this runtime has none");
  let file: FileHandle;
  try {
    file = await files.open(path, "r");
  } catch (error) {
    throw isMissing(error) ? new HttpError(404, undefined, { cause: error }) : error;
  }
  const stats = await file.stat();
  if (stats.isFile()) return { file, stats };
  await file.close();
  throw new HttpError(404);
}

const MISSING: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP"]);
function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && MISSING.has(error.code);
}

/** Sets status and fields; the bytes to send, or undefined where there are none. */
function describe(
  exchange: Exchange,
  path: string,
  stats: Stats,
  options: FileOptions,
): ByteRange | undefined {
  const { size, mtimeMs } = stats;
  const validators: Validators = {
    etag: `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`,
    modified: Math.floor(mtimeMs / 1000),
  };
  exchange.payload = null;
  exchange.setField("etag", validators.etag);
  exchange.setField("last-modified", new Date(validators.modified * 1000).toUTCString());
  exchange.setField("accept-ranges", "bytes");
  if (isNotModified(exchange, validators)) {
    exchange.status = 304;
    return undefined;
  }
  const { name, disposition = name === undefined ? undefined : "attachment" } = options;
  exchange.contentType = options.contentType ?? fileType(name ?? path);
  if (disposition !== undefined)
    exchange.setField("content-disposition", contentDisposition(disposition, name ?? path));
  return cut(exchange, size, validators);
}

function cut(exchange: Exchange, size: number, validators: Validators): ByteRange | undefined {
  const wanted = exchange.method === "GET" && isRangeWanted(exchange, validators);
  const range = wanted ? parseRange(exchange.header("range"), size) : undefined;
  if (range === "unsatisfiable")
    throw new HttpError(416, undefined, { headers: { "content-range": `bytes */${size}` } });
  if (range === undefined) {
    exchange.setField("content-length", String(size));
    return { first: 0, last: size - 1 };
  }
  exchange.status = 206;
  exchange.setField("content-range", `bytes ${range.first}-${range.last}/${size}`);
  exchange.setField("content-length", String(range.last - range.first + 1));
  return range;
}
