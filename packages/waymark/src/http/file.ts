import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { contentDisposition } from "./content-disposition.ts";
import type { Exchange } from "./exchange.ts";
import { FilePieces } from "./file-pieces.ts";
import { needFileSystem } from "./file-system.ts";
import { fileType } from "./file-type.ts";
import { HttpError } from "./http-error.ts";
import { isRangeWanted, judgeConditions, type Validators } from "./preconditions.ts";
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
 * Fills an exchange with a file: 200, 206 for a single range, 304 when the client has it, 412 when it is not what the client
 * thinks it is, 416 for a range outside of it. Where another status is set already the whole file goes, whatever the
 * request asks for: an error page is no answer to a condition. Rejects with `HttpError` 404 when it is missing or no
 * regular file.
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
  const files = needFileSystem("reply.file");
  // To open a pipe would otherwise wait until somebody writes to it. Windows has neither the flag nor such pipes.
  const { O_RDONLY, O_NONBLOCK } = files.constants;
  let file: FileHandle;
  try {
    file = await files.open(path, O_RDONLY | O_NONBLOCK);
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
  const isWhole = exchange.status !== 0 && exchange.status !== 200;
  const verdict = isWhole ? "passed" : judgeConditions(exchange, validators);
  if (verdict === "failed") throw new HttpError(412);
  exchange.payload = null;
  exchange.setField("etag", validators.etag);
  exchange.setField("last-modified", new Date(validators.modified * 1000).toUTCString());
  if (!isWhole) exchange.setField("accept-ranges", "bytes");
  if (verdict === "unchanged") {
    exchange.status = 304;
    return undefined;
  }
  const { name, disposition = name === undefined ? undefined : "attachment" } = options;
  exchange.contentType = options.contentType ?? fileType(name ?? path);
  if (disposition !== undefined)
    exchange.setField("content-disposition", contentDisposition(disposition, name ?? path));
  return cut(exchange, size, isWhole ? undefined : validators);
}

/** @param validators undefined where no range is cut */
function cut(exchange: Exchange, size: number, validators: Validators | undefined): ByteRange {
  const isWanted =
    validators !== undefined && exchange.method === "GET" && isRangeWanted(exchange, validators);
  const range = isWanted ? parseRange(exchange.header("range"), size) : undefined;
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
