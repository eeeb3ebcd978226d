import { Exchange } from "../http/exchange.ts";
import { HttpError } from "../http/http-error.ts";
import type { Octets } from "../http/octets.ts";
import type { ReplySink } from "../http/pushed-pieces.ts";
import type { Body } from "./body.ts";
import { clientFingerprint, isClientVerified } from "./client-fingerprint.ts";
import type { Connection } from "./connection.ts";
import { FieldText } from "./field-text.ts";

const EMPTY = new Uint8Array(0);

/** A request that was read from a connection, as bytes until somebody asks, and the reply that goes back on it. */
export class WireExchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly #connection: Connection;
  readonly #buffer: Buffer;
  readonly #fieldsStart: number;
  readonly #fieldsEnd: number;
  readonly #length: number;
  readonly #body: Body | undefined;
  #fields: FieldText | undefined;
  #ended = false;

  /**
   * @param fieldsStart offset of the first field line in `buffer`; @param fieldsEnd of the empty line behind them, which
   * the body follows: all of it when `body` is undefined, else only the rest of what `body` does not have.
   */
  constructor(
    connection: Connection,
    method: string,
    path: string,
    search: string,
    buffer: Buffer,
    fieldsStart: number,
    fieldsEnd: number,
    length: number,
    body: Body | undefined,
  ) {
    super();
    this.method = method;
    this.path = path;
    this.search = search;
    this.#connection = connection;
    this.#buffer = buffer;
    this.#fieldsStart = fieldsStart;
    this.#fieldsEnd = fieldsEnd;
    this.#length = length;
    this.#body = body;
  }

  get scheme(): "http" | "https" {
    return this.#connection.scheme;
  }
  get remoteAddress(): string | undefined {
    return this.#connection.socket.remoteAddress;
  }
  override get clientFingerprint(): string | undefined {
    return clientFingerprint(this.#connection.socket);
  }
  override get isClientVerified(): boolean {
    return isClientVerified(this.#connection.socket);
  }
  get hasBody(): boolean {
    return this.#length > 0;
  }

  header(name: string): string | undefined {
    return this.#text().get(name);
  }
  headers(): [name: string, value: string][] {
    return this.#text().entries();
  }
  override rawFields(): string {
    return this.#buffer.toString("latin1", this.#fieldsStart, this.#fieldsEnd);
  }
  /** With the line end of the request line in front. */
  #text(): FieldText {
    return (this.#fields ??= new FieldText(
      this.#buffer.toString("latin1", this.#fieldsStart - 2, this.#fieldsEnd),
    ));
  }

  override arrived(): Uint8Array | undefined {
    if (this.#body !== undefined || this.#length === 0) return undefined;
    const start = this.#fieldsEnd + 2;
    return this.#buffer.subarray(start, start + this.#length);
  }

  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    this.#check(limit);
    if (this.#body !== undefined) return this.#body.whole();
    if (this.#length === 0) return EMPTY;
    const start = this.#fieldsEnd + 2;
    return this.#buffer.subarray(start, start + this.#length);
  }

  protected async *readStream(limit: number): AsyncGenerator<Uint8Array, void> {
    if (this.#body === undefined) {
      const bytes = await this.readBody(limit);
      if (bytes.length > 0) yield bytes;
      return;
    }
    this.#check(limit);
    for (;;) {
      const next = this.#body.next();
      const piece = next instanceof Promise ? await next : next;
      if (piece === undefined) return;
      yield piece;
    }
  }

  #check(limit: number): void {
    if (this.#length > limit) throw new HttpError(413, `The body is larger than ${limit} bytes`);
  }

  end(): void | Promise<void> {
    if (this.#ended) return;
    const sent = this.#connection.reply(this);
    this.#ended = true;
    return sent;
  }

  override endWith(octets: Octets): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.replyWith(this, octets);
  }

  override open(length: number | undefined, onDrain: () => void): ReplySink {
    this.#ended = true;
    return this.#connection.open(this, length, onDrain);
  }

  override inform(status: number, lines: string): void {
    if (!this.#ended) this.#connection.inform(this, status, lines);
  }
}
