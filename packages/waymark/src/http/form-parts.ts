import { ByteCollector } from "./byte-collector.ts";
import type { FormLimits } from "./form-limits.ts";
import { HttpError } from "./http-error.ts";
import { decodeText } from "./json.ts";
import { parsePartHead, type PartHead } from "./multipart-head.ts";
import { isLarger } from "./is-larger.ts";
import { MultipartReader } from "./multipart-reader.ts";

/** The parts of a multipart form, pulled one after the other, within its limits. Throws `HttpError` 400 and 413. */
export class FormParts {
  readonly #reader: MultipartReader;
  readonly #limits: FormLimits;
  #fields = 0;
  #files = 0;
  /** Bytes of all fields so far, as they were sent. */
  #held = 0;
  /** Bytes of the current file so far. */
  #size = 0;

  constructor(body: AsyncIterable<Uint8Array>, boundary: string, limits: FormLimits) {
    this.#reader = new MultipartReader(body, boundary, limits.partHeaders);
    this.#limits = limits;
  }

  /** The next part; what is left of the one before is passed over. Undefined when there are no more. */
  async next(): Promise<PartHead | undefined> {
    const limits = this.#limits;
    const bytes = await this.#reader.nextHead();
    if (bytes === undefined) return undefined;
    const head = parsePartHead(bytes);
    if (head.fileName === undefined) this.#fields++;
    else this.#files++;
    check(this.#fields, limits.fields, "fields");
    check(this.#files, limits.files, "files");
    check(this.#fields + this.#files, limits.parts, "parts");
    if (isLarger(head.name, limits.nameSize)) throw nameTooLong(limits);
    if (head.fileName === undefined) this.#held += bytes.length;
    this.#size = 0;
    return head;
  }

  /** Some bytes of the current part, a file; undefined at its end. `limit`: of this file, where it is below that of all. */
  async piece(limit: number = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    const piece = await this.#reader.piece();
    if (piece === undefined) return undefined;
    this.#size += piece.length;
    const most = Math.min(limit, this.#limits.fileSize);
    if (this.#size > most) throw new HttpError(413, `A file of the form is larger than ${most} bytes.`);
    return piece;
  }

  /** The current part as text. */
  async text(): Promise<string> {
    const { fieldSize, fieldsSize } = this.#limits;
    const bytes = new ByteCollector();
    for (let piece = await this.#reader.piece(); piece !== undefined; piece = await this.#reader.piece()) {
      this.#held += piece.length;
      if (bytes.size + piece.length > fieldSize) throw fieldTooLarge(this.#limits);
      if (this.#held > fieldsSize) throw fieldsTooLarge(this.#limits);
      bytes.add(piece);
    }
    const text = decodeText(bytes.take());
    if (text === undefined) throw new HttpError(400, "A field of the form is not UTF-8 text.");
    return text;
  }

  /** Nothing will be asked for any more. */
  close(): void {
    this.#reader.close();
  }
}

function check(count: number, most: number, what: string): void {
  if (count > most) throw new HttpError(413, `The form has more than ${most} ${what}.`);
}

export function nameTooLong({ nameSize }: FormLimits): HttpError {
  return new HttpError(413, `The form has a name of more than ${nameSize} bytes.`);
}
export function fieldTooLarge({ fieldSize }: FormLimits): HttpError {
  return new HttpError(413, `The form has a field of more than ${fieldSize} bytes.`);
}
function fieldsTooLarge({ fieldsSize }: FormLimits): HttpError {
  return new HttpError(413, `The fields of the form have more than ${fieldsSize} bytes together.`);
}
