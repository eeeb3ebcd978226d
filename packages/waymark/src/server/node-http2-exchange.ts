import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Exchange } from "../http/exchange.ts";
import { isFraming } from "../http/framing.ts";
import { HttpError } from "../http/http-error.ts";
import type { Limits } from "../http/limits.ts";
import { cancelPieces, isPieces, type PayloadPieces, promisedLength, Pump } from "../http/pump.ts";
import { isBodiless, lengthFor } from "../http/status.ts";
import { clientFingerprint, isClientVerified } from "../wire/client-fingerprint.ts";
import { hintsOf } from "./early-hints.ts";
import { fieldLines, fieldValue } from "./field-lines.ts";
import { NodeHttpBody } from "./node-http-body.ts";
import type { Http2Head } from "./node-http2-head.ts";

const NO_BYTES = new Uint8Array(0);

/** An exchange over one stream of an HTTP/2 connection. */
export class NodeHttp2Exchange extends Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly scheme = "https";
  readonly hasBody: boolean;
  readonly #stream: ServerHttp2Stream;
  readonly #head: Http2Head;
  readonly #limits: Limits;
  #body: NodeHttpBody | undefined;
  #pump: Pump | undefined;
  #isOver = false;
  #isGone = false;

  constructor(stream: ServerHttp2Stream, head: Http2Head, limits: Limits) {
    super();
    this.method = head.method;
    this.path = head.path;
    this.search = head.search;
    this.hasBody = head.bodyLength !== 0;
    this.#stream = stream;
    this.#head = head;
    this.#limits = limits;
    const gone = (): void => this.#clientGone();
    // "aborted" comes before the "end" that a cancelled body has too.
    stream.on("aborted", gone).on("close", gone);
  }

  get remoteAddress(): string | undefined {
    return this.#stream.session?.socket.remoteAddress;
  }
  override get clientFingerprint(): string | undefined {
    return clientFingerprint(this.#stream.session?.socket as Socket | undefined);
  }
  override get isClientVerified(): boolean {
    return isClientVerified(this.#stream.session?.socket as Socket | undefined);
  }
  override rawFields(): string {
    // RFC 9113 §8.2.3: a cookie may come in pieces, which HTTP/1.1 does not know.
    let lines = "";
    for (const [name, value] of this.headers()) if (name !== "cookie") lines += `${name}: ${value}\r\n`;
    const cookie = this.header("cookie");
    return cookie === undefined ? lines : `${lines}cookie: ${cookie}\r\n`;
  }
  header(name: string): string | undefined {
    return fieldValue(this.#head.lines, name);
  }
  headers(): [name: string, value: string][] {
    return fieldLines(this.#head.lines);
  }

  protected readBody(limit: number): Uint8Array | Promise<Uint8Array> {
    return this.hasBody ? this.#openBody().read(limit) : NO_BYTES;
  }
  protected readStream(limit: number): AsyncIterable<Uint8Array> {
    return this.#openBody().stream(limit);
  }
  #openBody(): NodeHttpBody {
    if (this.#body !== undefined) return this.#body;
    const stream = this.#stream;
    const isWaited = this.header("expect")?.toLowerCase() === "100-continue";
    const body = new NodeHttpBody(
      stream,
      this.#head.bodyLength,
      isWaited ? () => stream.additionalHeaders({ ":status": 100 }) : undefined,
    );
    if (this.#isGone) body.fail(clientLeft());
    const late = (): void => body.fail(new HttpError(408, "The request did not arrive in time."));
    const timer = setTimeout(late, this.#limits.requestTimeout);
    const stop = (): void => {
      clearTimeout(timer);
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) body.fail(clientLeft());
    };
    stream.once("end", stop).once("close", stop);
    return (this.#body = body);
  }

  #clientGone(): void {
    if (this.#isOver || this.#isGone) return;
    this.#isGone = true;
    this.#pump?.stop();
    this.#body?.fail(clientLeft());
    this.abort(new DOMException("The client went away", "AbortError"));
  }

  override inform(status: number, lines: string): void {
    if (this.#isOver || this.#isGone || this.#stream.headersSent) return;
    try {
      this.#stream.additionalHeaders({ ":status": status, ...hintsOf(lines) });
    } catch {
      // What HTTP/2 cannot carry was meant for another connection. Nobody has to hint.
    }
  }

  end(): void | Promise<void> {
    if (this.lines !== "") this.splitLines();
    const { payload } = this;
    if (this.#isGone) return isPieces(payload) ? cancelPieces(payload) : undefined;
    const isSilent = this.method === "HEAD" || isBodiless(this.status);
    if (isPieces(payload)) {
      if (!isSilent) return this.#endInPieces(payload);
      this.#respond(promisedLength(this.fields), true);
      this.#finish();
      return cancelPieces(payload);
    }
    const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload?.byteLength;
    const isEmpty = isSilent || length === undefined || length === 0;
    this.#respond(length ?? (this.method === "HEAD" ? promisedLength(this.fields) : 0), isEmpty);
    if (!isEmpty) this.#stream.end(payload);
    this.#finish();
    return undefined;
  }

  async #endInPieces(pieces: PayloadPieces): Promise<void> {
    const length = promisedLength(this.fields);
    this.#respond(length, false);
    this.#pump = new Pump({ pieces, length, write: (piece) => this.#write(piece) });
    try {
      await this.#pump.run();
      if (this.#isGone) return;
      this.#stream.end();
      this.#finish();
    } catch (error) {
      this.#isOver = true;
      this.#cut();
      throw error;
    }
  }

  #write(piece: Uint8Array | string): void | Promise<void> {
    const stream = this.#stream;
    if (piece.length === 0 || stream.write(piece)) return undefined;
    this.#watchWriting();
    return new Promise((resolve) => {
      stream.once("drain", () => {
        stream.setTimeout(0);
        resolve();
      });
    });
  }

  #respond(length: number | undefined, isEmpty: boolean): void {
    const fields: OutgoingHttpHeaders = Object.assign(Object.create(null), { ":status": this.status });
    if (this.contentType !== null) fields["content-type"] = this.contentType;
    const told = lengthFor(this.status, length);
    if (told !== undefined && (this.status !== 304 || told > 0)) fields["content-length"] = String(told);
    const lines = this.fields ?? [];
    for (let i = 0; i < lines.length; i += 2) {
      const name = lines[i] as string;
      const value = lines[i + 1] as string;
      if (name === "content-length" || isFraming(name)) continue;
      const before = fields[name];
      if (name === "set-cookie") fields[name] = [...((before as string[] | undefined) ?? []), value];
      else fields[name] = before === undefined ? value : `${String(before)}, ${value}`;
    }
    this.#stream.respond(fields, { endStream: isEmpty });
  }

  /** All of the reply is handed over. */
  #finish(): void {
    this.#isOver = true;
    const stream = this.#stream;
    if (stream.writableLength > 0) this.#watchWriting();
    if (!this.hasBody || stream.readableEnded) return;
    // RFC 9113 §8.1: the reply is complete without the rest of the request, and says so.
    if (stream.writableFinished) stream.close(constants.NGHTTP2_NO_ERROR);
    else stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR));
  }

  /** Not by `close`, which first ends the stream in order: that would say that this was all. */
  #cut(): void {
    this.#stream.destroy(new Error("the reply was cut"));
  }

  /** The time-out of a stream starts anew with each frame; it runs while something waits to be written, and only then. */
  #watchWriting(): void {
    const stream = this.#stream;
    stream.setTimeout(this.#limits.writeTimeout, () => this.#cut());
  }
}

function clientLeft(): HttpError {
  return new HttpError(400, "The client went away before the body was complete.");
}
