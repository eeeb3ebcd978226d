import { ByteCollector } from "./byte-collector.ts";
import { safeFileName } from "./file-name.ts";
import type { FormParts } from "./form-parts.ts";
import { HttpError } from "./http-error.ts";
import { decodeText } from "./json.ts";
import type { PartHead } from "./multipart-head.ts";
import { saveStream } from "./save-file.ts";
import type { SaveOptions } from "./save-file.ts";

/** One part of a form as it comes: a field, or a file. It can be read until the next one is asked for, and once. */
export type Part = FieldPart | FilePart;

abstract class AnyPart {
  /** The field's name. */
  readonly name: string;
  /** The media type that the client gave, without parameters; `text/plain` or, of a file, `application/octet-stream`. */
  readonly type: string;
  /** The header fields of the part, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;

  constructor({ name, type, headers }: PartHead) {
    this.name = name;
    this.type = type;
    this.headers = headers;
  }
}

/** A field that is no file. */
export class FieldPart extends AnyPart {
  readonly kind = "field";
  readonly #text: () => Promise<string>;
  #read: Promise<string> | undefined;

  /** @internal */
  constructor(head: PartHead, text: () => Promise<string>) {
    super(head);
    this.#text = text;
  }

  /** Its value; more than `limits.form.fieldSize` is `HttpError` 413, what is not UTF-8 400. */
  text(): Promise<string> {
    return (this.#read ??= this.#text());
  }
}

/** A file. Its bytes are nowhere but on their way: what is not read of it is passed over. */
export class FilePart extends AnyPart {
  readonly kind = "file";
  /** Safe to be the name of a file: see `UploadedFile.name`. */
  readonly fileName: string;
  /** The name exactly as the client sent it. Never use it as a path. */
  readonly clientName: string;
  readonly #pieces: () => AsyncGenerator<Uint8Array, void, undefined>;

  /** @internal */
  constructor(head: PartHead, pieces: () => AsyncGenerator<Uint8Array, void, undefined>) {
    super(head);
    this.clientName = head.fileName ?? "";
    this.fileName = safeFileName(this.clientName);
    this.#pieces = pieces;
  }

  /** Its bytes in pieces as they come: the client waits while nobody asks. */
  stream(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#pieces();
  }

  /** All of it, in memory. */
  async bytes(): Promise<Uint8Array> {
    const bytes = new ByteCollector();
    for await (const piece of this.stream()) bytes.add(piece);
    return bytes.take();
  }

  /** All of it as UTF-8 text; bytes that are not UTF-8 are `HttpError` 400. */
  async text(): Promise<string> {
    const text = decodeText(await this.bytes());
    if (text === undefined) throw new HttpError(400, "The uploaded file is not UTF-8 text.");
    return text;
  }

  /** Writes it to a file at `path`, as `UploadedFile.save` does; gives its size. Where it fails nothing is left of it. */
  save(path: string, options: SaveOptions = {}): Promise<number> {
    return saveStream(path, this.stream(), options);
  }
}

/**
 * The parts of a multipart form as they come, without anything being kept: `for await (const part of parts)`. They can be
 * had once. Stopping early (`break`, `return`, an error) ends the reading of the request.
 */
export class Parts implements AsyncIterableIterator<Part> {
  readonly #parts: FormParts | undefined;
  #current: Part | undefined;
  #isReading = false;
  #isOver = false;

  /** @internal */
  constructor(parts: FormParts | undefined) {
    this.#parts = parts;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Part, undefined>> {
    const parts = this.#parts;
    if (this.#isOver || parts === undefined) return { done: true, value: undefined };
    // Nothing that is left of the one before can be read any more, from now on.
    this.#current = undefined;
    try {
      const head = await this.#alone(() => parts.next());
      if (head === undefined) return await this.return();
      const part: Part =
        head.fileName === undefined
          ? new FieldPart(head, () => this.#read(part, () => parts.text()))
          : new FilePart(head, () => this.#pieces(part, parts));
      this.#current = part;
      return { done: false, value: part };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Part, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** @internal The request is over. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#current = undefined;
    this.#parts?.close();
  }

  async #read<T>(part: Part, read: () => Promise<T>): Promise<T> {
    if (this.#current !== part)
      throw new Error(`the part '${part.name}' is over: read it before the next one`);
    return await this.#alone(read);
  }

  /** There is one body, and one place in it. */
  async #alone<T>(read: () => Promise<T>): Promise<T> {
    if (this.#isReading)
      throw new Error("the parts of a form are read one at a time: await what was asked for first");
    this.#isReading = true;
    try {
      return await read();
    } finally {
      this.#isReading = false;
    }
  }

  async *#pieces(part: Part, parts: FormParts): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = await this.#read(part, () => parts.piece());
      if (piece === undefined) return;
      yield piece;
    }
  }
}
