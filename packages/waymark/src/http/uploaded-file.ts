import { safeFileName } from "./file-name.ts";
import { FilePieces } from "./file-pieces.ts";
import { needFileSystem } from "./file-system.ts";
import { HttpError } from "./http-error.ts";
import { decodeText } from "./json.ts";
import { copyFile, moveFile, writeNewFile, type SaveOptions } from "./save-file.ts";

export type { SaveOptions } from "./save-file.ts";

/** Where the bytes of an upload are: in memory, or in a file. */
export type UploadedContent =
  | { readonly bytes: Uint8Array }
  | { readonly path: string; readonly isSaved?: boolean };

export interface UploadedFileHead {
  /** The name as the client said it. */
  readonly clientName: string;
  /** The media type as the client said it, without parameters. */
  readonly type: string;
  readonly headers?: ReadonlyMap<string, string>;
}

/**
 * One uploaded file. Large ones lie in a temporary file, which is removed when the request and its clean-ups are over: what
 * is to stay is saved.
 *
 * What a client says of a file is not true because it says so: neither its name nor its media type.
 */
export class UploadedFile {
  /** Safe to be the name of a file: the last segment of `clientName`, without control characters; never empty, "." or "..". */
  readonly name: string;
  /** The name exactly as the client sent it. Never use it as a path, and escape it wherever it is shown. */
  readonly clientName: string;
  /** The media type that the client gave, without parameters; `application/octet-stream` where it gave none. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** The header fields of its part, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  #content: UploadedContent;

  /** @internal Requests make them; for tests there is `UploadedFile.of`. */
  constructor(head: UploadedFileHead, size: number, content: UploadedContent) {
    this.name = safeFileName(head.clientName);
    this.clientName = head.clientName;
    this.type = head.type;
    this.size = size;
    this.headers = head.headers ?? new Map();
    this.#content = content;
  }

  /** A file in memory: for calling a function by hand. Without a type it is `application/octet-stream`. */
  static of(name: string, content: string | Uint8Array, type = "application/octet-stream"): UploadedFile {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return new UploadedFile({ clientName: name, type }, bytes.length, { bytes });
  }

  /** All of it. */
  async bytes(): Promise<Uint8Array> {
    const content = this.#content;
    return "bytes" in content
      ? content.bytes
      : await needFileSystem("a spooled upload").readFile(content.path);
  }

  /** All of it as UTF-8 text; bytes that are not UTF-8 are `HttpError` 400. */
  async text(): Promise<string> {
    const text = decodeText(await this.bytes());
    if (text === undefined) throw new HttpError(400, "The uploaded file is not UTF-8 text.");
    return text;
  }

  /** Its bytes in pieces, as often as asked for. */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    const content = this.#content;
    if ("bytes" in content) {
      if (content.bytes.length > 0) yield content.bytes;
      return;
    }
    const file = await needFileSystem("a spooled upload").open(content.path, "r");
    yield* new FilePieces(file, { first: 0, last: this.size - 1 });
  }

  /**
   * Keeps it as a file at `path`; a spooled one is moved there. What is there already stays, and the error of the system
   * says so (code EEXIST), unless `overwrite` is true: then it is replaced as a whole.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const content = this.#content;
    if ("bytes" in content) return await writeNewFile(path, content.bytes, options);
    if (content.isSaved === true) return await copyFile(content.path, path, options);
    await moveFile(content.path, path, options);
    this.#content = { path, isSaved: true };
  }
}
